"""The same arithmetic done the slow way: look at the wall clock once a minute, and count.

It shares nothing with worktime.py but the meaning of a shift: one unbroken stretch from the first time that
the clock shows its start or later, until the last time that the clock shows something before its end.
Whatever the clocks do, that is a comparison with the latest time shown so far and the earliest time still to
be shown.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from firstline.sla.worktime import Hours, Pause

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
SIGHT = timedelta(hours=30)  # no zone sets its clocks back further than this


def worked(start: datetime, end: datetime, hours: Hours, pauses: list[Pause]) -> timedelta:
    return sum((length for _at, length in ticks(start, end, hours, pauses)), timedelta())


def due(start: datetime, end: datetime, work: timedelta, hours: Hours, pauses: list[Pause]) -> datetime | None:
    """The deadline, or None if it does not lie between start and end."""
    for at, length in ticks(start, end, hours, pauses):
        if work <= length:
            return at + work
        work -= length
    return None


def ticks(start: datetime, end: datetime, hours: Hours, pauses: list[Pause]) -> Iterator[tuple[datetime, timedelta]]:
    """The minutes that count between start and end; seconds where one of the given moments cuts a minute."""
    edges = {start, end, *(edge for pause in pauses for edge in pause if edge)}
    cut = {edge.replace(second=0) for edge in edges if edge.second}
    for minute in working_minutes(start, end, hours):
        length = SECOND if minute in cut else MINUTE
        for number in range(MINUTE // length):
            at = minute + number * length
            paused = any(begin <= at and (until is None or at < until) for begin, until in pauses)
            if start <= at < end and not paused:
                yield at, length


def working_minutes(start: datetime, end: datetime, hours: Hours) -> Iterator[datetime]:
    first = start.replace(second=0) - SIGHT
    minutes = [first + number * MINUTE for number in range((end + SIGHT - first) // MINUTE)]
    zone = ZoneInfo(hours.zone)
    shown = [minute.astimezone(zone).replace(tzinfo=None) for minute in minutes]
    latest = list(accumulate(shown, max))
    earliest = list(accumulate(reversed(shown), min))[::-1]
    for minute, low, high in zip(minutes, earliest, latest, strict=True):
        if start.replace(second=0) <= minute < end and is_working(hours, low, high):
            yield minute


def is_working(hours: Hours, earliest: datetime, latest: datetime) -> bool:
    if hours.always:
        return True
    day = earliest.date()
    while day <= latest.date():
        shifts = hours.days[day] if day in hours.days else hours.week[day.weekday()]
        midnight = datetime.combine(day, time())
        for begin, end in shifts:
            if latest >= midnight + begin * MINUTE and earliest < midnight + end * MINUTE:
                return True
        day += timedelta(days=1)
    return False


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
