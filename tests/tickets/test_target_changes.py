"""Targets that change while a ticket is open: from when the new one counts (docs/decisions/0014)."""

from datetime import timedelta

import pytest

from firstline.catalog import config_cache
from firstline.kit import clock
from firstline.sla.models import Calendar, SlaTarget
from firstline.tickets import actions, replay
from tests.cast import MONDAY, Cast
from tests.tickets.timing import at, at_time, incident, lower_at, raise_at, the_clock

pytestmark = pytest.mark.django_db


def test_a_raised_priority_counts_from_then_and_makes_nothing_late_in_the_past():
    cast = Cast.make()
    SlaTarget.objects.filter(clock="resolution", minutes=480).update(minutes=5 * 480)
    config_cache.forget()
    ticket = incident(cast)
    assert the_clock(ticket, "resolution").due_at == at_time(18, day=4)
    raise_at(ticket, at_time(10, day=2), cast)
    resolution = the_clock(ticket, "resolution")
    assert (resolution.minutes, resolution.due_at) == (240, at_time(15, day=2))
    assert resolution.started_at == MONDAY
    assert replay.differences(ticket) == []


def test_a_raised_priority_never_puts_a_deadline_off():
    cast = Cast.make()
    ticket = incident(cast)
    raise_at(ticket, at_time(17), cast)
    resolution = the_clock(ticket, "resolution")
    assert (resolution.minutes, resolution.due_at) == (480, at_time(18))
    assert replay.differences(ticket) == []


def test_a_lowered_priority_counts_from_the_start():
    cast = Cast.make()
    ticket = incident(cast)
    raise_at(ticket, at_time(9, 30), cast)
    assert the_clock(ticket, "resolution").due_at == at_time(14, 30)
    lower_at(ticket, at_time(10), cast)
    assert the_clock(ticket, "resolution").due_at == at_time(18)
    raise_at(ticket, at_time(11), cast)
    assert the_clock(ticket, "resolution").due_at == at_time(16)


def test_what_is_held_has_spent_what_counted_by_then():
    """What is done at half past nine, before it is held at ten; the minutes of the goal, and those spent of it."""
    cast = Cast.make()
    table = {
        raise_at: (240, 30),  # stricter: it counts from then
        lower_at: (480, 60),
        lambda ticket, moment, cast: None: (480, 60),
    }
    for change, wanted in table.items():
        ticket = incident(cast)
        change(ticket, at_time(9, 30), cast)
        with clock.moved(at_time(10)):
            actions.hold(ticket, by=cast.bo, reason="vendor")
        held = the_clock(ticket, "resolution")
        assert (held.state, held.minutes, held.spent) == ("paused", wanted[0], timedelta(minutes=wanted[1]))
        with clock.moved(at_time(11)):
            actions.resume(ticket, by=cast.bo)
        assert the_clock(ticket, "resolution").spent == held.spent


def test_held_by_a_goal_of_as_many_minutes_it_counts_from_the_start_still():
    cast = Cast.make()
    SlaTarget.objects.filter(clock="resolution").delete()
    for line in ("L1", "L2"):
        SlaTarget.objects.create(clock="resolution", minutes=240, when={"line": [line]}, name_en=line, name_zh=line)
    config_cache.forget()
    ticket = incident(cast)
    with clock.moved(at_time(9, 30)):
        actions.assign(ticket, by=cast.dana, to=cast.chen)
    taken = the_clock(ticket, "resolution")
    assert (taken.goal.name_en, taken.due_at) == ("L2", at_time(14))
    with clock.moved(at_time(10)):
        actions.hold(ticket, by=cast.bo, reason="vendor")
    assert the_clock(ticket, "resolution").spent == timedelta(hours=1)


def test_which_goal_is_stricter_is_asked_of_the_deadlines_and_not_of_the_minutes():
    """Of 480 minutes in office hours it was 18:00; of more, round the clock, it is earlier, and counts from then."""
    cast = Cast.make()
    always = Calendar.objects.create(key="always", name_en="x", name_zh="x", zone="Asia/Shanghai", always=True)
    for minutes, due in ((500, at_time(17, 50)), (600, at_time(19))):
        SlaTarget.objects.filter(clock="resolution", when__priority=[1, 2]).update(minutes=minutes, calendar=always)
        config_cache.forget()
        ticket = incident(cast)
        raise_at(ticket, at_time(9, 30), cast)
        assert (the_clock(ticket, "resolution").due_at, minutes) == (due, minutes)


def test_a_priority_set_while_classifying_counts_from_asking():
    cast = Cast.make()
    with at(0):
        ticket = cast.ask()
    with at(20):
        actions.change_priority(ticket, by=cast.bo, impact=2, urgency=3)
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    assert the_clock(ticket, "resolution").due_at == at_time(14)
