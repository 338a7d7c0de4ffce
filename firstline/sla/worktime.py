"""Working-time arithmetic: pure, without a database and without a clock of its own.

All moments go in and come out as aware datetimes in UTC and are exact; `hours.py` says how days on which the
clocks change are read. A pause is a pair (from, until) of moments; until None is a pause that still lasts.
Pauses may overlap and come in any order.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from firstline.kit.limits import limit
from firstline.sla.hours import LAST, Hours, Shifts

__all__ = ["Hours", "NoWorkingTime", "Pause", "Shifts", "Step", "due", "explain", "worked"]

Pause = tuple[datetime, datetime | None]
Kind = Literal["work", "makeup", "closed", "holiday", "paused"]

# How far ahead work is looked for, counted from the start or the end of the last pause.
HORIZON = timedelta(days=3660)
# A page does not show more steps than this; the middle of a longer story is told in one.
MOST_STEPS = limit(
    60,
    "steps",
    of="steps in which a deadline is explained",
    per="deadline",
    said="Those in the middle are told as one.",
)
NEVER = datetime.max.replace(tzinfo=UTC)
NOTHING = timedelta()


class NoWorkingTime(Exception):
    """The calendar does not have this much working time within the next ten years."""


@dataclass(frozen=True)
class Step:
    """One stretch of the way to a deadline. The steps of a story follow each other without a gap."""

    day: date  # the local day on which it starts
    start: datetime
    end: datetime | None  # None: a pause that still lasts
    kind: Kind  # makeup is work on a day that differs from the week; holiday is closed time with a holiday in it
    spent: timedelta  # working time used up in this step
    left: timedelta  # working time left after it; below zero once the deadline has passed
    holidays: tuple[date, ...] = ()  # which days make it a holiday
    stands_for: int = 1  # more than one: the middle of a long story, told in one step


def due(start: datetime, work: timedelta, hours: Hours, pauses: Iterable[Pause] = ()) -> datetime | None:
    """The moment at which `work` of working time has passed since start, pauses not counted.

    None while a pause lasts that came before the work was used up. Raises NoWorkingTime.
    """
    if work < NOTHING:
        raise ValueError("working time cannot be negative")
    start, spans = _utc(start), _merged(pauses)
    if not work:
        return start
    left = work
    latest = max([start, *(end for _begin, end in spans if end < NEVER)])
    sight = work if hours.always else HORIZON
    for begin, end, _day in _counted(start, min(latest, LAST) + sight, hours, spans):
        if begin + left <= end:
            return begin + left
        left -= end - begin
    if spans and spans[-1][1] == NEVER:
        return None
    raise NoWorkingTime(f"{left} of {work} is left after {HORIZON.days} days in {hours.zone}")


def worked(start: datetime, end: datetime, hours: Hours, pauses: Iterable[Pause] = ()) -> timedelta:
    """The working time between two moments, pauses not counted; nothing if the end is not after the start."""
    stretches = _counted(_utc(start), _utc(end), hours, _merged(pauses))
    return sum((until - begin for begin, until, _day in stretches), NOTHING)


def explain(
    start: datetime, work: timedelta, hours: Hours, pauses: Iterable[Pause] = (), end: datetime | None = None
) -> list[Step]:
    """Step by step why the deadline is what it is: from start to the deadline, or to the pause that holds it.

    With an end (the moment at which the clock stopped, or now) the story goes exactly that far; the deadline,
    if it was passed, is then the end of the step with nothing left. Raises NoWorkingTime as `due` does, but
    only without an end.
    """
    start, spans = _utc(start), _merged(pauses)
    stop = min(_utc(end), LAST) if end else due(start, work, hours, spans)
    holding = stop is None  # due says so: the last pause still lasts
    until = stop or max(start, spans[-1][0])
    steps, left = [], work
    for since, to, kind in _story(start, until, hours, spans):
        for begin, finish in _cut(since, to, since + left if kind in WORKING else None):
            spent = finish - begin if kind in WORKING else NOTHING
            left -= spent
            steps.append(_step(begin, finish, kind, spent, left, hours))
    if holding:
        steps.append(Step(hours.local_day(until), until, None, "paused", NOTHING, left))
    return _shortened(steps)


WORKING = ("work", "makeup")


def _counted(
    start: datetime, until: datetime, hours: Hours, spans: list[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime, date]]:
    """The stretches in which time counts: working time less the merged pauses."""
    if spans and spans[-1][1] == NEVER:
        until = min(until, spans[-1][0])
    waiting = iter([*spans, (NEVER, NEVER)])
    pause = next(waiting)
    for begin, end, day in hours.stretches(start, until):
        while begin < end:
            if pause[1] <= begin:
                pause = next(waiting)
            elif pause[0] <= begin:
                begin = min(pause[1], end)
            else:
                stop = min(pause[0], end)
                yield begin, stop, day
                begin = stop


def _merged(pauses: Iterable[Pause]) -> list[tuple[datetime, datetime]]:
    """The pauses in order and without overlap; one that still lasts, or lasts beyond all dates, ends at NEVER."""
    spans: list[tuple[datetime, datetime]] = []
    for begin, end in sorted((_utc(begin), _utc(end) if end and end < LAST else NEVER) for begin, end in pauses):
        if end <= begin:
            continue
        if spans and begin <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((begin, end))
    return spans


def _story(
    start: datetime, until: datetime, hours: Hours, spans: list[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime, Kind]]:
    """All the time from start to until, cut where it begins or ceases to count."""
    at = start
    for begin, end, day in _counted(start, until, hours, spans):
        yield from _idle(at, begin, spans)
        yield begin, end, "makeup" if day in hours.days and not hours.always else "work"
        at = end
    yield from _idle(at, until, spans)


def _idle(
    start: datetime, until: datetime, spans: list[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime, Kind]]:
    for begin, end in spans:
        begin, end = max(begin, start), min(end, until)
        if begin < end:
            if start < begin:
                yield start, begin, "closed"
            yield begin, end, "paused"
            start = end
    if start < until:
        yield start, until, "closed"


def _cut(begin: datetime, end: datetime, at: datetime | None) -> list[tuple[datetime, datetime]]:
    if at is None or not begin < at < end:
        return [(begin, end)]
    return [(begin, at), (at, end)]


def _step(begin: datetime, end: datetime, kind: Kind, spent: timedelta, left: timedelta, hours: Hours) -> Step:
    day, last = hours.local_day(begin), hours.local_day(end - timedelta.resolution)
    holidays: tuple[date, ...] = ()
    if kind == "closed":
        holidays = tuple(sorted(off for off, shifts in hours.days.items() if day <= off <= last and not shifts))
    return Step(day, begin, end, "holiday" if holidays else kind, spent, left, holidays)


def _shortened(steps: list[Step]) -> list[Step]:
    if len(steps) <= MOST_STEPS:
        return steps
    head, tail = MOST_STEPS - MOST_STEPS // 3, MOST_STEPS // 3 - 1
    middle = steps[head:-tail]
    spent = sum((step.spent for step in middle), NOTHING)
    whole = replace(
        middle[0], end=middle[-1].end, kind="work", spent=spent, left=middle[-1].left,
        holidays=tuple(day for step in middle for day in step.holidays), stands_for=len(middle),
    )  # fmt: skip
    return [*steps[:head], whole, *steps[-tail:]]


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment.astimezone(UTC)
