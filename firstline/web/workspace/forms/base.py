"""What all verb forms share: they know the ticket and the person, and act by calling one verb."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from firstline.catalog import config_cache
from firstline.catalog.models import ClosureCode
from firstline.people.models import Person
from firstline.tickets.errors import Refused
from firstline.tickets.models import Ticket
from firstline.web.workspace.readers import Arrived, Readers

NOBODY = ""


class VerbForm(forms.Form):
    """A form without fields is a question: do it or not."""

    readers: Readers | None = None
    """Those of the asking side who read what is written into it; None where it is nothing that is said to them."""
    seen: int | None = None
    """There, up to which of their messages the page showed them."""
    arrived: Sequence[Arrived] = ()
    """What they have written since then."""

    def __init__(self, data: Any = None, *, ticket: Ticket, by: Person, **more: Any) -> None:
        super().__init__(data, auto_id="verb_%s", **more)
        self.ticket, self.by = ticket, by
        self.prepare()

    def prepare(self) -> None:
        """Fill in the choices that depend on the ticket and the person."""

    def act(self) -> Ticket | None:
        """Call the verb with what was filled in; a ticket to go on with, if it is another one."""
        raise NotImplementedError

    def done(self) -> tuple[bool, Ticket | None]:
        """Valid and accepted by the verb? A refusal becomes the form's own error, with all that was typed."""
        if not self.is_valid():
            return False, None
        try:
            return True, self.act()
        except Refused as refusal:
            self.add_error(None, str(refusal))
            return False, None

    def offer(self, name: str, choices: Any, *, chosen: Any = None) -> None:
        """Give a field its choices, and what is chosen at first."""
        field: Any = self.fields[name]
        field.choices = choices
        if chosen is not None:
            self.initial.setdefault(name, chosen)


class Moment(forms.DateTimeField):
    """A day and time in the person's own zone, by the browser's own picker."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **more)


class OptionField(forms.ChoiceField):
    """One of a desk's closing lists; cleans to the closure code or None."""

    def __init__(self, name: str, **more: Any) -> None:
        super().__init__(required=False, **more)
        self.name = name

    def offer(self, ticket: Ticket) -> None:
        options = config_cache.current().options_of(ticket.desk_id, self.name)
        self.choices = [(NOBODY, "—"), *((str(option.pk), option.name) for option in options)]

    def clean(self, value: Any) -> ClosureCode | None:
        pk = super().clean(value)
        return config_cache.current().options[int(pk)] if pk else None


def zone_of(person: Person) -> ZoneInfo:
    return ZoneInfo(person.zone or "UTC")
