"""Which ticket something belongs to. What anybody could guess proves nothing."""

from dataclasses import dataclass

from firstline.catalog.models import Desk
from firstline.channels.base import Incoming
from firstline.channels.models import Received
from firstline.channels.verdicts import Sender, Way
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets.models import Ticket
from firstline.tickets.rights import ASKING, Relation, relations, works_on


@dataclass(frozen=True)
class Standing:
    """The ticket, the way that led there, and how the person stands to it."""

    ticket: Ticket
    way: Way
    sender: Sender


def standing_of(incoming: Incoming, person: Person | None, *, desk: Desk | None) -> Standing | None:
    """The ticket to which this leads: by a signed address, by what it answers, or by the number it names; what becomes
    of it there is said by `verdicts`.

    The number, which anybody could guess, leads only those who take part, to a ticket of the desk that was written to.
    A merged ticket leads to the one it was merged into.
    """
    way, ticket = Way.SIGNED, _signed(incoming)
    if ticket is None:
        way, ticket = Way.ANSWERED, _answered(incoming)
    if ticket is None:
        way, ticket = Way.NUMBER, named_ticket(incoming, person, desk=desk)
    if ticket is None:
        return None
    return stand(ticket, person, way=way)


def stand(ticket: Ticket, person: Person | None, *, way: Way) -> Standing:
    """How the sender stands to it, or to the one into which it was merged."""
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
    return Standing(ticket, way, sender_of(person, ticket))


def sender_of(person: Person | None, ticket: Ticket) -> Sender:
    """How the person of an address stands to the ticket. Whoever asks it for themselves asks, wherever they work."""
    if person is None:
        return Sender.STRANGER
    found = relations(person, ticket)
    if Relation.REQUESTER in found:
        return Sender.REQUESTER
    if ASKING & found:
        return Sender.PARTICIPANT
    return Sender.WORKER if works_on(person, ticket) else Sender.OUTSIDER


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
