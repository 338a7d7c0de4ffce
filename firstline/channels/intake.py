"""The doorman: what was received is read and handled, once. Whatever cannot be is kept, and can be taken again."""

from dataclasses import asdict

from django.db import connection, transaction
from django.db.models import Case, Func, IntegerField, When
from django.db.models.lookups import LessThan
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from firstline.channels import deduplication, senders
from firstline.channels.base import TAKE, Unreadable
from firstline.channels.inbound import PARTIAL
from firstline.channels.models import InboundMessage
from firstline.channels.outcomes import OLD, Heard, Outcome, desk_of, outcome_of
from firstline.channels.proof import FAIL
from firstline.channels.registry import channel_of
from firstline.kit import clock, failpoints
from firstline.kit.compiled_writes import update
from firstline.kit.job_batching import Outcomes
from firstline.kit.limits import limit
from firstline.kit.sandbox import Died
from firstline.kit.transient_errors import may_be_of_the_work, outage_of
from firstline.notices.tell import hush_word
from firstline.tickets import leftovers

MOST_TRIES = limit(
    3, "times", of="tries to take in an email", per="email", said="Put aside; administrators can try again."
)
DIED = gettext_noop("The process that reads letters was ended before it had read this one.")
HANDFUL = 10
SMALL = 256 * 1024


def take(pk: int) -> None:
    """Handle what was received, once. After three failures it is put aside as unreadable; before, it raises."""
    for _pk, error in take_all([pk]):
        if error is not None:
            raise error


def take_all(pks: list[int]) -> Outcomes:
    """Handle these, in this order and each by itself; beside each what `take` would raise."""
    for start in range(0, len(pks), HANDFUL):
        hand = pks[start : start + HANDFUL]
        waiting = _waiting(hand)
        for pk in hand:
            received = waiting.pop(pk, None)
            yield pk, _taken(received) if received else None


def _waiting(pks: list[int]) -> dict[int, InboundMessage]:
    """Those of them that nobody has handled; the bytes of large ones are read when their turn has come."""
    size = Func("raw", function="octet_length", output_field=IntegerField())
    small = Case(When(LessThan(size, SMALL), then="raw"))
    found = InboundMessage.objects.filter(pk__in=pks, state=InboundMessage.State.NEW).select_related("inbox")
    waiting: dict[int, InboundMessage] = {}
    for received in found.annotate(small=small):
        if received.small is not None:
            received.raw = received.small
        waiting[received.pk] = received
    return waiting


def _taken(received: InboundMessage) -> Exception | None:
    try:
        # Reading takes its time, and so does the DNS: no row is locked meanwhile.
        heard = _hear(received)
        with leftovers.gone_with_a_failure(), transaction.atomic():
            if _is_still_new(received):
                _settle(received, heard, outcome_of(received, heard))
            failpoints.reach("take.done")
        failpoints.reach("take.committed")
    except Exception as error:
        # No fault of the letter; it waits until the database and the files are back.
        if outage_of(error) and not may_be_of_the_work(error):
            return error
        if _count_failure(received.pk, error) < MOST_TRIES:
            return error
    return None


@transaction.atomic
def again(received: InboundMessage) -> bool:
    """Handle it once more, after what was in its way is mended; whether that can be. What was handled stays so, and
    of which only a part is here waits for its sender to send it once more."""
    fresh = InboundMessage.objects.select_for_update().get(pk=received.pk)
    if fresh.state not in (InboundMessage.State.UNREADABLE, InboundMessage.State.IGNORED, InboundMessage.State.BOUNCE):
        return False
    if fresh.reason in PARTIAL:
        return False
    fresh.state, fresh.attempts, fresh.reason = InboundMessage.State.NEW, 0, ""
    fresh.save(update_fields=["state", "attempts", "reason"])
    app.configure_task(TAKE).defer(received=fresh.pk)
    return True


def _hear(received: InboundMessage) -> Heard:
    channel = channel_of(received.kind)
    try:
        incoming = channel.parse(received)
    except Unreadable as error:
        return Heard(unreadable=error.reason)
    incoming, proof = channel.identify(received, incoming)
    return Heard(incoming, proof, senders.known(incoming))


def _is_still_new(received: InboundMessage) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM channels_received WHERE id = %s AND state = 'new' FOR UPDATE", [received.pk])
        return cursor.fetchone() is not None


def _settle(received: InboundMessage, heard: Heard, outcome: Outcome) -> None:
    if received.quiet and outcome.message:
        hush_word(outcome.message, why=OLD)
    received.state, received.reason = outcome.state, outcome.reason
    received.ticket, received.message = outcome.ticket, outcome.message
    received.person, received.introduced = outcome.person, outcome.introduced
    received.handled_at = clock.now()
    if received.person is None and outcome.state != "done" and heard.result != FAIL:
        received.person = heard.person  # nothing is made of it, but whose it is stays known
    incoming = heard.incoming
    if incoming is not None:
        received.digest, received.marks = deduplication.digest_of(incoming), list(incoming.marks)
        received.thread = incoming.thread
        received.proof = asdict(heard.proof) if heard.proof else {}
        if outcome.ticket is not None and outcome.state == "done":
            desk = desk_of(received) or outcome.ticket.desk
            channel_of(received.kind).settled(received, incoming, desk=desk.pk)
        if outcome.ticket is not None and outcome.state == "done" and heard.result != FAIL:
            received.suggested = channel_of(received.kind).suggested(incoming, ticket=outcome.ticket)
    if not update(received, SETTLED):
        received.save(update_fields=SETTLED)


SETTLED = (
    *("state", "reason", "ticket", "message", "person", "introduced", "handled_at"),
    *("digest", "marks", "proof", "suggested", "forwarded", "taken_as", "thread"),
)


@transaction.atomic
def _count_failure(pk: int, error: Exception) -> int:
    received = InboundMessage.objects.select_for_update().get(pk=pk)
    received.attempts += 1
    received.reason = _reason(error)
    if received.attempts >= MOST_TRIES:
        received.state, received.handled_at = InboundMessage.State.UNREADABLE, clock.now()
    received.save(update_fields=["attempts", "reason", "state", "handled_at"])
    return received.attempts


def _reason(error: Exception) -> str:
    if isinstance(error, Died):
        return DIED
    return f"{type(error).__name__}: {error}"[:2000].replace("\x00", "")
