"""The queues of an agent: named collections of the tickets at the desks where he works."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from firstline.catalog import config_cache
from firstline.catalog.models import Desk
from firstline.kit import clock
from firstline.kit.numbers import whole
from firstline.tickets.models import Ticket
from firstline.tickets.querysets import TicketQuerySet

if TYPE_CHECKING:
    from firstline.people.models import Person

BREACHING_MINUTES = 30


@dataclass
class Queue:
    """`open`: holds open tickets only, so that it can be worked off by the clock."""

    key: str
    title: str
    choose: Callable[[], TicketQuerySet] = field(repr=False)
    open: bool = True

    @cached_property
    def tickets(self) -> TicketQuerySet:
        return self.choose()


@dataclass(frozen=True)
class Group:
    """Queues under one heading; `desk` is None for the person's own."""

    desk: Desk | None
    queues: list[Queue]


Choose = Callable[[TicketQuerySet, "Person"], TicketQuerySet]

OWN: dict[str, tuple[Promise, Choose]] = {
    "mine": (_("Mine"), lambda tickets, person: tickets.assigned_to(person).open().exclude(phase="waiting").awake()),
    "breaching": (
        _("About to breach"),
        lambda tickets, person: tickets.filter(_care(person)).breaching_within(minutes=BREACHING_MINUTES),
    ),
    "waiting": (_("Waiting"), lambda tickets, person: tickets.filter(_care(person)).waiting()),
    "snoozed": (
        _("Snoozed"),
        lambda tickets, person: tickets.assigned_to(person).open().filter(snoozed_until__gt=clock.now()),
    ),
}

# "open" is of all his desks together, "open-2" of one. Title, choice, and whether it holds open ones only
SHARED: dict[str, tuple[Promise, Choose, bool]] = {
    "unaccepted": (
        _("Not accepted"),
        lambda tickets, person: tickets.filter(_teams(person)).unaccepted().awake(),
        True,
    ),
    "open": (_("All open"), lambda tickets, person: tickets.open(), True),
    "solved": (_("Solved"), lambda tickets, person: tickets.filter(phase="resolved"), False),
    "all": (_("All requests"), lambda tickets, person: tickets, False),
}


def queue(person: "Person", key: str) -> Queue:
    """The person's queue with this key; KeyError when he has none such."""
    if key in OWN:
        title, choose = OWN[key]
        return Queue(key, str(title), lambda: choose(Ticket.objects.at_desks_of(person), person))
    name, _dash, digits = key.partition("-")
    number = whole(digits)
    if name in SHARED and (number is not None or not digits):
        return _shared(person, name, number)
    if name in ("line", "team") and number is not None:
        return _part(person, name, number)
    raise KeyError(key)


def groups(person: "Person") -> Iterator[Group]:
    """What the rail shows: the person's own queues, then those of each desk where he works."""
    yield Group(None, [queue(person, key) for key in OWN])
    for desk in desks_of(person):
        yield Group(desk, [queue(person, key) for key in _keys(desk)])


def desks_of(person: "Person") -> list[Desk]:
    """Where he works, in the order of the desks; all of them for an administrator without a seat."""
    desks = config_cache.current().desks.values()
    seats = {seat.desk_id for seat in person.seats}
    chosen = [desk for desk in desks if desk.pk in seats or (person.admin and not seats)]
    return sorted(chosen, key=lambda desk: (desk.order, desk.key))


def leads(person: "Person", desk: Desk) -> bool:
    """Whether he answers for the whole desk: its manager, or an administrator."""
    return person.admin or any(seat.desk_id == desk.pk and seat.role != "agent" for seat in person.seats)


def first_queue(person: "Person") -> str:
    """The key of the queue where his day begins: what nobody accepted if he is first line, else his own."""
    first = {team.pk for desk in desks_of(person) if (team := config_cache.current().first_team(desk.pk))}
    seat = next((seat for seat in person.seats if seat.team_id in first), None)
    if seat is not None:
        return f"unaccepted-{seat.desk_id}"
    led = next((desk for desk in desks_of(person) if leads(person, desk)), None)
    return f"open-{led.pk}" if led and not any(seat.team_id for seat in person.seats) else "mine"


def _shared(person: "Person", name: str, desk_id: int | None) -> Queue:
    title, choose, is_open = SHARED[name]
    whole = Queue(name, str(title), lambda: choose(Ticket.objects.at_desks_of(person), person), is_open)
    if desk_id is None:
        return whole
    if desk_id not in {desk.pk for desk in desks_of(person)}:
        raise KeyError(f"{name}-{desk_id}")
    return Queue(f"{name}-{desk_id}", str(title), lambda: whole.tickets.filter(desk=desk_id), is_open)


def _part(person: "Person", name: str, number: int) -> Queue:
    desks = config_cache.current()
    part = desks.lines[number] if name == "line" else desks.teams[number]
    if part.desk_id not in {desk.pk for desk in desks_of(person)}:
        raise KeyError(f"{name}-{number}")
    key = f"{name}-{number}"
    # A line or team is of one desk, at which he sits; to ask for the desk as well would lead past the index.
    return Queue(key, part.name, lambda: Ticket.objects.filter(**{name: number}).open())


def _keys(desk: Desk) -> Iterator[str]:
    """A line with several teams is shown as its teams."""
    desks = config_cache.current()
    yield f"unaccepted-{desk.pk}"
    for line in sorted(desks.lines_of(desk.pk), key=lambda line: line.rank):
        teams = [team for team in desks.teams_of(desk.pk) if team.line_id == line.pk]
        yield from [f"line-{line.pk}"] if len(teams) < 2 else [f"team-{team.pk}" for team in teams]
    yield f"open-{desk.pk}"
    yield f"solved-{desk.pk}"


def _teams(person: "Person") -> Q:
    """At the person's teams; at the whole desk where he sits in none."""
    teams = {seat.team_id for seat in person.seats if seat.team_id}
    placed = {seat.desk_id for seat in person.seats if seat.team_id}
    whole = {desk.pk for desk in desks_of(person)} - placed
    return Q(team__in=teams) | Q(desk__in=whole) if whole else Q(team__in=teams)


def _care(person: "Person") -> Q:
    """What nobody else looks after: in the person's own hands, or in nobody's at their team."""
    return Q(assignee=person) | (Q(assignee__isnull=True) & _teams(person))
