"""Holding and resuming."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.tickets import actions, jobs, replay
from firstline.tickets.actions import pausing
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reason", ["requester", "vendor", "approval"])
def test_it_waits_for_somebody(reason):
    cast = Cast.make()
    ticket = actions.hold(cast.ask(), by=cast.bo, reason=reason)
    assert (ticket.phase, ticket.status_id) == ("waiting", f"waiting_{reason}")
    assert ticket.accepted_at
    assert actions.resume(ticket, by=cast.bo).phase == "in_progress"
    assert replay.differences(ticket) == []


def test_a_date_needs_a_date_to_come():
    cast = Cast.make()
    ticket = cast.ask()
    with pytest.raises(WrongState, match="date"):
        actions.hold(ticket, by=cast.bo, reason="date")
    with pytest.raises(WrongState, match="later"):
        actions.hold(ticket, by=cast.bo, reason="date", until=clock.now() - timedelta(hours=1))
    with pytest.raises(WrongState):
        actions.hold(ticket, by=cast.bo, reason="weather")
    assert fresh(ticket).phase == "pending"


def test_when_the_date_comes_it_resumes_by_itself():
    cast = Cast.make()
    ticket = cast.ask()
    until = clock.now() + timedelta(days=1, microseconds=77)
    actions.hold(ticket, by=cast.bo, reason="date", until=until)
    jobs.wake_up()
    assert fresh(ticket).phase == "waiting"
    assert replay.differences(ticket) == []
    with clock.moved(until + timedelta(seconds=1)):
        jobs.wake_up()
    assert (fresh(ticket).phase, fresh(ticket).waiting_until) == ("in_progress", None)


def test_the_requester_does_not_hold():
    cast = Cast.make()
    with pytest.raises(NotAllowed):
        actions.hold(cast.ask(), by=cast.mei, reason="vendor")


@pytest.mark.parametrize("days", [5 * 366 + 1, 8000 * 365])
def test_a_moment_at_the_end_of_all_dates_is_refused_with_a_sentence(days: int):
    cast = Cast.make()
    ticket, far = cast.ask(), clock.now() + timedelta(days=min(days, 2_900_000))
    with pytest.raises(WrongState, match="five years"):
        actions.hold(ticket, by=cast.bo, reason="date", until=far)
    with pytest.raises(WrongState, match="five years"):
        actions.snooze(ticket, by=cast.bo, until=far)


@pytest.mark.parametrize("reason", ["vendor", "date"])
def test_until_when_it_waits_is_kept_and_is_a_moment_to_come(reason: str):
    cast = Cast.make()
    ticket = cast.ask()
    farthest = MONDAY + pausing.FARTHEST
    with clock.moved(MONDAY):
        for until in (MONDAY, MONDAY - timedelta(seconds=1)):
            with pytest.raises(WrongState, match="is over"):
                actions.hold(ticket, by=cast.bo, reason=reason, until=until)
        with pytest.raises(WrongState, match="five years"):
            actions.hold(ticket, by=cast.bo, reason=reason, until=farthest + timedelta(seconds=1))
        for until in (MONDAY + timedelta(seconds=1), farthest):
            assert actions.hold(ticket, by=cast.bo, reason=reason, until=until).waiting_until == until


def test_both_what_sleeps_and_what_waits_come_back_at_their_moment_and_no_more_at_once_than_so_many(
    monkeypatch: pytest.MonkeyPatch,
):
    cast = Cast.make()
    monkeypatch.setattr(jobs, "BATCH", 2)
    soon, later = MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2)
    with clock.moved(MONDAY):
        waiting, asleep = [cast.ask() for _ in range(4)], [cast.ask() for _ in range(4)]
        for place, until in enumerate((later, soon, soon, soon)):
            actions.hold(waiting[place], by=cast.bo, reason="date", until=until)
            actions.snooze(asleep[place], by=cast.bo, until=until)

    def back() -> tuple[list[bool], list[bool]]:
        return [fresh(t).phase == "in_progress" for t in waiting], [fresh(t).snoozed_until is None for t in asleep]

    with clock.moved(soon - timedelta(seconds=1)):
        jobs.wake_up()
        assert back() == ([False] * 4, [False] * 4)
    with clock.moved(soon):
        jobs.wake_up()
        assert [sum(each) for each in back()] == [2, 2]
        jobs.wake_up()
        jobs.wake_up()
        assert back() == ([False, True, True, True],) * 2
    woken = asleep[1].events.latest("pk")
    assert (woken.name, woken.by.is_machine, waiting[1].events.latest("pk").by.is_machine) == ("woken", True, True)


def test_what_is_over_is_not_woken():
    cast = Cast.make()
    ticket = cast.ask()
    with clock.moved(MONDAY):
        actions.hold(ticket, by=cast.bo, reason="vendor", until=MONDAY + timedelta(hours=1))
        actions.hold(ticket, by=cast.bo, reason="requester")
    with clock.moved(MONDAY + timedelta(hours=2)):
        jobs.wake_up()
    assert fresh(ticket).status_id == "waiting_requester"
