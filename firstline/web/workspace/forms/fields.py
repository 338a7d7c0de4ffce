"""How each kind of input is asked for: one table. A field cleans to what the verb takes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog import config_cache
from firstline.catalog.models import Membership
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.search import meant
from firstline.tickets import inputs
from firstline.tickets.inputs import Input
from firstline.tickets.models import Ticket
from firstline.tickets.verbs import Verb

NOBODY = ""
KNOWN = [("", gettext_lazy("Not known")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


@dataclass(frozen=True)
class Asked:
    """Who is asked, and about which desks; of one ticket, or of many (None)."""

    by: Person
    desks: tuple[int, ...]
    ticket: Ticket | None = None


class Picked(forms.ChoiceField):
    """One of some things; cleans to the thing, or to None where the choice is nobody's or nothing's."""

    def __init__(self, *, things: Mapping[str, Any], **more: Any) -> None:
        super().__init__(**more)
        self.things = things

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        return self.things[chosen] if chosen else None


class Moment(forms.DateTimeField):
    """A day and time in the person's own zone, by the browser's own picker."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **more)


class OfTags(forms.CharField):
    def clean(self, value: Any) -> list[str]:
        return list(super().clean(value).replace("，", ",").replace("、", ",").split(","))

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class Known(forms.ChoiceField):
    """Yes, no or not known: True, False or None."""

    def clean(self, value: Any) -> bool | None:
        return {"yes": True, "no": False, "": None}[super().clean(value)]

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)


class Somebody(forms.CharField):
    """A name or an address; cleans to the person who is meant."""

    def clean(self, value: Any) -> Person | None:
        words = super().clean(value)
        return meant(words.strip()) if words else None


class Number(forms.CharField):
    """The number of another ticket that the person may see; cleans to the ticket."""

    def __init__(self, *, by: Person, **more: Any) -> None:
        super().__init__(max_length=40, **more)
        self.by = by

    def clean(self, value: Any) -> Ticket | None:
        number = super().clean(value).strip().upper()
        if not number:
            return None
        digits = number.rpartition("-")[2]
        other = Ticket.objects.visible_to(self.by).defer("search").filter(pk=whole(digits) or 0).first()
        if other is not None and number in (digits, other.number):
            return other
        raise forms.ValidationError(_("There is no request with this number."))


def field_of(given: Input, asked: Asked) -> forms.Field:
    """The field for an input of a verb, with what the ticket has there already."""
    field: forms.Field = FIELDS[type(given)](given, asked, _about(given))
    if given.now and asked.ticket is not None:
        now = getattr(asked.ticket, given.now)
        field.initial = getattr(now, "pk", now)
    return field


def _about(given: Input) -> dict[str, Any]:
    about: dict[str, Any] = {"label": given.label, "help_text": given.help, "required": given.required}
    blank = getattr(given, "blank", "") or getattr(given, "refused", "")
    return about | ({"error_messages": {"required": blank}} if blank else {})


def _words(given: inputs.Words, asked: Asked, about: dict[str, Any]) -> forms.Field:
    widget = forms.Textarea(attrs={"rows": given.rows, "data-send": True})
    return forms.CharField(widget=widget, max_length=given.most, **about)


def _line(given: inputs.Line, asked: Asked, about: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=given.most, **about)


def _tags(given: Input, asked: Asked, about: dict[str, Any]) -> forms.Field:
    # Of one ticket they are all its tags, and may be none.
    return OfTags(max_length=900, **{**about, "required": asked.ticket is None})


def _flag(given: Input, asked: Asked, about: dict[str, Any]) -> forms.Field:
    return forms.BooleanField(**{**about, "required": False})


def _known(given: Input, asked: Asked, about: dict[str, Any]) -> forms.Field:
    return Known(choices=KNOWN, **about)


def _choice(given: inputs.Choice, asked: Asked, about: dict[str, Any]) -> forms.Field:
    things = {str(value): value for value in given.values}
    choices = [(str(value), label) for value, label in given.choices]
    looks: dict[str, Any] = {"widget": forms.RadioSelect, "initial": choices[0][0]} if given.open else {}
    if given.default is not None:  # one of them is always chosen
        looks["initial"], about["required"] = str(given.default), True
    about.pop("error_messages", None)
    return Picked(things=things, choices=choices, **looks, **about)


def _moment(given: Input, asked: Asked, about: dict[str, Any]) -> forms.Field:
    return Moment(**about)


def _agent(given: Input, asked: Asked, about: dict[str, Any]) -> forms.Field:
    agents = agents_of(*asked.desks)
    choices = [*_nearest_first(agents.values(), asked), (NOBODY, _("Nobody"))]
    looks: dict[str, Any] = {"widget": forms.RadioSelect} if asked.ticket else {}
    things = {str(pk): agent for pk, agent in agents.items()}
    return Picked(things=things, choices=choices, **looks, **{**about, "required": False})


def agents_of(*desks: int) -> dict[int, Person]:
    """Everybody who works at these desks, by id, in the order of their names; `teams_here` are the ids of their
    teams. One query."""
    seats = Membership.objects.filter(desk__in=desks, person__is_active=True).exclude(role=Membership.Role.AUDITOR)
    agents: dict[int, Person] = {}
    for seat in seats.select_related("person").order_by("person__name", "pk"):
        agent = agents.setdefault(seat.person_id, seat.person)
        agent.__dict__.setdefault("teams_here", []).append(seat.team_id)
    return agents


