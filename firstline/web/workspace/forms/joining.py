"""Merging and splitting: the requests that come into question, and the message that becomes one."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.tickets.hearing import TAKES_PART
from firstline.tickets.models import Message, Presence, Ticket
from firstline.web.workspace.forms.base import VerbForm
from firstline.web.workspace.forms.fields import Number
from firstline.web.workspace.readers import joined, named, parted

OFFERED = 5


class Merge(VerbForm):
    into = forms.ChoiceField(label=gettext_lazy("Or choose one"), required=False, widget=forms.RadioSelect)

    def prepare(self) -> None:
        number = Number(by=self.by, required=False, label=gettext_lazy("Number of the request that goes on"))
        self.fields = {"number": number, **self.fields}
        self.likely = {str(other.pk): other for other in likely(self.ticket, by=self.by)}
        into: Any = self.fields["into"]
        into.choices = [
            (pk, f"{other.number} · {other.subject} · {named(other.requester, other.requester_name)}")
            for pk, other in self.likely.items()
        ]
        self.sides = [Side(self.ticket)]

    @property
    def named_ids(self) -> str:
        """Whom the dialog names."""
        return joined(pk for side in self.sides for pk in side.ids)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not (given.get("number") or given.get("into") or self.errors):
            self.add_error("number", _("Type a number or choose a request."))
        elif not self.errors:
            self.other: Ticket = given.get("number") or self.likely[given["into"]]
            self.sides.append(Side(self.other))
        return given

    def given(self) -> dict[str, Any]:
        readers = parted(self.data.get("readers", "")) or set()
        return {"into": self.other, "share": self.cleaned_data["share"], "readers": readers}


class Side:
    """The asking side of one of the two requests: `names` as the dialog says them, `ids` for the form."""

    def __init__(self, ticket: Ticket) -> None:
        roles = Q(participations__ticket=ticket, participations__role__in=TAKES_PART)
        beside = Person.objects.filter(roles).exclude(pk=ticket.requester_id).distinct().order_by("name")
        self.number = ticket.number
        self.ids = [ticket.requester_id, *(each.pk for each in beside)]
        self.names = [named(ticket.requester, ticket.requester_name), *map(named, beside)]


class Split(VerbForm):
    message = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        given = str(self.data.get("message", "") if self.is_bound else self.initial.get("message", ""))
        self.found = Message.objects.visible_to(self.by, self.ticket).filter(pk=whole(given) or 0).first()
        if self.found:
            self.initial.setdefault("subject", _first_line(self.found.text))

    def clean_message(self) -> Message:
        if self.found is None:
            raise forms.ValidationError(_("Choose a message of the conversation."))
        return self.found


def likely(ticket: Ticket, *, by: Person) -> list[Ticket]:
    """With which it might be merged: the requester's open ones, then those that `by` looked at last."""
    open_ones = Ticket.objects.visible_to(by).at_desks_of(by).open().exclude(pk=ticket.pk)
    seen = open_ones.select_related("requester").defer("search")
    of_requester = list(seen.asked_by(ticket.requester).newest_first()[:OFFERED])
    last = Presence.objects.filter(person=by).order_by("-seen_at").values_list("ticket_id", flat=True)[: OFFERED * 2]
    looked_at = list(last)
    by_id = seen.in_bulk(looked_at)
    recent = [by_id[pk] for pk in looked_at if pk in by_id]
    return list({other.pk: other for other in [*of_requester, *recent]}.values())[: OFFERED * 2]


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:120]
