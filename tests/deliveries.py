"""Letters of the outbox for tests that need one in a certain state without sending it."""

from typing import Any

from firstline.kit import clock
from firstline.notices.models import Delivery, new_letter_id
from firstline.people.models import Person
from firstline.tickets.models import Message, Ticket


def failed_letter(ticket: Ticket, *, message: Message | None = None, **values: Any) -> Delivery:
    """A letter to the requester that did not arrive: his confirmation, or the letter about a message."""
    event = ticket.events.order_by("pk").first() if message is None else ticket.events.get(data__message=message.pk)
    assert event is not None
    given = {"state": "failed", "reason": "no_address", "error": "550 5.1.1 No such user", "attempts": 1} | values
    return Delivery.objects.create(
        ticket=ticket,
        event=event,
        message=message,
        person=ticket.requester,
        address=ticket.requester.email or "",
        template="received" if message is None else "replied",
        language=ticket.requester.language,
        payload={"by": "Bo Wen", "number": ticket.number, "subject": ticket.subject},
        letter_id=new_letter_id(ticket),
        **given,
    )


def marked(person: Person) -> Person:
    """The person, letters to whose address come back."""
    person.bounced_at, person.bounced_address, person.bounced_why = clock.now(), person.email or "", "no_address"
    person.save()
    return person
