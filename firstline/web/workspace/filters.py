"""What narrows a queue: the fields of its filter, as they stand in the address. Each is a test of a condition, but for
two that are looked for in a way of their own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from firstline.catalog import config_cache
from firstline.catalog.models import Membership, Status
from firstline.kit import clock
from firstline.kit.compiled_queries import composed
from firstline.kit.conditions import Condition, parse
from firstline.people.models import Person
from firstline.tickets import channels
from firstline.tickets.conditions.fields import FIELDS
from firstline.tickets.models import Rating, Ticket
from firstline.tickets.querysets import TicketQuerySet
from firstline.tickets.queues import desks_of
from firstline.web.selects import Select
from firstline.web.workspace import period

NOBODY = "none"

Narrow = Callable[[TicketQuerySet, str], TicketQuerySet]
Tests = list[dict[str, Any]]


def _is(field: str) -> Callable[[str], Tests]:
    return lambda value: [{"field": field, "operator": "is", "value": value}]


def _is_or_nobody(field: str) -> Callable[[str], Tests]:
    def tests(value: str) -> Tests:
        if value == NOBODY:
            return [{"field": field, "operator": "is_empty"}]
        return [{"field": field, "operator": "is", "value": int(value)}]

    return tests


def _yes(field: str) -> Callable[[str], Tests]:
    return lambda value: [{"field": field, "operator": "is", "value": True}]


def _within(field: str) -> Callable[[str], Tests]:
    def tests(value: str) -> Tests:
        start, end = (moment.isoformat() for moment in period.bounds(value))
        return [
            {"field": field, "operator": "since", "value": start},
            {"field": field, "operator": "before", "value": end},
        ]

    return tests


# What a value of the address asks, as tests of a condition.
ASKED: dict[str, Callable[[str], Tests]] = {
    "desk": _is_or_nobody("desk"),
    "phase": _is("phase"),
    "status": _is("status"),
    "kind": _is("kind"),
    "priority": _is_or_nobody("priority"),
    "service": _is_or_nobody("service"),
    "line": _is_or_nobody("line"),
    "team": _is_or_nobody("team"),
    "agent": _is_or_nobody("assignee"),
    "channel": _is("channel"),
    "vip": _yes("vip"),
    "late": _yes("late"),
    "opened": _within("created_at"),
    "solved": _within("resolved_at"),
    "rated": _within("rated_at"),
    "satisfaction": _is_or_nobody("satisfaction"),
    "first_contact": _yes("first_contact"),
}
# Looked for in a way of their own: words that are rare, or a number; and deadlines by when they fell.
BESIDE: dict[str, Narrow] = {
    "q": lambda tickets, value: tickets.containing(value),
    "breached": lambda tickets, value: tickets.breached_between(*period.bounds(value)),
}
NAMES = ("q", *ASKED, "breached")

# Beside the words, those that come from the today page's numbers; they have no field of their own, only a mark that
# takes them away.
LABELS = {
    "q": _("Words or number"),
    "late": _("Late"),
    "breached": _("Breached"),
    "opened": _("Opened"),
    "solved": _("Solved"),
    "rated": _("Rated"),
    "satisfaction": _("Satisfaction"),
    "first_contact": _("Solved at first contact"),
    "phase": _("Status"),
    "vip": _("VIP"),
    "line": _("Line"),
}


@dataclass(frozen=True)
class Mark:
    """One filter in force: `without` is the query that the address would have without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Filter:
    """What is narrowed, in words; the fields, drawn; and what is narrowed by no field."""

    marks: list[Mark]
    fields: Markup
    unseen: dict[str, str]
    words: str = ""


def given(query: Mapping[str, str]) -> dict[str, str]:
    """The filters that an address asks for, without those that mean nothing."""
    return {name: query[name].strip() for name in NAMES if query.get(name, "").strip()}


def condition_of(values: Mapping[str, str]) -> Condition:
    """What the filters ask, but for those of BESIDE. Raises ValueError or ValidationError for a value that nobody could
    have chosen."""
    tests = [test for name, value in values.items() if name in ASKED for test in ASKED[name](value)]
    return parse({"version": 1, "all": tests}, FIELDS)


def narrowed(tickets: TicketQuerySet, values: Mapping[str, str]) -> TicketQuerySet:
    """The tickets that fit all filters; a value that nobody could have chosen fits nothing."""
    try:
        if ASKED.keys() & values.keys():
            tickets = tickets.filter(condition_of(values).q(clock.now()))
        for name in BESIDE.keys() & values.keys():
            tickets = BESIDE[name](tickets, values[name])
    except (ValueError, ValidationError):
        return tickets.none()
    return tickets


def encoded(values: Mapping[str, str], **more: str) -> str:
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in {**values, **more}.items() if value})
    return query.urlencode()


class _Choice(forms.ChoiceField):
    widget = Select

    def __init__(self, *, label: Any) -> None:
        super().__init__(label=label, required=False)


