"""Somebody who was in copy of a letter: let in, or not."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from firstline.channels import cc_suggestions
from firstline.people.request import PersonRequest
from firstline.tickets.rights import require
from firstline.web.guards import at_work
from firstline.web.workspace.lookup import worked_ticket_or_404


@require_POST
@at_work
def settle(request: PersonRequest, number: str) -> HttpResponse:
    """`then` is "add" or "dismiss", of an `address` that a letter suggests, or "dismiss_all"; then back to the
    ticket."""
    ticket = worked_ticket_or_404(request, number)
    person = request.person
    require(person, "add_participant", ticket)
    address = request.POST.get("address", "")
    if request.POST.get("then") == "add":
        added = cc_suggestions.let_in(ticket, address, by=person)
        done = _("%(name)s takes part from now on.") % {"name": added.name} if added else ""
    elif request.POST.get("then") == "dismiss_all":
        count = cc_suggestions.set_all_aside(ticket)
        said = ngettext(
            "%(count)s address is not suggested any more.", "%(count)s addresses are not suggested any more.", count
        )
        done = said % {"count": count} if count else ""
    else:
        done = _("%(address)s is not suggested any more.") % {"address": address}
        done = done if cc_suggestions.set_aside(ticket, address) else ""
    messages.success(request, done) if done else messages.error(request, _("No email suggests this address now."))
    return redirect("ticket", ticket.number)
