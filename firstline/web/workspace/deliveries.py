"""A letter that waits or has failed: trying it now, or sending it again once what was wrong is put right."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from firstline.channels import outbox
from firstline.notices.models import Delivery
from firstline.people.request import PersonRequest
from firstline.tickets.rights import require
from firstline.web.guards import at_work
from firstline.web.workspace.lookup import worked_ticket_or_404


@require_POST
@at_work
def again(request: PersonRequest, number: str, delivery: int) -> HttpResponse:
    """Send it again if it has failed, or at once if it waits; then back to the ticket."""
    ticket = worked_ticket_or_404(request, number)
    person = request.person
    require(person, "note", ticket)
    found = get_object_or_404(Delivery.objects.filter(ticket=ticket).select_related("person"), pk=delivery)
    if outbox.send_again(found, by=person) or outbox.retry(found):
        messages.success(request, _("The email to %(name)s is on its way again.") % {"name": found.person.name})
    else:
        messages.error(request, _("This email neither waits nor has failed."))
    anchor = f"#message-{found.message_id}" if found.message_id else "#newest"
    return redirect(reverse("ticket", args=[ticket.number]) + anchor)
