"""What could not be delivered is said on the ticket, where the agent sees it."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.rights import works_on


def say_so(delivery: Delivery) -> None:
    """Note on the ticket that this letter did not arrive. What an agent was to be sent is not worth a note."""
    ticket, system = delivery.ticket, Person.objects.system()
    if works_on(delivery.person, ticket):
        return
    with override(ticket.assignee.language if ticket.assignee else "en"):
        text = _("The letter to %(address)s could not be delivered: %(why)s") % {
            "address": delivery.address,
            "why": _(delivery.error) if delivery.error else "?",
        }
    actions.note(ticket, by=system, text=text)