def _nearest_first(agents: Iterable[Any], asked: Asked) -> list[tuple[str, str]]:
    """Me, then the people of the ticket's team, then everybody else."""
    by, team = asked.by, asked.ticket.team_id if asked.ticket else None
    ordered = sorted(agents, key=lambda agent: (agent.pk != by.pk, team is None or team not in agent.teams_here))
    return [(str(a.pk), _("Me (%(name)s)") % {"name": a.name} if a.pk == by.pk else a.name) for a in ordered]


def _service(given: Input, asked: Asked, about: dict[str, Any]) -> forms.Field:
    now = asked.ticket.service_id if asked.ticket else None
    groups: dict[str, list[tuple[str, str]]] = {}
    things: dict[str, Any] = {}
    for desk in asked.desks:
        for service in config_cache.current().services_of(desk):
            if service.active or service.pk == now:
                groups.setdefault(service.category.name, []).append((str(service.pk), service.name))
                things[str(service.pk)] = service
    nothing = "—" if asked.ticket else _("As it is")
    return Picked(things=things, choices=[(NOBODY, nothing), *groups.items()], **about)


def _place(given: Input, asked: Asked, about: dict[str, Any]) -> forms.Field:
    """The teams of the desks by tier; a tier with several can be chosen itself, then the service decides."""
    known = config_cache.current()
    team_now, tier_now = (asked.ticket.team_id, asked.ticket.line_id) if asked.ticket else (None, None)
    groups: list[tuple[str, Any]] = []
    things: dict[str, Any] = {}
    for desk in asked.desks:
        of = f"{known.desks[desk].name} · " if len(asked.desks) > 1 else ""
        for tier in known.lines_of(desk):
            teams = [team for team in known.teams_of(desk) if team.line_id == tier.pk]
            offered: list[tuple[str, str, Any]] = [
                (f"team-{team.pk}", team.name, team) for team in teams if team.pk != team_now
            ]
            if len(teams) > 1 and tier.pk != tier_now:
                offered.insert(0, (f"line-{tier.pk}", _("%(line)s, by service") % {"line": tier.name}, tier))
            if offered:
                name = tier.key if tier.key == tier.name else f"{tier.key} · {tier.name}"
                groups.append((of + name, [(value, label) for value, label, _thing in offered]))
                things |= {value: thing for value, _label, thing in offered}
    likely = _likely(asked.ticket) if asked.ticket else None
    return Picked(things=things, choices=groups, initial=likely, **about)


def _likely(ticket: Ticket) -> str:
    """The team of the service when it has another one, else the next tier."""
    known = config_cache.current()
    if ticket.service and ticket.service.team_id not in (None, ticket.team_id):
        return f"team-{ticket.service.team_id}"
    tier = known.next_line(ticket.line) if ticket.line else None
    teams = [team for team in known.teams_of(ticket.desk_id) if tier and team.line_id == tier.pk]
    if tier and len(teams) > 1:
        return f"line-{tier.pk}"
    return f"team-{teams[0].pk}" if teams else ""


def _other_desk(given: Input, asked: Asked, about: dict[str, Any]) -> forms.Field:
    now = asked.ticket.desk_id if asked.ticket else None
    desks = {str(d.pk): d for d in config_cache.current().desks.values() if d.active and d.pk != now}
    return Picked(things=desks, choices=[(pk, desk.name) for pk, desk in desks.items()], **about)


def _code(given: inputs.Code, asked: Asked, about: dict[str, Any]) -> forms.Field:
    codes = [code for desk in asked.desks for code in config_cache.current().options_of(desk, given.list)]
    choices = [(NOBODY, "—"), *((str(code.pk), code.name) for code in codes)]
    return Picked(things={str(code.pk): code for code in codes}, choices=choices, **about)


def _ticket(given: Input, asked: Asked, about: dict[str, Any]) -> forms.Field:
    return Number(by=asked.by, **about)


def _somebody(given: Input, asked: Asked, about: dict[str, Any]) -> forms.Field:
    return Somebody(max_length=200, **about)


FIELDS: dict[type[Input], Callable[[Any, Asked, dict[str, Any]], forms.Field]] = {
    inputs.Words: _words,
    inputs.Line: _line,
    inputs.Tags: _tags,
    inputs.Flag: _flag,
    inputs.Known: _known,
    inputs.Choice: _choice,
    inputs.Moment: _moment,
    inputs.Agent: _agent,
    inputs.OfferedService: _service,
    inputs.Place: _place,
    inputs.OtherDesk: _other_desk,
    inputs.Code: _code,
    inputs.OtherTicket: _ticket,
    inputs.Colleague: _somebody,
}
"""Kind → field. What is not here is asked for by no form, or by one of its own."""


def asked_for(verb: Verb) -> list[Input]:
    """The inputs of a verb for which a form asks."""
    return [each for each in verb.inputs if each.on_page and type(each) in FIELDS]


def zone_of(person: Person) -> ZoneInfo:
    return ZoneInfo(person.zone or "UTC")
