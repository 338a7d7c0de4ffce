"""Who takes part beside the requester, as one of the asking side is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from firstline.people.models import Person
from firstline.tickets import brought
from firstline.tickets.errors import WrongState
from firstline.tickets.hearing import TAKES_PART
from firstline.tickets.models import Participant, Ticket
from firstline.tickets.tracked import BLANK


@dataclass(frozen=True)
class Asker:
    """One who asked it for the requester. `name`: as they are called here; `reads`: the requester has let them read
    everything."""

    person: Person
    name: str
    reads: bool


@dataclass(frozen=True)
class Beside:
    """`names`: of those whom somebody named, the address by which they did; a name or another address would tell whose
    it is. Askers see only each other, and of merged requests each side sees its own people."""

    askers: Sequence[Asker]
    names: Sequence[str]


def beside(ticket: Ticket, *, by: Person) -> Beside:
    """One query; one more for whom a merge brought."""
    side = brought.request_of(by, ticket)
    found = ticket.participants.filter(role__in=TAKES_PART).select_related("person").order_by("pk")
    came_with = None if side.pk == ticket.pk else side.pk
    here = [each for each in found if each.came_with_id == came_with]
    rows = [each for each in here if each.person_id not in (ticket.requester_id, side.requester_id)]
    reading = {each.person: each for each in rows if each.role == "participant"}
    asking = {each.person: each for each in rows if each.role == "asker"}
    names = {person: _called(row, side, by) for person, row in (reading | asking).items()}
    askers = [Asker(person, name, person in reading) for person in asking for name in names[person]]
    is_let_in = by.pk == side.requester_id or by in reading or by not in asking
    named = [person for person in reading if person not in asking] if is_let_in else []
    return Beside(askers, [name for person in named for name in names[person]])


def _called(row: Participant, ticket: Ticket, by: Person) -> list[str]:
    """Their name only to themselves, and of the one who asked it, whom nobody had to name."""
    person = row.person
    if person == by or (row.role == "asker" and person.pk == ticket.asked_by_id):
        return [person.name]
    is_let_in_by_desk = row.role == "participant" and row.sees_from is not None
    return row.named or [person.email or (person.name if is_let_in_by_desk else BLANK)]


def asker(ticket: Ticket, chosen: str, *, by: Person) -> Asker:
    """One of those who asked it for the requester, by their id as the page has it. Raises WrongState."""
    found = next((each for each in beside(ticket, by=by).askers if str(each.person.pk) == chosen), None)
    if found is None:
        raise WrongState(_("Nobody asked this for somebody else."))
    return found
