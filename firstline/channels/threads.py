"""Which ticket something belongs to. What anybody could guess proves nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from firstline.channels.base import Incoming
from firstline.channels.models import Received
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets.models import Ticket
from firstline.tickets.rights import ASKING, relations, works_on


@dataclass(frozen=True)
class Standing:
    """The ticket, and how the sender stands to it: asking, working at its desk, or neither."""

    ticket: Ticket
    asking: bool
    working: bool


def standing_of(incoming: Incoming, person: Person | None, *, proved: bool) -> Standing | None:
    """The ticket that this belongs to: by a signed address, by what it answers, or by the number it names.

    The first two also let a stranger's words reach the ticket (as a note); the number, which anybody could guess,
    counts only when its sender takes part and is proved. A merged ticket leads to the one it was merged into.
    """
    for find in FINDERS if proved else UNGUESSABLE:
        ticket = find(incoming, person)
        if ticket is not None:
            while ticket.merged_into is not None:
                ticket = ticket.merged_into
            return Standing(ticket, asking=_is_asking(person, ticket), working=_works(person, ticket))
    return None


def _signed(incoming: Incoming, person: Person | None) -> Ticket | None:
    return Ticket.objects.filter(number=incoming.signed).first() if incoming.signed else None


def _answered(incoming: Incoming, person: Person | None) -> Ticket | None:
    ids = [letter_id for letter_id in incoming.answers if len(letter_id) <= 250]
    if not ids:
        return None
    found = dict(Received.objects.filter(letter_id__in=ids, ticket__isnull=False).values_list("letter_id", "ticket"))
    found |= dict(Delivery.objects.filter(letter_id__in=ids).values_list("letter_id", "ticket"))
    first = next((found[letter_id] for letter_id in ids if letter_id in found), None)
    return Ticket.objects.filter(pk=first).first() if first else None


def _named(incoming: Incoming, person: Person | None) -> Ticket | None:
    if person is None or not incoming.named:
        return None
    tickets = {ticket.number: ticket for ticket in Ticket.objects.filter(number__in=incoming.named[:20])}
    named = (tickets[number] for number in incoming.named if number in tickets)
    return next((ticket for ticket in named if _is_asking(person, ticket)), None)


named_ticket = _named
"""The ticket that it names, if its sender says to be one who takes part. For agents to look at, and no proof."""
Finder = Callable[[Incoming, Person | None], Ticket | None]
UNGUESSABLE: tuple[Finder, ...] = (_signed, _answered)
FINDERS: tuple[Finder, ...] = (*UNGUESSABLE, _named)


def _is_asking(person: Person | None, ticket: Ticket) -> bool:
    return person is not None and bool(ASKING & relations(person, ticket))


def _works(person: Person | None, ticket: Ticket) -> bool:
    return person is not None and works_on(person, ticket)