class WordsForm(forms.Form):
    """What is searched for, apart from all that is chosen: nearly every search has words and nothing else."""

    q = forms.CharField(label=LABELS["q"], required=False, max_length=200)


class FilterForm(forms.Form):
    """The fields of the filter, with the choices that this person's desks have."""

    status = _Choice(label=_("Status"))
    kind = _Choice(label=_("Kind"))
    priority = _Choice(label=_("Priority"))
    service = _Choice(label=_("Service"))
    team = _Choice(label=_("Team"))
    agent = _Choice(label=_("Agent"))
    channel = _Choice(label=_("Channel"))
    desk = _Choice(label=_("Desk"))
    vip = forms.BooleanField(label=_("VIP only"), required=False)

    def __init__(self, values: Mapping[str, str], *, desks: Sequence[int], agents: Sequence[tuple[int, str]]) -> None:
        super().__init__(values, auto_id="filter_%s")
        fields: dict[str, Any] = self.fields
        for name, choices in _choices(desks, agents).items():
            fields[name].choices = [("", _("Any")), *choices]
        if len(desks) < 2:
            del fields["desk"]

    def marks(self, values: Mapping[str, str]) -> Iterator[Mark]:
        """The filters in force, said in words."""
        for name, value in values.items():
            label = str(LABELS[name] if name in LABELS else self.fields[name].label if name in self.fields else name)
            rest = {other: kept for other, kept in values.items() if other != name}
            yield Mark(label, self._said(name, value), encoded(rest))

    def _said(self, name: str, value: str) -> str:
        if name in ("late", "first_contact", "vip"):
            return ""
        if name in ("breached", "opened", "solved", "rated"):
            try:
                return period.said(value)
            except ValueError:
                return value
        fields: dict[str, Any] = self.fields
        choices = dict(fields[name].choices) if name in fields else _said_only(name)
        return str(choices.get(value, value))


def filter_of(person: Person, values: Mapping[str, str]) -> Filter:
    """The filter with these values in it. One query."""
    desks = tuple(desk.pk for desk in desks_of(person))
    agents = tuple((agent.pk, agent.name) for agent in agents_of(person))
    words = _drawn(WordsForm(values, auto_id="filter_%s"))
    if not values.keys() - {"q"}:
        marks = [Mark(str(LABELS["q"]), words_given, "") for words_given in values.values()]
        return Filter(
            marks,
            words + _blank(get_language(), config_cache.current().read_at, desks, agents),
            {},
            values.get("q", ""),
        )
    form = FilterForm(values, desks=desks, agents=agents)
    unseen = {name: value for name, value in values.items() if name != "q" and name not in form.fields}
    return Filter(list(form.marks(values)), words + _drawn(form), unseen, values.get("q", ""))


@lru_cache(maxsize=256)
def _blank(language: str, read_at: float, desks: tuple[int, ...], agents: tuple[tuple[int, str], ...]) -> Markup:
    """The fields when nothing is chosen, which is nearly always: the same for all who work at these desks."""
    return _drawn(FilterForm({}, desks=desks, agents=agents))


def _drawn(form: forms.Form) -> Markup:
    return Markup(render_to_string("workspace/filter_fields.html", {"form": form}))  # noqa: S704  our own template


def agents_of(person: Person) -> list[Person]:
    """Everybody who works at the person's desks, by name. One query."""
    return _agents(desks=tuple(desk.pk for desk in desks_of(person)))


@composed
def _agents(*, desks: tuple[int, ...]) -> QuerySet[Person]:
    seats = Membership.objects.filter(desk__in=desks).exclude(role="auditor")
    return Person.objects.filter(pk__in=seats.values("person"), is_active=True).order_by("name")


def _choices(desks: Sequence[int], agents: Sequence[tuple[int, str]]) -> dict[str, list[tuple[str, Any]]]:
    known = config_cache.current()
    return {
        "status": [(status.key, status.name) for status in _statuses()],
        "kind": list(Ticket.Kind.choices),
        "priority": [(str(value), label) for value, label in Ticket.Priority.choices],
        "channel": channels.choices(),
        "service": [(NOBODY, _("None")), *((str(s.pk), s.name) for desk in desks for s in known.services_of(desk))],
        "team": [(str(team.pk), team.name) for desk in desks for team in known.teams_of(desk)],
        "agent": [(NOBODY, _("Nobody")), *((str(pk), name) for pk, name in agents)],
        "desk": [(str(pk), known.desks[pk].name) for pk in desks],
    }


def _said_only(name: str) -> dict[str, Any]:
    if name == "satisfaction":
        return {str(value): label for value, label in Rating.Score.choices}
    if name == "phase":
        return dict(Ticket.Phase.choices)
    if name == "line":
        return {NOBODY: _("None"), **{str(pk): line.name for pk, line in config_cache.current().lines.items()}}
    return {}


def _statuses() -> list[Status]:
    return sorted(config_cache.current().statuses.values(), key=lambda status: status.order)
