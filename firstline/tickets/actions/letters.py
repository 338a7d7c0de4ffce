"""What became of letters, where the ticket has to know it: the outbox tells it, nobody else.

The events name the letter and the person only. Address and answer stand on the delivery, where they can be erased.
"""

from typing import TYPE_CHECKING, Any

from firstline.tickets.actions.declaring import verb
from firstline.tickets.models import Ticket
from firstline.tickets.record import record
from firstline.tickets.verbs import STAFF

if TYPE_CHECKING:
    from firstline.people.models import Person


@verb(may=STAFF)
def undelivered(ticket: Ticket, *, by: "Person", delivery: int, person: "Person", reason: str) -> Ticket:
    """A letter to this person did not arrive and is not tried again. `reason`: a key of `notices.failure_reasons`."""
    record(ticket, "undelivered", by=by, internal=True, delivery=delivery, person=person.pk, reason=reason)
    return ticket


@verb(may=STAFF)
def held_back(ticket: Ticket, *, by: "Person", person: "Person", reason: str) -> None:
    """This person was not written to, because somebody else brought about too many emails (`notices.budget`)."""
    record(ticket, "held_back", by=by, internal=True, person=person.pk, reason=reason)


@verb(may=STAFF)
def send_again(ticket: Ticket, *, by: "Person", delivery: int, person: "Person") -> Ticket:
    """A letter that did not arrive is to leave once more."""
    record(ticket, "sent_again", by=by, internal=True, delivery=delivery, person=person.pk)
    return ticket


@verb(may=STAFF)
def also_sent(ticket: Ticket, *, by: "Person", other: Ticket) -> None:
    """Its email was sent to the desk of the other ticket as well."""
    record(ticket, "also_sent", by=by, internal=True, other=other.pk, desk=other.desk_id)


@verb(may=STAFF)
def named_another(
    ticket: Ticket, *, by: "Person", other: Ticket, person: "Person", proved: bool, answers: bool = False
) -> None:
    """Its email names another ticket, in which its sender takes part, and was not put there: its sender is not proved,
    or (`proved`) it was written to another desk. `answers`: it answers an email about that one, and was written to
    another desk alone."""
    more: dict[str, Any] = {"answers": True} if answers else {}
    record(ticket, "named_another", by=by, internal=True, other=other.pk, person=person.pk, proved=proved, **more)


@verb(may=STAFF)
def not_handed_on(ticket: Ticket, *, by: "Person", desks: list[int], most: int) -> None:
    """Its email names these desks as well, which are more than it is handed on to."""
    record(ticket, "not_handed_on", by=by, internal=True, desks=desks, most=most)
