"""What became of letters, where the ticket has to know it: the outbox tells it, nobody else.

The events name the letter and the person only. Address and answer stand on the delivery, where they can be erased.
"""

from typing import TYPE_CHECKING

from firstline.tickets.door import verb
from firstline.tickets.models import Ticket
from firstline.tickets.record import lock, record
from firstline.tickets.rights import require

if TYPE_CHECKING:
    from firstline.people.models import Person


@verb
def undelivered(ticket: Ticket, *, by: "Person", delivery: int, person: "Person", reason: str) -> Ticket:
    """A letter to this person did not arrive and will not be tried again. `reason`: a key of `notices.reasons`."""
    ticket = lock(ticket)
    require(by, "note", ticket)
    record(ticket, "undelivered", by=by, internal=True, delivery=delivery, person=person.pk, reason=reason)
    return ticket


@verb
def held_back(ticket: Ticket, *, by: "Person", person: "Person", reason: str) -> None:
    """This person was not written to, because somebody else brought about too many emails (`notices.budget`)."""
    ticket = lock(ticket)
    require(by, "note", ticket)
    record(ticket, "held_back", by=by, internal=True, person=person.pk, reason=reason)


@verb
def send_again(ticket: Ticket, *, by: "Person", delivery: int, person: "Person") -> Ticket:
    """A letter that did not arrive is to leave once more."""
    ticket = lock(ticket)
    require(by, "note", ticket)
    record(ticket, "sent_again", by=by, internal=True, delivery=delivery, person=person.pk)
    return ticket
