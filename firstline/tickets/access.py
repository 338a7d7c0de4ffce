"""How somebody can stand to a ticket: one table, from which every answer to "who sees this" is derived.

Of one ticket in memory (`rights`), of all tickets, words and files in SQL (`querysets`), of the live stream and of
those whom notices tell (`hearing`): none of them names a role, a column or a seat by itself. What somebody who stands
so may do is said by the verbs (`verbs.VERBS`). A new relation is a row of ACCESS; a new source answers one question in
three ways, which tests/tickets/test_access.py holds against each other in random worlds.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from firstline.people.models import Person

Keys = Collection[str]
NONE = Q(pk=None)


class Relation(StrEnum):
    SYSTEM = "system"
    REQUESTER = "requester"
    PARTICIPANT = "participant"
    ASKER = "asker"
    AGENT = "agent"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Source(Protocol):
    """Where it stands written how people stand to tickets. `keys`: for a relation each, what is written there."""

    asks_database: ClassVar[bool]
    """Whether `held` needs a query."""

    def held(self, person: "Person", ticket: Any, keys: Keys) -> set[str]:
        """Those keys by which this person stands to this ticket."""

    def tickets(self, person: "Person", of: Any, keys: Keys) -> Q:
        """To which tickets the person stands so by any of them, as a condition. `of`: the model of tickets."""

    def persons(self, ticket: Any, keys: Keys) -> Q:
        """Who stands to the ticket so by any of them, as a condition on persons."""


class Marks:
    """What the person is, to all tickets alike."""

    asks_database: ClassVar[bool] = False
    of_persons: ClassVar[dict[str, Q]] = {"is_machine": ~Q(kind="human"), "admin": Q(admin=True)}

    def held(self, person: "Person", ticket: Any, keys: Keys) -> set[str]:
        return {key for key in keys if getattr(person, key)}

    def tickets(self, person: "Person", of: Any, keys: Keys) -> Q:
        return Q() if self.held(person, None, keys) else NONE

    def persons(self, ticket: Any, keys: Keys) -> Q:
        return _any(self.of_persons[key] for key in keys)


class Seats:
    """A seat at the ticket's desk, by its role."""

    asks_database: ClassVar[bool] = False

    def held(self, person: "Person", ticket: Any, keys: Keys) -> set[str]:
        return {seat.role for seat in person.seats if seat.desk_id == ticket.desk_id and seat.role in keys}

    def tickets(self, person: "Person", of: Any, keys: Keys) -> Q:
        desks = {seat.desk_id for seat in person.seats if seat.role in keys}
        return Q(desk__in=desks) if desks else NONE

    def persons(self, ticket: Any, keys: Keys) -> Q:
        return Q(memberships__desk=ticket.desk_id, memberships__role__in=keys)


class Columns:
    """The ticket itself names them, in a column."""

    asks_database: ClassVar[bool] = False

    def held(self, person: "Person", ticket: Any, keys: Keys) -> set[str]:
        return {key for key in keys if getattr(ticket, f"{key}_id") == person.pk}

    def tickets(self, person: "Person", of: Any, keys: Keys) -> Q:
        return _any(Q(**{key: person}) for key in keys)

    def persons(self, ticket: Any, keys: Keys) -> Q:
        return Q(pk__in={getattr(ticket, f"{key}_id") for key in keys})


class Shares:
    """A row of those who take part, by its role."""

    asks_database: ClassVar[bool] = True

    def held(self, person: "Person", ticket: Any, keys: Keys) -> set[str]:
        return set(ticket.participants.filter(person=person, role__in=keys).values_list("role", flat=True))

    def tickets(self, person: "Person", of: Any, keys: Keys) -> Q:
        rows = of._meta.get_field("participants").related_model.objects
        return Q(Exists(rows.filter(ticket=OuterRef("pk"), person=person, role__in=keys)))

    def persons(self, ticket: Any, keys: Keys) -> Q:
        return Q(participations__ticket=ticket, participations__role__in=keys)


MARKS: Source = Marks()
SEATS: Source = Seats()
COLUMNS: Source = Columns()
SHARES: Source = Shares()


class Hears(StrEnum):
    """What of that which is said aloud somebody of the asking side reads (`hearing`)."""

    ALL = "all"
    SINCE = "since"
    """What is said while they take part."""
    ASIDE = "aside"
    """Only what is said to askers as well."""


