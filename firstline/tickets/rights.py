"""Who may do what to a ticket: one table of verbs and relations."""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from firstline.catalog.models import Membership
from firstline.tickets.lists import FOR_SOMEBODY
from firstline.tickets.refusals import NotAllowed

if TYPE_CHECKING:
    from firstline.people.models import Person


class Relation(StrEnum):
    SYSTEM = "system"
    REQUESTER = "requester"
    PARTICIPANT = "participant"
    AGENT = "agent"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"


STAFF = frozenset({Relation.AGENT, Relation.MANAGER, Relation.SYSTEM})
ASKING = frozenset({Relation.REQUESTER, Relation.PARTICIPANT})

MAY: dict[str, frozenset[Relation]] = {
    "accept": STAFF,
    "assign": STAFF,
    "classify": STAFF,
    "change_priority": STAFF,
    "reply": STAFF | ASKING,
    "withdraw": STAFF,
    "note": STAFF,
    "attach": STAFF | ASKING,
    "mention": STAFF,
    "watch": STAFF | {Relation.AUDITOR, Relation.ADMIN},
    "add_participant": STAFF | {Relation.REQUESTER},
    "escalate": STAFF,
    "send_back": STAFF,
    "transfer": STAFF,
    "hold": STAFF,
    "resume": STAFF,
    "snooze": STAFF,
    "link": STAFF,
    "merge": STAFF,
    "unmerge": STAFF,
    "split": STAFF,
    "resolve": STAFF,
    "close": STAFF | {Relation.REQUESTER},
    "reopen": STAFF | {Relation.REQUESTER},
    "cancel": STAFF | {Relation.REQUESTER},
    "rate": frozenset({Relation.REQUESTER}),
    "rename": STAFF,
    "tag": STAFF,
    "file": STAFF,
    "end_links": STAFF,
}


def relations(person: "Person", ticket: Any) -> frozenset[Relation]:
    """How the person stands to the ticket. One query (their seats) per person instance, one more for participants."""
    if person.is_machine:
        return frozenset({Relation.SYSTEM})
    found = {Relation(seat.role) for seat in person.seats if seat.desk_id == ticket.desk_id}
    if person.admin:
        found.add(Relation.ADMIN)
    if person.pk == ticket.requester_id or (not found and asked_for_somebody(person, ticket)):
        found.add(Relation.REQUESTER)
    if not found and ticket.participants.filter(person=person, role="participant").exists():
        found.add(Relation.PARTICIPANT)
    return frozenset(found)


def seat(persons: Iterable["Person"]) -> None:
    """Read the seats of these persons in one query, for what is asked about each of them next."""
    theirs: dict[int, list[Membership]] = defaultdict(list)
    wanted = list(persons)
    for membership in Membership.objects.filter(person__in=wanted).select_related("desk", "team"):
        theirs[membership.person_id].append(membership)
    for person in wanted:
        person.__dict__["seats"] = tuple(theirs[person.pk])


def asked_for_somebody(person: "Person", ticket: Any) -> bool:
    """Whether the person asked in the portal on behalf of the requester: `lists.FOR_SOMEBODY`, of one ticket."""
    return person.pk == ticket.creator_id and all(getattr(ticket, name) == it for name, it in FOR_SOMEBODY.items())


def came_late(person: "Person", ticket: Any) -> bool:
    """Whether the person takes part, but does not read what was said before he was let in."""
    if works_on(person, ticket) or person.pk == ticket.requester_id or asked_for_somebody(person, ticket):
        return False
    return bool(ticket.participants.filter(person=person, role="participant", sees_from__isnull=False).exists())


def works_on(person: "Person", ticket: Any) -> bool:
    """Whether the person sees the inner side of the ticket: notes, held replies, clocks."""
    return person.is_machine or person.admin or any(seat.desk_id == ticket.desk_id for seat in person.seats)


def may(person: "Person", verb: str, ticket: Any) -> bool:
    return bool(MAY[verb] & relations(person, ticket))


def require(person: "Person", verb: str, ticket: Any) -> None:
    """Raise NotAllowed, with a sentence, unless the person may."""
    if not may(person, verb, ticket):
        raise NotAllowed(_("You may not do this with %(number)s.") % {"number": ticket.number})
