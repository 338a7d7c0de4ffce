"""Writing on a ticket: a reply that the requester reads, or a note for colleagues."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from firstline.config import config
from firstline.people.request import PersonRequest
from firstline.tickets import actions
from firstline.tickets.errors import Refused
from firstline.tickets.models import Message
from firstline.web import toasts
from firstline.web.guards import at_work
from firstline.web.workspace import drafts, kept_files
from firstline.web.workspace.composed import Composed
from firstline.web.workspace.lookup import worked_ticket_or_404
from firstline.web.workspace.ticket import ticket_page
from firstline.web.workspace.verb_views import next_for


@require_POST
@at_work
def send(request: PersonRequest, number: str) -> HttpResponse:
    """Send what was written and go back to the ticket, or on to the next; else the page with everything still there."""
    ticket = worked_ticket_or_404(request, number)
    person = request.person
    form = Composed(request.POST, ticket=ticket, by=person)
    if not form.sent(request):
        return ticket_page(request, worked_ticket_or_404(request, number), status=422, composed=form)
    _say(request, form)
    if form.way == "next":
        return redirect(next_for(person, after=ticket))
    anchor = f"#message-{form.message.pk}" if form.message else "#newest"
    return redirect(reverse("ticket", args=[ticket.number]) + anchor)


@require_POST
@at_work
def undo(request: PersonRequest, number: str, message: int) -> HttpResponse:
    """Take a reply back before it leaves; its words and files are in the composer again."""
    ticket = worked_ticket_or_404(request, number)
    person = request.person
    said = get_object_or_404(Message.objects.visible_to(person, ticket), pk=message)
    try:
        with transaction.atomic():
            actions.withdraw(said, by=person)
            before = drafts.kept(ticket, by=person).get("reply", "")
            drafts.keep("\n\n".join(filter(None, (said.text, before))), ticket=ticket, by=person, mode="reply")
            kept_files.give_back(request, ticket, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("ticket", ticket.number)


def _say(request: PersonRequest, form: Composed) -> None:
    """The toast: what the requester is to read can be undone; a note needs no word."""
    ticket = form.ticket
    if form.way == "note" or form.message is None:
        return
    sentence = _("Reply to %(name)s is on its way.") % {"name": ticket.requester_name}
    if form.way in ("resolve", "next"):
        sentence = _("%(number)s is resolved.") % {"number": ticket.number}
    back = reverse("ticket-undo", args=[ticket.number, form.message.pk])
    toasts.undoable(request, sentence, url=back, seconds=config().undo_seconds)
