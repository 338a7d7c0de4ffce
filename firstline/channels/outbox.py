"""Sending what waits in the outbox: claim, send, settle. Several workers may do it at once.

A letter may leave twice, when a worker dies between the other side's "250" and our commit; it then carries the same
Message-ID. It is never lost, and letters to one person about one ticket leave in their order.
"""

import logging
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from firstline.channels import failures
from firstline.channels.base import GiveUp, TryLater
from firstline.channels.email import sender, writing
from firstline.kit import clock, failpoints
from firstline.kit.standstill import stands_still
from firstline.notices.models import UNSETTLED, Delivery
from firstline.notices.render import Blank
from firstline.notices.tell import SEND

LEASE = timedelta(minutes=5)
"""Longer than any sending can take; afterwards the worker is taken for dead."""
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240)]
PATIENCE = timedelta(days=5)
BATCH = 500

WITHDRAWN = gettext_noop("It was withdrawn before it left.")
SENT_BEFORE = gettext_noop("Not sent: the desk was restored from a backup, and may have sent it before.")

logger = logging.getLogger(__name__)


def send(pk: int) -> None:
    """Send this delivery if its turn has come, and then those that waited behind it."""
    following: int | None = pk
    while following is not None:
        delivery = claim(following)
        if delivery is None:
            return
        _send(delivery)
        following = _behind(delivery)


def claim(pk: int) -> Delivery | None:
    """The delivery, ours for the time of a lease; None when it is not its turn or somebody else has it."""
    if stands_still():
        return None
    with transaction.atomic():
        delivery = Delivery.objects.due().filter(pk=pk).select_for_update(skip_locked=True, of=("self",)).first()
        if delivery is None:
            return None
        delivery.state = Delivery.State.SENDING
        delivery.lease_until = clock.now() + LEASE
        delivery.attempts += 1
        delivery.save(update_fields=["state", "lease_until", "attempts"])
    failpoints.reach("outbox.claimed")
    return Delivery.objects.select_related("ticket__requester", "ticket__assignee", "person", "message").get(pk=pk)


def sweep() -> int:
    """Take back what dead workers held, and start whatever is due; how many were started. For the schedule."""
    Delivery.objects.abandoned().update(state=Delivery.State.QUEUED, lease_until=None)
    if stands_still():
        return 0
    due = list(Delivery.objects.due().order_by("next_try_at").values_list("pk", flat=True)[:BATCH])
    for pk in due:
        start(SEND, lock=f"send {pk}", delivery=pk)
    return len(due)


def drop_waiting() -> int:
    """Send nothing of what waits; how many letters that were. For a restored desk whose predecessor went on sending."""
    return Delivery.objects.filter(state__in=UNSETTLED).update(state="dropped", lease_until=None, error=SENT_BEFORE)


def start(task: str, *, lock: str, **arguments: int) -> None:
    """Have a job done, unless the same one waits already: a sweep must not pile up jobs while the worker is behind."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(task, queueing_lock=lock).defer(**arguments)


def _send(delivery: Delivery) -> None:
    if delivery.message is not None and delivery.message.withdrawn_at:
        _settle(delivery, state=Delivery.State.DROPPED, error=WITHDRAWN)
        return
    try:
        letter = writing.outgoing(delivery)
        failpoints.reach("outbox.sending")
        sender.send(letter)
        failpoints.reach("outbox.accepted")
    except TryLater as why:
        _again(delivery, str(why))
    except GiveUp as why:
        _fail(delivery, Delivery.State.FAILED, str(why))
    except Blank as why:
        _fail(delivery, Delivery.State.FAILED, f"{delivery.template}: {why}")
    except Exception as error:
        logger.exception("Delivery %s failed in a way that nobody thought of; it is tried again.", delivery.pk)
        _again(delivery, f"{type(error).__name__}: {error}"[:500])
    else:
        _settle(delivery, state=Delivery.State.SENT, sent_at=clock.now(), error="")
        failpoints.reach("outbox.settled")


def _again(delivery: Delivery, why: str) -> None:
    if clock.now() - delivery.created_at >= PATIENCE:
        _fail(delivery, Delivery.State.GIVEN_UP, why)
        return
    at = clock.now() + WAITS[min(delivery.attempts, len(WAITS)) - 1]
    with transaction.atomic():
        if _settle(delivery, state=Delivery.State.QUEUED, next_try_at=at, error=why):
            app.configure_task(SEND, schedule_at=at).defer(delivery=delivery.pk)


def _fail(delivery: Delivery, state: Delivery.State, why: str) -> None:
    with transaction.atomic():
        if _settle(delivery, state=state, error=why):
            delivery.error = why
            failures.say_so(delivery)


def _settle(delivery: Delivery, **columns: object) -> bool:
    """Write what became of it, unless our lease ran out and somebody else took it over."""
    ours = Delivery.objects.filter(pk=delivery.pk, state="sending", lease_until=delivery.lease_until)
    return ours.update(lease_until=None, **columns) == 1


def _behind(delivery: Delivery) -> int | None:
    waiting = Delivery.objects.due().filter(ticket=delivery.ticket_id, person=delivery.person_id)
    return waiting.order_by("event", "id").values_list("pk", flat=True).first()