@dataclass(frozen=True)
class Access:
    """Where it stands written that somebody stands so, and what they see. `inside`: all that the desk sees, as notes,
    held replies, clocks and fields. `hears`: they are of the asking side, and read this of what is said aloud."""

    source: Source
    key: str
    inside: bool = False
    hears: Hears | None = None


ACCESS: dict[Relation, Access] = {
    Relation.SYSTEM: Access(MARKS, "is_machine", inside=True),
    Relation.ADMIN: Access(MARKS, "admin", inside=True),
    Relation.AGENT: Access(SEATS, "agent", inside=True),
    Relation.MANAGER: Access(SEATS, "manager", inside=True),
    Relation.AUDITOR: Access(SEATS, "auditor", inside=True),
    Relation.REQUESTER: Access(COLUMNS, "requester", hears=Hears.ALL),
    # A watcher is a row beside these two and no relation: they see what their desk sees, and no more once they left it.
    Relation.PARTICIPANT: Access(SHARES, "participant", hears=Hears.SINCE),
    Relation.ASKER: Access(SHARES, "asker", hears=Hears.ASIDE),
}

INSIDE = frozenset(relation for relation, access in ACCESS.items() if access.inside)
ASKING = frozenset(relation for relation, access in ACCESS.items() if access.hears)
SEEING = INSIDE | ASKING
"""Who may know that there is such a ticket."""
SINCE = frozenset(relation for relation, access in ACCESS.items() if access.hears == Hears.SINCE)
BY_QUERY = frozenset(relation for relation, access in ACCESS.items() if access.source.asks_database)
AT_ONCE = frozenset(ACCESS) - BY_QUERY
BESIDE = ASKING & BY_QUERY
"""Who takes part beside the requester."""


def held(person: "Person", ticket: Any, relations: frozenset[Relation] = frozenset(ACCESS)) -> set[Relation]:
    """Those of these relations in which the person stands to the ticket. A query for each source that asks for it."""
    return {
        relation
        for source, keys in by_source(relations)
        for key in source.held(person, ticket, keys.keys())
        for relation in [keys[key]]
    }


def ways(person: "Person", of: Any, relations: frozenset[Relation]) -> list[Q]:
    """To which tickets the person stands in one of these relations: a condition for each source, since each is found by
    an index of its own. `of`: the model of tickets."""
    return [source.tickets(person, of, keys.keys()) for source, keys in by_source(relations)]


def anyhow(person: "Person", of: Any, relations: frozenset[Relation]) -> Q:
    """The same as one condition."""
    found = ways(person, of, relations)
    return Q() if Q() in found else _any(each for each in found if each != NONE)


@dataclass(frozen=True)
class Inside:
    """The desks of which somebody sees the inner side: `desk in Inside`."""

    everywhere: bool
    desks: frozenset[int]

    def __contains__(self, desk: int) -> bool:
        return self.everywhere or desk in self.desks


def inside_of(person: "Person") -> Inside:
    """Where the person sees the inner side of all tickets, whatever stands in these."""
    everywhere, seats = keys_of(MARKS, INSIDE), keys_of(SEATS, INSIDE)
    return Inside(
        bool(MARKS.held(person, None, everywhere)),
        frozenset(seat.desk_id for seat in person.seats if seat.role in seats),
    )


def persons(ticket: Any, relations: frozenset[Relation]) -> Q:
    """Who stands to the ticket in one of these relations, as a condition on persons, who may meet it more than once."""
    return _any(source.persons(ticket, keys.keys()) for source, keys in by_source(relations))


def keys_of(source: Source, relations: frozenset[Relation]) -> tuple[str, ...]:
    """What is written in this source of those who stand in one of these relations."""
    return tuple(
        ACCESS[relation].key for relation in ACCESS if relation in relations and ACCESS[relation].source is source
    )


@cache
def by_source(relations: frozenset[Relation]) -> list[tuple[Source, dict[str, Relation]]]:
    """These relations by where they stand written: source, and key → relation."""
    found: dict[Source, dict[str, Relation]] = {}
    for relation, access in ACCESS.items():
        if relation in relations:
            found.setdefault(access.source, {})[access.key] = relation
    return list(found.items())


def _any(conditions: Iterator[Q]) -> Q:
    found = NONE
    for condition in conditions:
        found = condition if found is NONE else found | condition
    return found
