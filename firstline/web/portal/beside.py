"""Who takes part beside the requester, as one of the asking side is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from firstline.people.models import Person
from firstline.tickets import brought
from firstline.tickets.hearing import TAKES_PART
from firstline.tickets.models import Ticket


@dataclass(frozen=True)
class Asker:
    """One who asked it for the requester. `reads`: the requester has let them read everything."""

    person: Person
    reads: bool


@dataclass(frozen=True)
class Beside:
    """`names`: of those whom somebody named, the address; a name would tell whose it is. Askers see only each other,
    and of merged requests each side sees its own people."""

    askers: Sequence[Asker]
    names: Sequence[str]


def beside(ticket: Ticket, *, by: Person) -> Beside:
    """One query; one more for whom a merge brought."""
    side = brought.request_of(by, ticket)
    found = ticket.participants.filter(role__in=TAKES_PART).select_related("person").order_by("pk")
    came_with = None if side.pk == ticket.pk else side.pk
    here = [each for each in found if each.came_with_id == came_with]
    rows = [(each.role, each.person) for each in here if each.person_id not in (ticket.requester_id, side.requester_id)]
    reading = [person for role, person in rows if role == "participant"]
    asking = [person for role, person in rows if role == "asker"]
    askers = [Asker(person, person in reading) for person in asking]
    is_let_in = by.pk == side.requester_id or by in reading or by not in asking
    named = [person for person in reading if person not in asking] if is_let_in else []
    return Beside(askers, [_called(person, by) for person in named])


def _called(person: Person, by: Person) -> str:
    return person.name if person == by else person.email or person.name
