"""Who may do what to a ticket: how people stand to it (`access.ACCESS`), and what a verb asks for (`verbs.VERBS`)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from firstline.catalog.models import Membership
from firstline.tickets import access
from firstline.tickets.access import Relation
from firstline.tickets.errors import NotAllowed
from firstline.tickets.hearing import TAKES_PART, Said, hears
from firstline.tickets.verbs import STAFF, VERBS

if TYPE_CHECKING:
    from firstline.people.models import Person


WORKING = frozenset({Relation.AGENT, Relation.MANAGER, Relation.REQUESTER})
"""Who is one of these takes part as nothing else. To administer or to audit a desk is no share in what one asked."""
READING = frozenset({Relation.REQUESTER, Relation.PARTICIPANT})
"""Those of the asking side who read what is said to it; an asker reads only what is said to askers."""


def relations(person: "Person", ticket: Any) -> frozenset[Relation]:
    """How the person stands to the ticket. One query (their seats) per person instance, one more for participants."""
    if person.is_machine:
        return frozenset({Relation.SYSTEM})
    found = access.held(person, ticket, access.AT_ONCE)
    return frozenset(found if found & WORKING else found | access.held(person, ticket, access.BY_QUERY))


def at_desk(person: "Person", desk: Any) -> frozenset[Relation]:
    """How the person stands to a request that is still to be opened there."""
    if person.is_machine:
        return frozenset({Relation.SYSTEM})
    found = {Relation(seat.role) for seat in person.seats if seat.desk_id == desk.pk}
    if person.admin:
        found.add(Relation.ADMIN)
    return frozenset(found or {Relation.REQUESTER})


def desks_handled(person: "Person") -> set[int]:
    """The desks whose requests the person handles; an auditor only reads."""
    return {seat.desk_id for seat in person.seats if seat.role in STAFF}


def desks_managed(person: "Person") -> set[int]:
    return {seat.desk_id for seat in person.seats if seat.role == Relation.MANAGER}


def seat(persons: Iterable["Person"]) -> None:
    """Read the seats of these persons in one query, for what is asked about each of them next."""
    theirs: dict[int, list[Membership]] = defaultdict(list)
    wanted = list(persons)
    for membership in Membership.objects.filter(person__in=wanted).select_related("desk", "team").order_by("pk"):
        theirs[membership.person_id].append(membership)
    for person in wanted:
        person.__dict__["seats"] = tuple(theirs[person.pk])


def readers_of(message: Any) -> set[int]:
    """Those of the asking side who may read the message, by id: `MessageQuerySet.readable_by`, of one message that has
    left. One query."""
    home = message.origin or message.ticket
    shares: dict[int, list[Any]] = {home.requester_id: []}
    for each in home.participants.filter(role__in=TAKES_PART):
        shares.setdefault(each.person_id, []).append(each)
    said = Said(message.created_at, aside=message.to_askers, by_desk=message.kind == "reply")
    heard = {
        person
        for person, theirs in shares.items()
        if hears(said, is_requester=person == home.requester_id, shares=theirs)
    }
    return heard | {message.author_id}


@dataclass
class Share:
    """As what somebody takes part in a ticket: role → from when on they read. `came_with`: the request with which a
    merge brought them, if they are there by that alone."""

    roles: dict[str, Any] = field(default_factory=dict)
    came_with: int | None = None


def shares_of(person: "Person", *tickets: Any) -> dict[int, Share]:
    """As what the person takes part in these tickets, by their ids. One query, or none where all are their own: whoever
    asked for themselves takes part as nothing else."""
    found = {ticket.pk: Share() for ticket in tickets}
    if all(ticket.requester_id == ticket.creator_id == person.pk for ticket in tickets):
        return found
    rows = person.participations.filter(ticket__in=found, role__in=TAKES_PART)
    alone: dict[int, set[int | None]] = defaultdict(set)
    for ticket, role, sees_from, came_with in rows.values_list("ticket", "role", "sees_from", "came_with"):
        found[ticket].roles[role] = sees_from
        alone[ticket].add(came_with)
    for ticket in tickets:
        if ticket.requester_id != person.pk and None not in alone[ticket.pk]:
            found[ticket.pk].came_with = min(filter(None, alone[ticket.pk]), default=None)
    return found


def is_only_asker(person: "Person", ticket: Any, share: Share) -> bool:
    """Whether the person asked it for somebody else, who has not let them read more. `share`: from `shares_of`."""
    return "asker" in share.roles and "participant" not in share.roles and person.pk != ticket.requester_id


def names_only_an_address(person: "Person", ticket: Any, share: Share) -> bool:
    """Whether the person is told no more of the requester than their address: an asker, who named it, and who takes no
    part any more. Whom a merge brought is told of neither (`tickets.brought`)."""
    return person.pk != ticket.requester_id and "participant" not in share.roles


def reads_what_was_asked(person: "Person", ticket: Any, share: Share) -> bool:
    """Whether the person reads the answers in the form: not who was let in later. `share`: from `shares_of`."""
    return works_on(person, ticket) or person.pk == ticket.requester_id or None in share.roles.values()


def works_on(person: "Person", ticket: Any) -> bool:
    """Whether the person sees the inner side of the ticket: notes, held replies, clocks."""
    return bool(access.held(person, ticket, access.INSIDE))


def handles(person: "Person | None", ticket: Any) -> bool:
    """Whether the person can have the ticket in hand: they are active, and work at its desk."""
    return person is not None and person.is_active and bool(access.held(person, ticket, STAFF))


def may(person: "Person", verb: str, ticket: Any) -> bool:
    return bool(VERBS[verb].may & relations(person, ticket))


def require(person: "Person", verb: str, ticket: Any) -> None:
    """Raise NotAllowed, with a sentence, unless the person may."""
    if not may(person, verb, ticket):
        raise NotAllowed(_("You may not do this with %(number)s.") % {"number": ticket.number})
