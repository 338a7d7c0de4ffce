"""Deadlines against the slow oracle, and the laws that hold between them."""

from datetime import datetime, timedelta
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from firstline.sla.worktime import NoWorkingTime, Pause, due, explain, worked
from tests.sla import oracle
from tests.sla.worlds import ZONES, World, clock_changes, many, pauses, worlds

SECONDS = st.integers(0, 4 * 86400).map(lambda n: timedelta(seconds=n))
NOTHING = timedelta()


def test_the_zones_are_many_and_their_clocks_do_change() -> None:
    assert len(set(ZONES)) >= 24
    assert sum(bool(clock_changes(zone)) for zone in ZONES) >= 24


@many
@given(worlds(), SECONDS)
def test_deadlines_and_working_time_are_what_a_count_minute_by_minute_gives(world: World, work: timedelta) -> None:
    counted = oracle.worked(world.start, world.end, world.hours, world.pauses)
    assert worked(world.start, world.end, world.hours, world.pauses) == counted
    # Mostly within what there is, so that there is a deadline to compare.
    work = max(min(work, counted), timedelta(seconds=1))
    expected = oracle.due(world.start, world.end, work, world.hours, world.pauses)
    if expected:
        assert due(world.start, work, world.hours, world.pauses) == expected
    else:
        at = outcome(world, work, world.pauses)
        assert not isinstance(at, datetime) or at > world.end


@many
@given(worlds(), SECONDS)
def test_the_time_worked_until_a_deadline_is_the_time_it_allows(world: World, work: timedelta) -> None:
    at = deadline(world, work)
    assert worked(world.start, at, world.hours, world.pauses) == work
    if work:
        before = at - timedelta.resolution
        assert worked(world.start, before, world.hours, world.pauses) == work - timedelta.resolution


@many
@given(worlds(), SECONDS, SECONDS)
def test_more_work_or_a_later_start_never_gives_an_earlier_deadline(
    world: World, work: timedelta, more: timedelta
) -> None:
    at = deadline(world, work)
    assert at <= deadline(world, work + more)
    later = World(world.hours, world.start + more, world.end, world.pauses)
    assert at <= deadline(later, work)


@many
@given(worlds(), SECONDS, SECONDS)
def test_a_deadline_can_be_reached_in_two_parts(world: World, first: timedelta, rest: timedelta) -> None:
    assume(first and rest)
    halfway = World(world.hours, deadline(world, first), world.end, world.pauses)
    assert deadline(halfway, rest) == deadline(world, first + rest)


@many
@given(worlds(), st.data())
def test_a_pause_takes_away_the_working_time_that_it_covers(world: World, data: st.DataObject) -> None:
    begin, until = min(world.start, world.end), world.end
    [*more] = data.draw(pauses(world.start, 4, most=1))
    whole = worked(begin, until, world.hours, world.pauses)
    less = worked(begin, until, world.hours, [*world.pauses, *more])
    covered = sum((worked(max(begin, a), min(until, b or until), world.hours, world.pauses) for a, b in more), NOTHING)
    assert whole - less == covered


@many
@given(worlds(), st.randoms(), SECONDS)
def test_the_order_of_pauses_and_saying_one_twice_do_not_matter(world: World, random: Random, work: timedelta) -> None:
    mixed = [*world.pauses, *world.pauses]
    random.shuffle(mixed)
    assert outcome(world, work, mixed) == outcome(world, work, world.pauses)


@many
@given(worlds(), SECONDS)
def test_the_steps_of_a_story_are_without_gaps_and_add_up_to_the_deadline(world: World, work: timedelta) -> None:
    at = deadline(world, work)
    steps = explain(world.start, work, world.hours, world.pauses)
    if not steps:
        assert at == world.start
        return
    assert (steps[0].start, steps[-1].end, steps[-1].left) == (world.start, at, NOTHING)
    left = work
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        assert step.end is not None
        assert step.start < step.end
        assert after is None or after.start == step.end
        assert step.spent == worked(step.start, step.end, world.hours, world.pauses)
        left -= step.spent
        assert step.left == left


def deadline(world: World, work: timedelta) -> datetime:
    """The deadline, for worlds that have one."""
    at = outcome(world, work, world.pauses)
    assume(isinstance(at, datetime))
    assert isinstance(at, datetime)
    return at


def outcome(world: World, work: timedelta, paused: list[Pause]) -> datetime | str | None:
    try:
        return due(world.start, work, world.hours, paused)
    except NoWorkingTime:
        return "never"
