"""What an agent wrote, and the ways to send it."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.db import transaction

from firstline.config import config
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets import actions, placeholders
from firstline.tickets.actions.conversation import Unseen
from firstline.tickets.errors import Refused
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.web.files import uploads_of
from firstline.web.workspace import drafts
from firstline.web.workspace.forms.fields import agents_of
from firstline.web.workspace.mentions import mentioned
from firstline.web.workspace.readers import parted


class Composed(forms.Form):
    """What was written. `then`: nothing, wait for the requester, resolve, or resolve and go on to the next ticket."""

    mode = forms.ChoiceField(choices=[(mode, mode) for mode in drafts.MODES])
    then = forms.ChoiceField(choices=[(then, then) for then in ("", "wait", "resolve", "next")], required=False)
    text = forms.CharField(required=False, strip=False)
    seen = forms.IntegerField(required=False)
    readers = forms.CharField(required=False)
    askers = forms.CharField(required=False)
    to_askers = forms.BooleanField(required=False)
    markdown = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, ticket: Ticket, by: Person) -> None:
        super().__init__(data)
        self.ticket, self.by = ticket, by
        self.uploads: Sequence[Attachment] = ()
        self.message: Message | None = None
        self.unseen = False

    def sent(self, request: PersonRequest) -> bool:
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

    @property
    def format(self) -> str:
        return Message.Format.MARKDOWN if self.cleaned_data["markdown"] else Message.Format.PLAIN

    @property
    def named_readers(self) -> set[int] | None:
        """Whom the page named as those who read it; None if it named nobody, as a page of an earlier version."""
        given = self.cleaned_data
        named = f"{given['readers']},{given['askers']}" if given["to_askers"] else given["readers"]
        return parted(named) if given["readers"] else None

    def _write(self) -> None:
        WAYS[self.way](self)

    def reply(self) -> None:
        placeholders.refuse_unfilled(self.cleaned_data["text"])
        self.message = actions.reply(
            self.ticket,
            by=self.by,
            text=self.cleaned_data["text"],
            format=self.format,
            attachments=self.uploads,
            seen=self.cleaned_data["seen"],
            readers=self.named_readers,
            undo_seconds=config().undo_seconds,
            to_askers=self.cleaned_data["to_askers"],
        )

    def reply_and_wait(self) -> None:
        self.reply()
        actions.hold(self.ticket, by=self.by, reason="requester", after=self.message)

    def resolve(self) -> None:
        given = self.cleaned_data
        placeholders.refuse_unfilled(given["text"])
        solved = actions.resolve(
            self.ticket,
            by=self.by,
            resolution=given["text"],
            format=self.format,
            attachments=self.uploads,
            seen=given["seen"],
            readers=self.named_readers,
            undo_seconds=config().undo_seconds,
            to_askers=given["to_askers"],
        )
        self.message = solved.messages.latest("pk")

    def note(self) -> None:
        text = self.cleaned_data["text"]
        said: dict[str, Any] = {"text": text, "format": self.format, "attachments": self.uploads}
        self.message = actions.note(self.ticket, by=self.by, **said)
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
