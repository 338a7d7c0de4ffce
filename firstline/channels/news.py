"""What other mail servers say about our own letters: bounces. They are noted, never answered, and reopen nothing."""

from django.utils.translation import gettext_noop

from firstline.channels import failures
from firstline.channels.base import Incoming, News
from firstline.channels.email.answers import about_address
from firstline.notices import bounced
from firstline.notices.models import Delivery
from firstline.tickets.models import Ticket

UNKNOWN = gettext_noop("News of a letter that is not ours.")
ARRIVED = gettext_noop("A letter of ours has arrived.")
DELAYED = gettext_noop("A letter of ours is delayed on its way.")
UNWANTED = gettext_noop("The recipient, or their mail provider, calls an email of ours unwanted.")
CAME_BACK = gettext_noop("A letter of ours could not be delivered.")


def hear(incoming: Incoming) -> tuple[Ticket | None, str]:
    """Mark the delivery that came back; the ticket it is about (None when it is none of ours), and what it was."""
    assert incoming.news is not None
    delivery = _delivery(incoming, incoming.news)
    if delivery is None:
        return None, UNKNOWN
    if incoming.news.complaint:
        return delivery.ticket, UNWANTED
    if not incoming.news.failed:
        return delivery.ticket, ARRIVED if incoming.news.status.startswith("2") else DELAYED
    error = " ".join(part for part in (incoming.news.status, incoming.news.recipient) if part)
    sent = Delivery.objects.filter(pk=delivery.pk, state="sent")
    if sent.update(state="failed", reason="bounced", error=error):
        delivery.reason, delivery.error = "bounced", error
        failures.say_so(delivery)
        # Only who was sent the letter knows its id: nobody else can have somebody's letters held back.
        if delivery.letter_id == incoming.news.original_id and (why := about_address(incoming.news.status)):
            bounced.mark(delivery, why=why)
    return delivery.ticket, CAME_BACK


def _delivery(incoming: Incoming, bounce: News) -> Delivery | None:
    ours = Delivery.objects.select_related("ticket__assignee", "person")
    if bounce.original_id:
        found = ours.filter(letter_id=bounce.original_id).first()
        if found is not None:
            return found
    if not incoming.signed:
        return None
    # Some servers send nothing back of the letter; but they send it to the address that the letter came from.
    return ours.filter(ticket__number=incoming.signed, address__iexact=bounce.recipient, state="sent").last()
