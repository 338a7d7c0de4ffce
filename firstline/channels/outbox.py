"""Sending what waits in the outbox: claim, send, settle. Several workers may do it at once.

A letter may leave twice, when a worker dies between the other side's "250" and our commit; it then carries the same
Message-ID. It is never lost, and letters to one person about one ticket leave in their order.
"""

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from firstline.channels import failures
from firstline.channels.base import GiveUp, NotSent, Sent, TryLater
from firstline.channels.protocol import Sending
from firstline.channels.registry import channel_of
from firstline.kit import clock, failpoints
from firstline.kit.job_batching import Outcomes
from firstline.kit.restore_hold import stands_still
from firstline.notices import bounced
from firstline.notices.failure_reasons import HELD, OF_THE_SERVER
from firstline.notices.models import UNSETTLED, Delivery
from firstline.notices.render import Blank
from firstline.notices.tell import SEND, is_still_for
from firstline.notices.ways import address_of
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.rights import seat

LEASE = timedelta(minutes=5)
"""Longer than any sending can take; afterwards the worker is taken for dead."""
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240)]
PATIENCE = timedelta(days=5)
BATCH = 500
HANDFUL = 10
"""So many letters are claimed at once; when their worker dies, they wait for the end of the lease."""

logger = logging.getLogger(__name__)


def send(pk: int) -> None:
    """Send this delivery if its turn has come, and then those that waited behind it."""
    following: int | None = pk
    while following is not None:
        delivery = claim(following)
        if delivery is None:
            return
        _send(delivery, channel_of(delivery.channel).sending([delivery]))
        following = _behind(delivery)
        failpoints.reach("outbox.next")


def send_all(pks: list[int]) -> Outcomes:
    """Send those of these deliveries whose turn has come; a job each for what waited behind them."""
    for start in range(0, len(pks), HANDFUL):
        hand = pks[start : start + HANDFUL]
        held = _claimed(hand)
        sendings, sent = _sendings(held.values()), []
        try:
            for pk in hand:
                if (delivery := held.pop(pk, None)) is not None:
                    sent.append(delivery)
                    _send(delivery, sendings[delivery.channel])
                    failpoints.reach("outbox.next")
                yield pk, None
        finally:
            _let_go(held.values())
            _start_behind(sent)


def _sendings(deliveries: Iterable[Delivery]) -> dict[str, Sending]:
    by_channel: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        by_channel.setdefault(delivery.channel, []).append(delivery)
    return {key: channel_of(key).sending(theirs) for key, theirs in by_channel.items()}


def claim(pk: int) -> Delivery | None:
    """The delivery, ours for the time of a lease; None when it is not its turn or somebody else has it."""
    return _claimed([pk]).get(pk)


def _claimed(pks: list[int]) -> dict[int, Delivery]:
    if stands_still():
        return {}
    with transaction.atomic():
        due = Delivery.objects.due().filter(pk__in=pks).select_for_update(skip_locked=True, of=("self",))
        ours = list(due.values_list("pk", flat=True))
        if not ours:
            return {}
        Delivery.objects.filter(pk__in=ours).update(
            state=Delivery.State.SENDING, lease_until=clock.now() + LEASE, attempts=F("attempts") + 1
        )
    failpoints.reach("outbox.claimed")
    related = Delivery.objects.select_related("ticket__requester", "ticket__assignee", "person", "message", "event__by")
    claimed = related.defer("ticket__search", "message__html").in_bulk(ours)
    seat([delivery.person for delivery in claimed.values()])
    return claimed


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
    return Delivery.objects.filter(state__in=UNSETTLED).update(state="dropped", lease_until=None, reason="sent_before")


@transaction.atomic
def retry(delivery: Delivery) -> bool:
    """Try a letter that waits for another try at once; False when it does not wait any more."""
    waiting = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.QUEUED, attempts__gt=0)
    changed = waiting.update(next_try_at=clock.now())
    if changed:
        app.configure_task(SEND).defer(delivery=delivery.pk)
    return bool(changed)


@transaction.atomic
def send_again(delivery: Delivery, *, by: Person) -> bool:
    """Send a letter that did not arrive once more, to the person's address of today; False when it may have arrived.

    It keeps its Message-ID: if it did arrive the first time, nobody sees it twice. An address from which letters
    came back is thereby tried again.
    """
    failed = Delivery.objects.not_arrived().filter(pk=delivery.pk).select_for_update(of=("self",))
    row = failed.select_related("ticket", "person").first()
    if row is None:
        return False
    bounced.clear(row.person)
    row.address = address_of(row.person, row.channel) or row.address
    row.state, row.attempts, row.reason, row.error = Delivery.State.QUEUED, 0, "", ""
    row.next_try_at = row.again_at = clock.now()
    row.save(update_fields=["address", "state", "attempts", "reason", "error", "next_try_at", "again_at"])
    actions.send_again(row.ticket, by=by, delivery=row.pk, person=row.person)
    app.configure_task(SEND).defer(delivery=row.pk)
    return True


