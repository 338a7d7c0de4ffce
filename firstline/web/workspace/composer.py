"""Writing on a ticket: a reply that the requester reads, or a note for colleagues."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from firstline.config import config
from firstline.people.models import Person
from firstline.tickets import actions, placeholders
from firstline.tickets.actions.conversation import Unseen
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.tickets.refusals import Refused
from firstline.web import toasts
from firstline.web.files import uploads_of
from firstline.web.guards import at_work
from firstline.web.workspace import drafts, kept_files
from firstline.web.workspace.at import worked_ticket_or_404
from firstline.web.workspace.doing import next_for
from firstline.web.workspace.forms.handling import agents_of
from firstline.web.workspace.mentions import mentioned
from firstline.web.workspace.ticket import ticket_page


class Composed(forms.Form):
    """What was written. `then`: nothing, wait for the requester, resolve, or resolve and go on to the next ticket."""

    mode = forms.ChoiceField(choices=[(mode, mode) for mode in drafts.MODES])
    then = forms.ChoiceField(choices=[(then, then) for then in ("", "wait", "resolve", "next")], required=False)
    text = forms.CharField(required=False, strip=False)
    seen = forms.IntegerField(required=False)

    def __init__(self, data: Any, *, ticket: Ticket, by: Person) -> None:
        super().__init__(data)
        self.ticket, self.by = ticket, by
        self.uploads: Sequence[Attachment] = ()
        self.message: Message | None = None
        self.unseen = False

    def sent(self, request: HttpRequest) -> bool:
        """Send it. A refusal becomes the form's error; `unseen` says that a newer message held it back."""
        if not self.is_valid():
            return False
        try:
            self.uploads = uploads_of(request)
            with transaction.atomic():
                self._write()
                drafts.forget(self.ticket, by=self.by, mode=self.cleaned_data["mode"])
        except Refused as refusal:
            self.unseen = isinstance(refusal, Unseen)
            self.add_error(None, str(refusal))
            return False
        return True

    @property
    def way(self) -> str:
        given = self.cleaned_data
        return "note" if given["mode"] == "note" else given["then"]

    def _write(self) -> None:
        WAYS[self.way](self)

    def reply(self) -> None:
        placeholders.refuse_unfilled(self.cleaned_data["text"])
        self.message = actions.reply(
            self.ticket,
            by=self.by,
            text=self.cleaned_data["text"],
            attachments=self.uploads,
            seen=self.cleaned_data["seen"],
            undo_seconds=config().undo_seconds,
        )

    def reply_and_wait(self) -> None:
        self.reply()
        actions.hold(self.ticket, by=self.by, reason="requester")

    def resolve(self) -> None:
        given = self.cleaned_data
        placeholders.refuse_unfilled(given["text"])
        actions.resolve(self.ticket, by=self.by, resolution=given["text"], attachments=self.uploads, seen=given["seen"])

    def note(self) -> None:
        text = self.cleaned_data["text"]
        self.message = actions.note(self.ticket, by=self.by, text=text, attachments=self.uploads)
        called = [agent for agent in mentioned(text, agents_of(self.ticket.desk_id).values()) if agent.pk != self.by.pk]
        if called:
            actions.mention(self.ticket, by=self.by, persons=called, message=self.message)


WAYS: dict[str, Callable[[Composed], None]] = {
    "": Composed.reply,
    "wait": Composed.reply_and_wait,
    "resolve": Composed.resolve,
    "next": Composed.resolve,
    "note": Composed.note,
}


@require_POST
@at_work
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Send what was written and go back to the ticket, or on to the next; else the page with everything still there."""
    ticket = worked_ticket_or_404(request, number)
    person: Person = request.person  # type: ignore[attr-defined]
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
def undo(request: HttpRequest, number: str, message: int) -> HttpResponse:
    """Take a reply back before it leaves; its words and files are in the composer again."""
    ticket = worked_ticket_or_404(request, number)
    person: Person = request.person  # type: ignore[attr-defined]
    said = get_object_or_404(Message.objects.visible_to(person, ticket), pk=message)
    try:
        with transaction.atomic():
            actions.withdraw(said, by=person)
            if "resume" in request.GET:
                actions.resume(ticket, by=person)
            before = drafts.kept(ticket, by=person).get("reply", "")
            drafts.keep("\n\n".join(filter(None, (said.text, before))), ticket=ticket, by=person, mode="reply")
            kept_files.give_back(request, ticket, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("ticket", ticket.number)


def _say(request: HttpRequest, form: Composed) -> None:
    """The toast: a reply can be undone, the rest is only told."""
    ticket = form.ticket
    if form.way in ("", "wait") and form.message:
        back = reverse("ticket-undo", args=[ticket.number, form.message.pk])
        waits = "?resume=1" if form.way == "wait" else ""
        sentence = _("Reply to %(name)s is on its way.") % {"name": ticket.requester_name}
        toasts.undoable(request, sentence, url=back + waits, seconds=config().undo_seconds)
    elif form.way in ("resolve", "next"):
        messages.success(request, _("%(number)s is resolved.") % {"number": ticket.number})
