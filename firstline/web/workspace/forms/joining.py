"""Two tickets and one: merge, unmerge, split, link, unlink."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.hearing import TAKES_PART
from firstline.tickets.models import Link, Message, Presence, Ticket
from firstline.web.workspace.forms.base import VerbForm
from firstline.web.workspace.readers import named

OFFERED = 5


class Numbered(VerbForm):
    """A form that names another ticket by its number."""

    number = forms.CharField(label=gettext_lazy("Number"), max_length=40)

    def clean_number(self) -> Ticket | None:
        number = self.cleaned_data["number"].strip().upper()
        if not number:
            return None
        digits = number.rpartition("-")[2]
        other = Ticket.objects.visible_to(self.by).defer("search").filter(pk=whole(digits) or 0).first()
        if other is not None and number in (digits, other.number):
            return other
        raise forms.ValidationError(_("There is no request with this number."))


class Merge(Numbered):
    number = forms.CharField(label=gettext_lazy("Number of the request that goes on"), max_length=40, required=False)
    into = forms.ChoiceField(label=gettext_lazy("Or choose one"), required=False, widget=forms.RadioSelect)
    share = forms.BooleanField(
        label=gettext_lazy("Each side reads what was said in the request of the other"),
        required=False,
        help_text=gettext_lazy("All messages, files and answers in the form. Taking the merge apart ends it."),
    )

    def prepare(self) -> None:
        self.likely = {str(other.pk): other for other in likely(self.ticket, by=self.by)}
        choices = [
            (pk, f"{other.number} · {other.subject} · {named(other.requester, other.requester_name)}")
            for pk, other in self.likely.items()
        ]
        self.offer("into", choices)
        roles = Q(participations__ticket=self.ticket, participations__role__in=TAKES_PART)
        beside = Person.objects.filter(roles).exclude(pk=self.ticket.requester_id).distinct().order_by("name")
        self.people = [named(self.ticket.requester, self.ticket.requester_name), *map(named, beside)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not (given.get("number") or given.get("into") or self.errors):
            self.add_error("number", _("Type a number or choose a request."))
        return given

    def act(self) -> Ticket:
        into = self.cleaned_data["number"] or self.likely[self.cleaned_data["into"]]
        return actions.merge(self.ticket, by=self.by, into=into, share=self.cleaned_data["share"])


class Unmerge(VerbForm):
    def act(self) -> None:
        actions.unmerge(self.ticket, by=self.by)


class Split(VerbForm):
    message = forms.IntegerField(widget=forms.HiddenInput)
    subject = forms.CharField(label=gettext_lazy("Subject of the new request"), max_length=250)

    def prepare(self) -> None:
        given = str(self.data.get("message", "") if self.is_bound else self.initial.get("message", ""))
        self.found = Message.objects.visible_to(self.by, self.ticket).filter(pk=whole(given) or 0).first()
        if self.found:
            self.initial.setdefault("subject", _first_line(self.found.text))

    def clean_message(self) -> Message:
        if self.found is None:
            raise forms.ValidationError(_("Choose a message of the conversation."))
        return self.found

    def act(self) -> Ticket:
        return actions.split(self.ticket, by=self.by, **self.cleaned_data)


class LinkTo(Numbered):
    kind = forms.ChoiceField(label=gettext_lazy("How they belong together"))

    def prepare(self) -> None:
        self.offer("kind", [choice for choice in Link.Kind.choices if choice[0] != Link.Kind.SPLIT])

    def act(self) -> None:
        actions.link(self.ticket, by=self.by, other=self.cleaned_data["number"], kind=self.cleaned_data["kind"])


class Unlink(Numbered):
    number = forms.CharField(widget=forms.HiddenInput)

    def act(self) -> None:
        actions.unlink(self.ticket, by=self.by, other=self.cleaned_data["number"])


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
