"""The form of a verb, made from its declaration."""

from collections.abc import Sequence
from typing import Any

from django import forms

from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.tickets.errors import Refused
from firstline.tickets.models import Ticket
from firstline.tickets.verbs import Verb
from firstline.web.workspace.forms.fields import Asked, asked_for, field_of
from firstline.web.workspace.readers import Arrived, Readers, arrived_since, newest_said, parted, readers_of


class VerbForm(forms.Form):
    """A form without fields is a question: do it or not.

    What the asking side reads (`Verb.aloud`) is written into the first field: the dialog names who that is. When others
    came to read it meanwhile, or the asking side wrote (`Verb.asks_seen`), it comes back with what was typed, their
    names and what they wrote.
    """

    instead_of: frozenset[str] = frozenset()
    """Inputs for which a form of its own asks in another way."""
    readers: Readers | None = None
    """Those of the asking side who read what is written into it; None where it is nothing that is said to them."""
    seen: int | None = None
    """There, up to which message the page showed what both sides read."""
    arrived: Sequence[Arrived] = ()
    """What was written since then."""

    def __init__(self, data: Any = None, *, verb: Verb, ticket: Ticket, by: Person, **more: Any) -> None:
        super().__init__(data, auto_id="verb_%s", **more)
        self.verb, self.ticket, self.by = verb, ticket, by
        asked = Asked(by, (ticket.desk_id,), ticket)
        for each in asked_for(verb):
            if each.name not in {*self.fields, *self.instead_of}:
                self.fields[each.name] = field_of(each, asked)
        if verb.aloud:
            self.readers = found = readers_of([ticket])[ticket.pk]
            next(iter(self.fields.values())).help_text = found.sentence
        if verb.asks_seen:
            self._note_seen()
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the ticket and the person, in a form of its own."""

    def given(self) -> dict[str, Any]:
        """What the verb is called with."""
        return self.cleaned_data

    def done(self) -> tuple[bool, Ticket | None]:
        """Valid and accepted by the verb? A refusal becomes the form's own error, with all that was typed. And the
        ticket to go on with, if it is another one."""
        if not self.is_valid():
            return False, None
        try:
            other = self.verb.do(self.ticket, by=self.by, **self.given(), **self._held_back())
        except Refused as refusal:
            self.add_error(None, str(refusal))
            return False, None
        return True, other if isinstance(other, Ticket) and other.pk != self.ticket.pk else None

    def _note_seen(self) -> None:
        shown = whole(str(self.data.get("seen") or self.initial.get("seen", "")))
        self.arrived = arrived_since(self.ticket, shown, by=self.by) if self.is_bound else []
        self.seen = newest_said([self.ticket])[self.ticket.pk] if self.is_bound or shown is None else shown

    def _held_back(self) -> dict[str, Any]:
        """What the verb holds against how it is by now; None of what a page of an earlier version does not say."""
        held: dict[str, Any] = {"readers": parted(self.data.get("readers", ""))} if self.verb.aloud else {}
        return held | ({"seen": whole(self.data.get("seen", ""))} if self.verb.asks_seen else {})
