"""In which conversation of a channel something about a ticket is said to a person: where they last spoke of it."""

from firstline.channels.models import InboundMessage
from firstline.notices.models import Delivery


def thread_of(delivery: Delivery) -> str:
    """Empty where there is none yet, so that the channel begins one."""
    came = InboundMessage.objects.filter(
        kind=delivery.channel, ticket=delivery.ticket_id, person=delivery.person_id
    ).exclude(thread="")
    left = Delivery.objects.filter(
        channel=delivery.channel, ticket=delivery.ticket_id, person=delivery.person_id
    ).exclude(thread="")
    for rows in (came, left):
        found = rows.order_by("-id").values_list("thread", flat=True)[:1]
        if found:
            return str(found[0])
    return ""
