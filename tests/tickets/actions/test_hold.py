"""Holding and resuming."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.tickets import actions, jobs, rebuild
from firstline.tickets.refusals import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reason", ["requester", "vendor", "approval"])
def test_it_waits_for_somebody(reason):
    cast = Cast.make()
    ticket = actions.hold(cast.ask(), by=cast.bo, reason=reason)
    assert (ticket.phase, ticket.status_id) == ("waiting", f"waiting_{reason}")
    assert ticket.accepted_at
    assert actions.resume(ticket, by=cast.bo).phase == "in_progress"
    assert rebuild.differences(ticket) == []


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
    assert rebuild.differences(ticket) == []
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
