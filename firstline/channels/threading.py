"""Which ticket something belongs to. What anybody could guess proves nothing."""

from dataclasses import dataclass

from django.db.models import Case, Value, When

from firstline.catalog.models import Desk
from firstline.channels.base import Incoming
from firstline.channels.models import InboundMessage
from firstline.channels.proof import PASS
from firstline.channels.verdicts import Sender, Way
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets.access import ASKING, Relation
from firstline.tickets.models import Ticket
from firstline.tickets.rights import relations, works_on

_MOST_SAME = 20
"""Emails of one id that are looked at for one in which somebody takes part."""


@dataclass(frozen=True)
class Standing:
    """The ticket, the way that led there, and how the person stands to it."""

    ticket: Ticket
    way: Way
    sender: Sender
    through: tuple[Ticket, ...] = ()
    """Tickets that were merged on the way to it."""
    answered_at: int | None = None
    """The desk from which the answered letter came, or to which it went."""

    @property
    def first(self) -> Ticket:
        """The ticket to which it led before any merge."""
        return self.through[0] if self.through else self.ticket

    def is_at(self, desk: Desk) -> bool:
        """Whether what is written to this desk may belong there: the ticket is there now or began there, or what it
        answers came from there or went there. Another desk has other readers."""
        return desk.pk == self.answered_at or any(_is_of(desk, each) for each in (self.ticket, *self.through))


def standing_of(incoming: Incoming, person: Person | None, *, desk: Desk | None) -> Standing | None:
    """The ticket to which this leads: by a signed address, by what it answers, or by the number it names; what becomes
    of it there is said by `verdicts`.

    The number, which anybody could guess, leads only those who take part, to a ticket of the desk that was written to.
    A merged ticket leads to the one it was merged into.
    """
    way, ticket, answered_at = Way.SIGNED, _signed(incoming), None
    if ticket is None:
        way, (ticket, answered_at) = Way.ANSWERED, _answered(incoming, person)
    if ticket is None:
        way, (ticket, answered_at) = Way.ANSWERED, _in_thread(incoming)
    if ticket is None:
        way, ticket = Way.NUMBER, named_ticket(incoming, person, desk=desk)
    if ticket is None:
        return None
    return stand(ticket, person, way=way, answered_at=answered_at)


def stand(ticket: Ticket, person: Person | None, *, way: Way, answered_at: int | None = None) -> Standing:
    """How the sender stands to it, or to the one into which it was merged."""
    through = []
    while ticket.merged_into is not None:
        through.append(ticket)
        ticket = ticket.merged_into
    return Standing(ticket, way, sender_of(person, ticket), tuple(through), answered_at)


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
    tickets = {
        ticket.number: ticket for ticket in Ticket.objects.filter(number__in=incoming.named[:20]).defer("search")
    }
    named = (tickets[number] for number in incoming.named if number in tickets)
    return next((ticket for ticket in named if _is_asking(person, ticket) and _is_of(desk, ticket)), None)


def _is_of(desk: Desk | None, ticket: Ticket) -> bool:
    return desk is None or ticket.desk_id == desk.pk or ticket.number.startswith(f"{desk.key}-")


def _signed(incoming: Incoming) -> Ticket | None:
    return Ticket.objects.filter(number=incoming.signed).first() if incoming.signed else None


def _answered(incoming: Incoming, person: Person | None) -> tuple[Ticket | None, int | None]:
    """The ticket of the likeliest letter that it answers, and that letter's desk."""
    ids = [letter_id for letter_id in incoming.answers if len(letter_id) <= 250]
    if not ids:
        return None, None
    came = InboundMessage.objects.filter(kind=incoming.channel, letter_id__in=ids, ticket__isnull=False)
    known = set(came.values_list("letter_id", flat=True).distinct())
    left = _left_as(incoming.channel, ids)
    for letter_id in ids:
        if letter_id in left:
            return left[letter_id].ticket, left[letter_id].desk_id
        letter = _came_as(incoming.channel, letter_id, person) if letter_id in known else None
        if letter is not None:
            return letter.ticket, letter.inbox.desk_id if letter.inbox else None
    return None, None


def _left_as(channel: str, ids: list[str]) -> dict[str, Delivery]:
    """What of ours bears each of these ids."""
    left: dict[str, Delivery] = {}
    for each in Delivery.objects.answered_by(channel, ids).select_related("ticket"):
        left |= {name: each for name in (each.remote_id, each.letter_id) if name}
    return left


def _in_thread(incoming: Incoming) -> tuple[Ticket | None, int | None]:
    """The ticket of the conversation in which it was said, and the desk of what was said there last."""
    if not incoming.thread:
        return None, None
    here = {"channel": incoming.channel, "thread": incoming.thread}
    left = Delivery.objects.filter(**here).select_related("ticket").order_by("-id").first()
    if left is not None:
        return left.ticket, left.desk_id
    came = InboundMessage.objects.filter(kind=incoming.channel, thread=incoming.thread, ticket__isnull=False)
    last = came.select_related("ticket", "inbox").order_by("-id").first()
    return (None, None) if last is None else (last.ticket, last.inbox.desk_id if last.inbox else None)


def _came_as(channel: str, letter_id: str, person: Person | None) -> InboundMessage | None:
    """The email of that id that this person answers. Anybody can use an id again: the person's own comes before those
    of others, one that is proved before the rest, and the first before those that followed. None where they lead to
    what several people opened, and it is not plain which of it is this person's."""
    known = InboundMessage.objects.filter(kind=channel, letter_id=letter_id, ticket__isnull=False)
    came = known.select_related("ticket", "inbox")
    likely = came.defer("ticket__search").order_by(
        Case(When(person=person, then=0), default=1) if person else Value(1),
        Case(When(proof__result=PASS, then=0), default=1),
        "id",
    )
    openers = came.order_by().values_list("ticket__requester", flat=True).distinct()[:2]
    if len(openers) < 2:
        return likely.first()
    if person is None:
        return None
    own = likely.filter(ticket__requester=person).first()
    if own is not None:
        return own
    parts = list(likely.filter(ticket__participants__person=person)[:_MOST_SAME])
    parts = [each for each in parts if each.ticket is not None and _is_asking(person, each.ticket)]
    return parts[0] if len({each.ticket_id for each in parts}) == 1 else None


def _is_asking(person: Person | None, ticket: Ticket) -> bool:
    return person is not None and bool(ASKING & relations(person, ticket))
