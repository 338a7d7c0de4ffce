"""What could not be delivered is said on the ticket at once, where the agent sees it."""

from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.rights import works_on


def say_so(delivery: Delivery) -> None:
    """Have the ticket say that this letter did not arrive. What an agent was to be sent is not worth it."""
    ticket = delivery.ticket
    if works_on(delivery.person, ticket):
        return
    actions.undelivered(
        ticket, by=Person.objects.system(), delivery=delivery.pk, person=delivery.person, reason=delivery.reason
    )
