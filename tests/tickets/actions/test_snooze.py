"""Snoozing."""

from datetime import UTC, datetime, timedelta

import pytest

from firstline.kit import clock
from firstline.tickets import actions, jobs, replay
from firstline.tickets.actions import pausing
from firstline.tickets.actions.conversation import Unseen
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Ticket
from tests.api.test_api import Program
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


def test_it_is_out_of_sight_until_then_and_its_clocks_go_on():
    cast = Cast.make()
    ticket = cast.ask()
    due = fresh(ticket).due_at
    actions.snooze(ticket, by=cast.bo, until=clock.now() + timedelta(hours=2, microseconds=77))
    assert fresh(ticket) not in Ticket.objects.awake()
    assert fresh(ticket).due_at == due
    with clock.moved(clock.now() + timedelta(hours=3)):
        jobs.wake_up()
    assert fresh(ticket).snoozed_until is None
    assert replay.differences(ticket) == []


def test_an_answer_brings_it_back_but_thanks_do_not():
    cast = Cast.make()
    ticket = cast.ask()
    actions.snooze(ticket, by=cast.bo, until=clock.now() + timedelta(hours=2))
    actions.reply(ticket, by=cast.mei, text="thank you")
    assert fresh(ticket).snoozed_until
    for text in ("It is worse now", "OK"):  # which is an answer to what was asked
        actions.snooze(fresh(ticket), by=cast.bo, until=clock.now() + timedelta(hours=2))
        actions.reply(ticket, by=cast.mei, text=text)
        assert fresh(ticket).snoozed_until is None


def test_who_wrote_meanwhile_is_not_put_out_of_sight_nor_waited_for():
    cast = Cast.make()
    ticket = cast.ask()
    seen = ticket.messages.get().pk
    actions.reply(ticket, by=cast.mei, text="Now it burns.")
    tomorrow = clock.now() + timedelta(days=1)
    acts = {
        "snooze": lambda seen: actions.snooze(fresh(ticket), by=cast.bo, until=tomorrow, seen=seen),
        "hold": lambda seen: actions.hold(fresh(ticket), by=cast.bo, reason="requester", seen=seen),
    }
    for act in acts.values():
        with pytest.raises(Unseen):
            act(seen)
        act(ticket.messages.latest("pk").pk)
    assert (fresh(ticket).status_id, bool(fresh(ticket).snoozed_until)) == ("waiting_requester", True)


def test_the_past_is_refused():
    cast = Cast.make()
    with pytest.raises(WrongState):
        actions.snooze(cast.ask(), by=cast.bo, until=clock.now())
    with pytest.raises(WrongState):
        actions.wake(cast.ask(), by=cast.bo)
    with pytest.raises(NotAllowed):
        actions.snooze(cast.ask(), by=cast.mei, until=clock.now() + timedelta(hours=1))


def test_until_when_it_sleeps_is_a_moment_to_come_within_five_years():
    cast = Cast.make()
    ticket = cast.ask()
    with clock.moved(MONDAY):
        for until, said in ((MONDAY, "is over"), (MONDAY + pausing.FARTHEST + timedelta(seconds=1), "five years")):
            with pytest.raises(WrongState, match=said):
                actions.snooze(ticket, by=cast.bo, until=until)
        for until in (MONDAY + timedelta(seconds=1), MONDAY + timedelta(days=5 * 366)):
            assert actions.snooze(ticket, by=cast.bo, until=until).snoozed_until == until


@pytest.mark.parametrize("verb", ["snooze", "hold"])
def test_a_moment_without_a_zone_is_one_of_the_own_day(verb: str) -> None:
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.ask()
        given = {"until": "2026-12-01T09:00:00"} | ({"reason": "date"} if verb == "hold" else {})
        assert Program(cast.dana)("POST", f"/tickets/{ticket.number}/{verb}", given).status_code == 200
        until = fresh(ticket).snoozed_until if verb == "snooze" else fresh(ticket).waiting_until
        assert until == datetime(2026, 12, 1, 8, tzinfo=UTC), "nine o'clock in Berlin"


@pytest.mark.parametrize("until", ["2026-11-20T00:00:00", "9999-12-31T23:59:59", "9999-12-31T23:59:59-23:59"])
@pytest.mark.parametrize("verb", ["snooze", "hold"])
def test_a_moment_without_a_zone_that_is_over_or_too_far_ahead_is_refused(verb: str, until: str) -> None:
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.ask()
        given = {"until": until} | ({"reason": "date"} if verb == "hold" else {})
        assert Program(cast.dana)("POST", f"/tickets/{ticket.number}/{verb}", given).status_code == 409
