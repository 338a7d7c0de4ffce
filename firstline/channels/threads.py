"""Which ticket something belongs to. What anybody could guess proves nothing."""

from dataclasses import dataclass

from firstline.catalog.models import Desk
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


def standing_of(incoming: Incoming, person: Person | None, *, proved: bool, desk: Desk | None) -> Standing | None:
    """The ticket that this belongs to: by a signed address, by what it answers, or by the number it names.

    The first two also let a stranger's words reach the ticket (as a note); the number, which anybody could guess,
    counts only when its sender takes part and is proved, and when it is one of the desk that was written to. A merged
    ticket leads to the one it was merged into.
    """
    ticket = _signed(incoming) or _answered(incoming)
    if ticket is None and proved:
        ticket = named_ticket(incoming, person, desk=desk)
    return stand(ticket, person) if ticket is not None else None


def stand(ticket: Ticket, person: Person | None) -> Standing:
    """How the sender stands to it, or to the one into which it was merged."""
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
    return Standing(ticket, asking=_is_asking(person, ticket), working=_works(person, ticket))


def named_ticket(incoming: Incoming, person: Person | None, *, desk: Desk | None = None) -> Ticket | None:
    """The ticket that it names, if its sender says to be one who takes part: no proof. With `desk`, only one that is
    there now or began there: another desk may be spoken to of a request that is not its own."""
    if person is None or not incoming.named:
        return None
    tickets = {ticket.number: ticket for ticket in Ticket.objects.filter(number__in=incoming.named[:20])}
    named = (tickets[number] for number in incoming.named if number in tickets)
    return next((ticket for ticket in named if _is_asking(person, ticket) and _is_of(desk, ticket)), None)


def _is_of(desk: Desk | None, ticket: Ticket) -> bool:
    return desk is None or ticket.desk_id == desk.pk or ticket.number.startswith(f"{desk.key}-")


def _signed(incoming: Incoming) -> Ticket | None:
    return Ticket.objects.filter(number=incoming.signed).first() if incoming.signed else None


def _answered(incoming: Incoming) -> Ticket | None:
    ids = [letter_id for letter_id in incoming.answers if len(letter_id) <= 250]
    if not ids:
        return None
    found = dict(Received.objects.filter(letter_id__in=ids, ticket__isnull=False).values_list("letter_id", "ticket"))
    found |= dict(Delivery.objects.filter(letter_id__in=ids).values_list("letter_id", "ticket"))
    first = next((found[letter_id] for letter_id in ids if letter_id in found), None)
    return Ticket.objects.filter(pk=first).first() if first else None


def _is_asking(person: Person | None, ticket: Ticket) -> bool:
    return person is not None and bool(ASKING & relations(person, ticket))


def _works(person: Person | None, ticket: Ticket) -> bool:
    return person is not None and works_on(person, ticket)