def start(task: str, *, lock: str, **arguments: int) -> None:
    """Have a job done, unless the same one waits already: a sweep must not pile up jobs while the worker is behind."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(task, queueing_lock=lock).defer(**arguments)


def _send(delivery: Delivery, sending: Sending) -> None:
    if delivery.message is not None and delivery.message.withdrawn_at:
        _settle(delivery, state=Delivery.State.DROPPED, reason="withdrawn", error="")
        return
    if not is_still_for(delivery):
        _settle(delivery, state=Delivery.State.DROPPED, reason="not_for_them", error="")
        return
    _to_todays_address(delivery)
    if bounced.holds(delivery):
        _settle(delivery, state=Delivery.State.DROPPED, reason=HELD, error="")
        return
    try:
        rendered = sending.render(delivery)
        failpoints.reach("outbox.sending")
        if delivery.lease_until is not None and delivery.lease_until <= clock.now():
            return  # we were held up for so long that another may be sending it
        sent = sending.send(rendered)
        failpoints.reach("outbox.accepted")
    except TryLater as why:
        _again(delivery, why)
    except GiveUp as why:
        _fail(delivery, Delivery.State.FAILED, why)
    except Blank as why:
        _fail(delivery, Delivery.State.FAILED, GiveUp("blank", f"{delivery.template}: {why}"))
    except Exception as error:
        logger.exception("Delivery %s failed in a way that nobody thought of; it is tried again.", delivery.pk)
        _again(delivery, TryLater("unexpected", f"{type(error).__name__}: {error}"))
    else:
        _settle(delivery, state=Delivery.State.SENT, sent_at=clock.now(), reason="", error="", **_called(sent))
        failpoints.reach("outbox.settled")
        if sent.well_again:
            _release()


def _called(sent: Sent) -> dict[str, str]:
    return {"remote_id": sent.remote_id, "thread": sent.thread} if sent.thread else {"remote_id": sent.remote_id}


def _to_todays_address(delivery: Delivery) -> None:
    """Where its person has another address since it was written, it leaves there: the earlier one may be somebody
    else's by now."""
    today = address_of(delivery.person, delivery.channel)
    if today and today != delivery.address:
        delivery.address = today
        Delivery.objects.filter(pk=delivery.pk).update(address=delivery.address)


def _release() -> None:
    """The server is well again: what waited for it, for hours perhaps, may leave with the next sweep."""
    waiting = Delivery.objects.filter(state=Delivery.State.QUEUED, reason__in=OF_THE_SERVER)
    waiting.filter(next_try_at__gt=clock.now()).update(next_try_at=clock.now())


def _again(delivery: Delivery, why: NotSent) -> None:
    if clock.now() - (delivery.again_at or delivery.created_at) >= PATIENCE:
        _fail(delivery, Delivery.State.GIVEN_UP, why)
        return
    at = clock.now() + WAITS[min(delivery.attempts, len(WAITS)) - 1]
    with transaction.atomic():
        if _settle(delivery, state=Delivery.State.QUEUED, next_try_at=at, reason=why.reason, error=why.detail):
            app.configure_task(SEND, schedule_at=at).defer(delivery=delivery.pk)


def _fail(delivery: Delivery, state: Delivery.State, why: NotSent) -> None:
    with transaction.atomic():
        if _settle(delivery, state=state, reason=why.reason, error=why.detail):
            delivery.reason, delivery.error = why.reason, why.detail
            failures.say_so(delivery)
            if state == Delivery.State.FAILED and why.reason in bounced.OF_THE_ADDRESS:
                bounced.mark(delivery, why=why.reason)


def _settle(delivery: Delivery, **columns: object) -> bool:
    """Write what became of it, unless our lease ran out and somebody else took it over."""
    ours = Delivery.objects.filter(pk=delivery.pk, state="sending", lease_until=delivery.lease_until)
    return ours.update(lease_until=None, **columns) == 1


def _let_go(held: Iterable[Delivery]) -> None:
    """What we claimed and have not begun to send waits again."""
    for delivery in held:
        _settle(delivery, state=Delivery.State.QUEUED, attempts=delivery.attempts - 1)


def _start_behind(sent: list[Delivery]) -> None:
    pairs = {(delivery.ticket_id, delivery.person_id) for delivery in sent}
    if not pairs:
        return
    theirs = Delivery.objects.due().filter(
        ticket__in=[ticket for ticket, _person in pairs], person__in=[person for _ticket, person in pairs]
    )
    jobs: list[Any] = [
        {"delivery": pk}
        for pk, *pair in theirs.order_by("event", "id").values_list("pk", "ticket", "person")
        if tuple(pair) in pairs
    ]
    if jobs:
        app.configure_task(SEND).batch_defer(*jobs)


def _behind(delivery: Delivery) -> int | None:
    waiting = Delivery.objects.due().filter(ticket=delivery.ticket_id, person=delivery.person_id)
    return waiting.order_by("event", "id").values_list("pk", flat=True).first()
