"""Warnings before a deadline, each once for each moment that counts."""

from datetime import timedelta

import pytest

from firstline.catalog import config_cache
from firstline.kit import clock
from firstline.people.models import Person
from firstline.sla.models import SlaTarget
from firstline.tickets import actions, jobs, replay
from tests.cast import MONDAY, Cast
from tests.tickets.timing import at, at_time, incident, lower_at, raise_at, the_clock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("warn_minutes", "after"), [(0, None), (1, 4), (4, 1), (5, None), (6, None)])
def test_it_is_warned_of_so_long_before_if_that_is_after_the_start(warn_minutes: int, after: int | None):
    cast = Cast.make()
    SlaTarget.objects.filter(clock="acceptance").update(warn_minutes=warn_minutes)
    config_cache.forget()
    with at(0):
        ticket = cast.ask()
    wanted = None if after is None else MONDAY + timedelta(minutes=after)
    assert the_clock(ticket, "acceptance").warn_at == wanted


def test_a_warning_follows_the_time_that_counts_anew():
    cast = Cast.make()
    SlaTarget.objects.filter(clock="resolution").update(warn_minutes=60)
    config_cache.forget()
    ticket = incident(cast)
    raise_at(ticket, at_time(10), cast)
    resolution = the_clock(ticket, "resolution")
    assert (resolution.due_at, resolution.warn_at) == (at_time(15), at_time(14))


@pytest.mark.parametrize("when", ["recomputed", "near", "over"])
def test_of_a_goal_that_was_switched_off_nobody_is_warned_for_ever(when: str):
    """Its clocks go when the open requests are computed again; those not yet reached when they are acted on."""
    cast = Cast.make()
    SlaTarget.objects.filter(clock="acceptance").update(warn_minutes=2)
    config_cache.forget()
    with at(0):
        ticket = cast.ask()
    SlaTarget.objects.filter(clock="acceptance").update(active=False)
    config_cache.forget()
    if when == "recomputed":
        with at(1):
            jobs.recompute_open(after_id=0)
        assert not ticket.clocks.exists()
    for _time in range(2):
        with at(4 if when == "near" else 6):
            jobs.watch_clocks()
    told = [event.name for event in ticket.events.filter(name__startswith="clock_")]
    assert told == {"recomputed": [], "near": ["clock_warned"], "over": ["clock_breached"]}[when]
    assert not ticket.clocks.exists()
    assert replay.differences(ticket) == []


def test_whoever_was_warned_is_warned_again_when_the_deadline_has_moved():
    cast = Cast.make()
    SlaTarget.objects.filter(clock="resolution").update(warn_minutes=60)
    config_cache.forget()
    ticket = incident(cast)
    raise_at(ticket, at_time(9, 30), cast)
    warnings = ticket.events.filter(name="clock_warned", data__clock="resolution")
    for hour, minute, told in ((13, 29, 0), (13, 31, 1), (13, 35, 1)):
        with clock.moved(at_time(hour, minute)):
            jobs.watch_clocks()
        assert warnings.count() == told
    lower_at(ticket, at_time(13, 40), cast)
    assert the_clock(ticket, "resolution").warned_at is None
    for hour, minute, told in ((16, 59, 1), (17, 1, 2), (17, 5, 2)):
        with clock.moved(at_time(hour, minute)):
            jobs.watch_clocks()
        assert warnings.count() == told
    assert replay.differences(ticket) == []


def test_a_warning_comes_in_working_time_before_the_deadline():
    cast = Cast.make()
    SlaTarget.objects.filter(clock="resolution").update(warn_minutes=120)
    config_cache.forget()
    ticket = incident(cast)
    raise_at(ticket, at_time(17), cast)
    lower_at(ticket, at_time(17), cast)
    with clock.moved(at_time(17, 30)):
        actions.hold(ticket, by=cast.bo, reason="vendor")
    with clock.moved(at_time(9, day=1)):
        actions.resume(ticket, by=cast.bo)
    resolution = the_clock(ticket, "resolution")  # half an hour is left
    assert (resolution.due_at, resolution.warn_at) == (at_time(9, 30, day=1), at_time(16))


def test_a_warning_before_the_lunch_break_is_not_counted_on_the_wall():
    cast = Cast.make()
    SlaTarget.objects.filter(clock="resolution", minutes=240).update(warn_minutes=60)
    config_cache.forget()
    ticket = incident(cast)
    raise_at(ticket, at_time(9, 10), cast)  # due 14:10; an hour of work before is 12:10 on the wall, in the break
    assert the_clock(ticket, "resolution").warn_at == at_time(13, 10)
    raise_at(ticket, at_time(9, 15), cast)
    SlaTarget.objects.filter(clock="resolution", minutes=240).update(warn_minutes=80)
    config_cache.forget()
    actions.recompute(ticket, by=Person.objects.system())
    assert the_clock(ticket, "resolution").warn_at == at_time(11, 50)
