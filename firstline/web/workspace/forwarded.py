"""A letter that an agent forwarded: asked for the one who wrote it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from firstline.channels.email import forwards
from firstline.people.request import PersonRequest
from firstline.tickets.rights import require
from firstline.web.guards import at_work
from firstline.web.workspace.lookup import worked_ticket_or_404


@require_POST
@at_work
def ask_for(request: PersonRequest, number: str) -> HttpResponse:
    """Open it in the writer's name, and go there."""
    ticket = worked_ticket_or_404(request, number)
    person = request.person
    require(person, "cancel", ticket)
    asked = forwards.ask_for(ticket, by=person)
    if asked is None:
        messages.error(request, _("No email that was forwarded is offered here now."))
        return redirect("ticket", ticket.number)
    said = _("%(number)s is asked for %(name)s.") % {"number": asked.number, "name": asked.requester_name}
    messages.success(request, said)
    return redirect("ticket", asked.number)
