"""What becomes of each letter of the outbox, whatever happens when it leaves: its row, its ticket, and what is next."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from firstline.channels import outbox
from firstline.channels.base import GiveUp, TryLater
from firstline.channels.email import sender
from firstline.channels.email.outgoing import Outgoing
from firstline.channels.registry import channel_of
from firstline.kit import clock
from firstline.notices import bounced
from firstline.notices.failure_reasons import HELD, OF_THE_SERVER
from firstline.notices.models import Delivery
from firstline.notices.tell import SEND
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import waiting_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.deliveries import failed_letter, marked

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with clock.moved(MONDAY):
        return cast.asked()


def waiting(ticket: Ticket, **more: Any) -> Delivery:
    given = {"state": "queued", "reason": "", "error": "", "attempts": 0, "next_try_at": MONDAY} | more
    row = failed_letter(ticket, **given)
    Delivery.objects.filter(pk=row.pk).update(created_at=MONDAY)
    return Delivery.objects.get(pk=row.pk)


def of(row: Delivery, *names: str) -> tuple[Any, ...]:
    found: tuple[Any, ...] = Delivery.objects.values_list(*names).get(pk=row.pk)
    return found


def jobs() -> list[int]:
    return [given["delivery"] for name, given in waiting_jobs() if name == SEND]


def sending(monkeypatch: pytest.MonkeyPatch, then: Callable[[Outgoing], bool] = lambda letter: False) -> list[Outgoing]:
    """What leaves, and what comes of it."""
    sent: list[Outgoing] = []

    def send(letter: Outgoing, **_more: object) -> bool:
        sent.append(letter)
        return then(letter)

    monkeypatch.setattr(sender, "send", send)
    return sent


def raising(error: Exception) -> Callable[[Outgoing], bool]:
    def fail(_letter: Outgoing) -> bool:
        raise error

    return fail


def at(moment: datetime, pk: int) -> None:
    with clock.moved(moment):
        outbox.send(pk)


def test_what_left_says_when_and_nothing_of_what_went_before(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = waiting(ticket, reason="busy", error="451", attempts=2)
    sent = sending(monkeypatch)
    at(MONDAY, row.pk)
    assert [letter.to for letter in sent] == ["mei@corp.example"]
    found = of(row, "state", "sent_at", "reason", "error", "attempts", "lease_until")
    assert found == ("sent", MONDAY, "", "", 3, None)
    at(MONDAY, row.pk)
    assert len(sent) == 1


# What happens on its way; the row's state, reason and error; whether the ticket says it and the address is marked
WAYS: list[tuple[Exception, tuple[str, str, str], bool, bool]] = [
    (TryLater("busy", "451 later"), ("queued", "busy", "451 later"), False, False),
    (GiveUp("no_address", "550 5.1.1"), ("failed", "no_address", "550 5.1.1"), True, True),
    (GiveUp("off", "550"), ("failed", "off", "550"), True, True),
    (GiveUp("full", "552"), ("failed", "full", "552"), True, False),
    (GiveUp("refused", ""), ("failed", "refused", ""), True, False),
    (ValueError("odd"), ("queued", "unexpected", "ValueError: odd"), False, False),
]


@pytest.mark.parametrize(("error", "wanted", "said", "is_marked"), WAYS, ids=lambda value: repr(value)[:40])
def test_each_failure_is_kept_and_said_where_it_is_for_good(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch, error: Exception, wanted: tuple[str, str, str],
    said: bool, is_marked: bool,
) -> None:  # fmt: skip
    row = waiting(ticket)
    sending(monkeypatch, raising(error))
    before = jobs()
    at(MONDAY, row.pk)
    assert of(row, "state", "reason", "error") == wanted
    assert of(row, "lease_until", "attempts") == (None, 1)
    events = fresh(ticket).events.filter(name="undelivered")
    assert [event.data["reason"] for event in events] == [wanted[1]] * said
    assert Person.objects.get(pk=cast.mei.pk).is_bounced is is_marked
    is_again = wanted[0] == "queued"
    assert of(row, "next_try_at") == ((MONDAY + timedelta(minutes=1),) if is_again else (MONDAY,))
    assert jobs()[len(before) :] == [row.pk] * is_again


def test_a_letter_with_a_blank_fails_and_names_it(cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    row = waiting(ticket)
    sent = sending(monkeypatch)
    Person.objects.filter(pk=cast.mei.pk).update(name=" ")
    at(MONDAY, row.pk)
    assert of(row, "state", "reason") == ("failed", "blank")
    assert of(row, "error")[0].startswith("received: ")
    assert sent == []


@pytest.mark.parametrize("since", ["created", "sent again"])
def test_after_five_days_it_is_given_up_and_marks_no_address(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch, since: str
) -> None:
    start = MONDAY if since == "created" else MONDAY + timedelta(days=3)
    row = waiting(ticket, again_at=None if since == "created" else start, attempts=20)
    sending(monkeypatch, raising(TryLater("no_address", "450")))
    at(start + timedelta(days=5) - timedelta(seconds=1), row.pk)
    assert of(row, "state", "next_try_at")[0] == "queued"
    Delivery.objects.update(next_try_at=MONDAY)
    at(start + timedelta(days=5), row.pk)
    assert of(row, "state", "reason", "error") == ("given_up", "no_address", "450")
    assert fresh(ticket).events.filter(name="undelivered").count() == 1
    assert not Person.objects.get(pk=cast.mei.pk).is_bounced


def test_what_is_not_sent_says_why(cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = sending(monkeypatch)
    rows = {}
    with clock.moved(MONDAY):
        message = actions.reply(ticket, by=cast.bo, text="Oops", undo_seconds=60)
        rows["withdrawn"] = waiting(fresh(ticket), message=message)
        actions.withdraw(message, by=cast.bo)
    foreign = waiting(cast.asked())
    Delivery.objects.filter(pk=foreign.pk).update(template="assigned")
    rows["not_for_them"] = foreign
    marked(cast.mei)
    rows[HELD] = waiting(cast.asked())
    for reason, row in rows.items():
        Delivery.objects.filter(pk=row.pk).update(error="before")
        at(MONDAY + timedelta(days=30), row.pk)
        assert of(row, "state", "reason", "error") == ("dropped", reason, "")
    assert sent == []


def test_who_was_held_up_until_another_may_be_sending_sends_nothing(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sending(monkeypatch)
    for late, left in ((timedelta(), 0), (-timedelta(seconds=1), 1)):
        row = waiting(cast.asked())
        with clock.moved(MONDAY):
            ours = outbox.claim(row.pk)
        assert ours is not None
        assert ours.lease_until == MONDAY + timedelta(minutes=5)
        with clock.moved(MONDAY + outbox.LEASE + late):
            outbox._send(ours, channel_of("email").sending([ours]))
        assert len(sent) == left
        assert of(row, "state") == (("sent",) if left else ("sending",))


def test_when_the_server_is_well_again_what_waited_for_it_may_leave(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = MONDAY + timedelta(hours=4)
    row = waiting(ticket)
    others = {
        reason: waiting(cast.asked(), reason=reason, next_try_at=later) for reason in (*OF_THE_SERVER, "busy", "")
    }
    given_up = waiting(cast.asked(), state="given_up", reason="away", next_try_at=later)
    past = waiting(cast.asked(), reason="away", next_try_at=MONDAY - timedelta(hours=1))
    sending(monkeypatch, lambda letter: letter.to == "mei@corp.example")
    at(MONDAY, row.pk)
    found = {reason: of(each, "next_try_at")[0] for reason, each in others.items()}
    assert found == {reason: MONDAY if reason in OF_THE_SERVER else later for reason in found}
    assert of(given_up, "next_try_at") == (later,)
    assert of(past, "next_try_at") == (MONDAY - timedelta(hours=1),)


def test_a_server_that_was_well_all_along_moves_nothing(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = MONDAY + timedelta(hours=4)
    row, other = waiting(ticket), waiting(cast.asked(), reason="away", next_try_at=later)
    sending(monkeypatch)
    at(MONDAY, row.pk)
    assert of(other, "next_try_at") == (later,)


def answers(cast: Cast, ticket: Ticket, count: int) -> list[Delivery]:
    """Letters to Mei about as many replies, in their order."""
    with clock.moved(MONDAY):
        said = [actions.reply(ticket, by=cast.bo, text=f"Answer {number}") for number in range(count)]
    return [waiting(fresh(ticket), message=message) for message in said]


def test_what_waited_behind_a_letter_leaves_after_it(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = answers(cast, ticket, 3)
    elsewhere = waiting(cast.asked())
    sent = sending(monkeypatch)
    at(MONDAY, second.pk)
    assert sent == []
    at(MONDAY, first.pk)
    assert [letter.letter_id for letter in sent] == [each.letter_id for each in (first, second, third)]
    assert of(elsewhere, "state") == ("queued",)


def test_many_at_once_send_those_whose_turn_it_is_and_leave_a_job_for_what_is_behind(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = answers(cast, ticket, 3)
    other = waiting(cast.asked(by=cast.omar))
    before, sent = jobs(), sending(monkeypatch)
    with clock.moved(MONDAY):
        found = list(outbox.send_all([first.pk, second.pk, other.pk, 10**9]))
    assert found == [(first.pk, None), (second.pk, None), (other.pk, None), (10**9, None)]
    assert {letter.letter_id for letter in sent} == {first.letter_id, other.letter_id}
    assert jobs()[len(before) :] == [second.pk]
    assert of(third, "state") == ("queued",)
    assert outbox.HANDFUL == 10


def test_more_than_a_handful_leave_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [waiting(cast.asked(by=cast.omar)) for _each in range(11)]
    sent = sending(monkeypatch)
    list(outbox.send_all([row.pk for row in rows]))
    assert [letter.letter_id for letter in sent] == [row.letter_id for row in rows]


def test_what_was_claimed_and_not_begun_waits_again_as_if_untouched(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [waiting(cast.asked(by=cast.omar), attempts=1) for _each in range(3)]
    sending(monkeypatch)
    going = outbox.send_all([row.pk for row in rows])
    next(going)
    assert [of(row, "state")[0] for row in rows] == ["sent", "sending", "sending"]
    going.close()
    assert [of(row, "state", "attempts", "lease_until") for row in rows][1:] == [("queued", 1, None)] * 2


def test_nobody_claims_what_another_has_or_what_is_not_due(cast: Cast, ticket: Ticket) -> None:
    row = waiting(ticket)
    with clock.moved(MONDAY - timedelta(seconds=1)):
        assert outbox.claim(row.pk) is None
    with clock.moved(MONDAY):
        claimed = outbox.claim(row.pk)
        assert claimed is not None
        assert outbox.claim(row.pk) is None
    assert of(row, "state", "attempts", "lease_until") == ("sending", 1, MONDAY + timedelta(minutes=5))
    for lease, state in ((outbox.LEASE - timedelta(seconds=1), "sending"), (outbox.LEASE, "queued")):
        with clock.moved(MONDAY + lease):
            outbox.sweep()
        assert of(row, "state") == (state,)
    assert of(row, "lease_until") == (None,)


def test_a_sweep_starts_what_is_due_the_longest_first_and_so_many_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [waiting(cast.asked(by=cast.omar), next_try_at=MONDAY - timedelta(minutes=n)) for n in range(3)]
    waiting(cast.asked(), next_try_at=MONDAY + timedelta(days=900))
    before = jobs()
    monkeypatch.setattr(outbox, "BATCH", 2)
    assert outbox.sweep() == 2
    assert jobs()[len(before) :] == [rows[2].pk, rows[1].pk]
    assert outbox.sweep() == 2
    assert len(jobs()) == len(before) + 2


def test_a_desk_that_stands_still_sends_nothing(cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    row = waiting(ticket)
    before = jobs()
    monkeypatch.setattr(outbox, "stands_still", lambda: True)
    assert outbox.claim(row.pk) is None
    assert (outbox.sweep(), jobs()) == (0, before)


def test_of_a_restored_desk_what_waits_is_dropped(cast: Cast) -> None:
    rows = {state: waiting(cast.asked(), state=state) for state in ("queued", "sending", "sent", "failed")}
    Delivery.objects.filter(state="sending").update(lease_until=MONDAY)
    assert outbox.drop_waiting() == 2
    for state, row in rows.items():
        wanted = ("dropped", "sent_before", None) if state in ("queued", "sending") else (state, "", None)
        assert of(row, "state", "reason", "lease_until") == wanted


@pytest.mark.parametrize(
    ("state", "attempts", "tried"),
    [("queued", 1, True), ("queued", 0, False), ("sent", 1, False), ("failed", 1, False), ("sending", 1, False)],
)
def test_what_waits_for_another_try_can_be_tried_at_once(
    cast: Cast, ticket: Ticket, state: str, attempts: int, tried: bool
) -> None:
    later = MONDAY + timedelta(hours=4)
    row = waiting(ticket, state=state, attempts=attempts, next_try_at=later)
    other = waiting(cast.asked(), attempts=1, next_try_at=later)
    before = jobs()
    with clock.moved(MONDAY):
        assert outbox.retry(row) is tried
    assert of(row, "next_try_at") == (MONDAY if tried else later,)
    assert of(other, "next_try_at") == (later,)
    assert jobs()[len(before) :] == [row.pk] * tried


@pytest.mark.parametrize(
    ("state", "reason", "sent"),
    [
        *(("failed", "full", True), ("given_up", "away", True), ("dropped", HELD, True)),
        *(("dropped", "withdrawn", False), ("sent", "", False), ("queued", "", False), ("sending", "", False)),
    ],
)
def test_what_did_not_arrive_can_be_sent_again_to_the_address_of_today(
    cast: Cast, ticket: Ticket, state: str, reason: str, sent: bool
) -> None:
    row = waiting(ticket, state=state, reason=reason, error="552", attempts=3)
    Delivery.objects.filter(pk=row.pk).update(address="mei@former.example")
    other = waiting(cast.asked(), state="failed")
    marked(cast.mei)
    before = jobs()
    with clock.moved(MONDAY + timedelta(days=1)):
        assert outbox.send_again(row, by=cast.bo) is sent
    names = ("state", "reason", "error", "attempts", "address", "next_try_at", "again_at")
    now = MONDAY + timedelta(days=1)
    if sent:
        assert of(row, *names) == ("queued", "", "", 0, "mei@corp.example", now, now)
        event = fresh(ticket).events.get(name="sent_again")
        assert (event.by, event.data["delivery"], event.data["person"]) == (cast.bo, row.pk, cast.mei.pk)
    else:
        assert of(row, *names) == (state, reason, "552", 3, "mei@former.example", MONDAY, None)
    assert jobs()[len(before) :] == [row.pk] * sent
    assert Person.objects.get(pk=cast.mei.pk).is_bounced is not sent
    assert of(other, "state") == ("failed",)


def test_who_has_no_address_any_more_is_tried_at_that_of_the_letter(cast: Cast, ticket: Ticket) -> None:
    row = waiting(ticket, state="failed")
    Person.objects.filter(pk=cast.mei.pk).update(email=None)
    assert outbox.send_again(row, by=cast.bo)
    assert of(row, "address") == ("mei@corp.example",)


def test_the_waits_and_limits_are_these() -> None:
    assert [wait.total_seconds() / 60 for wait in outbox.WAITS] == [1, 5, 15, 30, 60, 120, 240]
    assert (timedelta(minutes=5), timedelta(days=5)) == (outbox.LEASE, outbox.PATIENCE)
    assert outbox.BATCH == 500
    assert bounced.OF_THE_ADDRESS
