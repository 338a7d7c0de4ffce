"""What other mail servers say about our own letters: bounces. They are noted, never answered, and reopen nothing.

Anybody can write one. It changes something only if it came to the return address of a letter, which stands in that
letter's envelope alone, and is about that letter: by its Message-ID, or by the address to which it was sent.
"""

from django.utils.translation import gettext_noop

from firstline.channels import failures
from firstline.channels.base import Incoming, News
from firstline.channels.registry import channel_of
from firstline.kit.mailbox import normal
from firstline.notices import bounced
from firstline.notices.models import Delivery
from firstline.tickets.models import Ticket

UNPROVED = gettext_noop(
    "A delivery report about an email of ours that did not come to its return address: it changes nothing."
)
UNKNOWN = gettext_noop("News of a letter that is not ours.")
ARRIVED = gettext_noop("A letter of ours has arrived.")
DELAYED = gettext_noop("A letter of ours is delayed on its way.")
UNWANTED = gettext_noop("The recipient, or their mail provider, calls an email of ours unwanted.")
CAME_BACK = gettext_noop("A letter of ours could not be delivered.")


def hear(incoming: Incoming) -> tuple[Ticket | None, str]:
    """Mark the delivery that came back; the ticket it is about (None when it is none of ours), and what it was."""
    assert incoming.news is not None
    delivery = _returned(incoming.news)
    if delivery is None:
        ours = Delivery.objects.answered_by(incoming.channel, [incoming.news.original_id or "-"])
        named = ours.select_related("ticket").first()
        if named is None:
            return None, UNKNOWN
        return named.ticket, UNWANTED if incoming.news.complaint else UNPROVED
    if incoming.news.complaint:
        return delivery.ticket, UNWANTED
    if not incoming.news.failed:
        return delivery.ticket, ARRIVED if incoming.news.status.startswith("2") else DELAYED
    error = " ".join(part for part in (incoming.news.status, incoming.news.recipient) if part)
    sent = Delivery.objects.filter(pk=delivery.pk, state="sent")  # what has not left cannot come back
    if sent.update(state="failed", reason="bounced", error=error):
        delivery.reason, delivery.error = "bounced", error
        failures.say_so(delivery)
        if why := channel_of(incoming.channel).why_gone(incoming.news.status):
            bounced.mark(delivery, why=why)
    return delivery.ticket, CAME_BACK


def _returned(bounce: News) -> Delivery | None:
    """The letter that it is about, if it came to that letter's return address and says nothing else."""
    ours = Delivery.objects.select_related("ticket__assignee", "person")
    delivery = ours.filter(pk=bounce.returned).first() if bounce.returned else None
    if delivery is None:
        return None
    # Who forwards letters elsewhere bounces from there: the id says more than the address.
    if bounce.original_id:
        return delivery if bounce.original_id == delivery.letter_id else None
    return delivery if normal(bounce.recipient) == normal(delivery.address) else None
