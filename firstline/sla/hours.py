"""Working hours of one calendar, and the stretches of real time that they come to.

A shift is written on the wall clock; real time is UTC. The two differ on the days on which the clocks
change, so this is the one place that turns the one into the other, by one rule:

    A shift is one unbroken stretch. It starts the first time that the clock shows its start (fold=0) or
    something later, and ends the last time that the clock leaves what lies before its end (fold=1).

So a day of 24 hours of work has 23 real hours in spring and 25 in autumn; a boundary in the skipped hour
falls on the jump itself; a boundary in the repeated hour lets the shift begin with its first showing and
end with its second; and a shift that ends where the repeated hour begins ends before it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

# One shift: minutes since local midnight, from and until; 1440 is the midnight that ends the day.
Shift = tuple[int, int]
Shifts = tuple[Shift, ...]
Stretch = tuple[datetime, datetime]

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

# Dates end with the year 9999; zones, a day of sight and the horizon of deadlines need room before it.
LAST = datetime(9980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Hours:
    """When work is done: a week of shifts in a zone, and the days that differ from it.

    `week` has seven entries, Monday first. `days` overrides the week: no shifts is a holiday, shifts are a
    make-up workday or a short day. With `always` work never stops, and week and days are not looked at.
    """

    zone: str
    always: bool = False
    week: tuple[Shifts, ...] = ((),) * 7
    days: Mapping[date, Shifts] = field(default_factory=dict)
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)  # an unknown zone fails here, not in the middle of a night
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        week = tuple(_in_order(shifts) for shifts in self.week)
        days = {day: _in_order(shifts) for day, shifts in self.days.items()}
        object.__setattr__(self, "week", week)
        object.__setattr__(self, "days", MappingProxyType(days))
        # Counted once: the cache below asks for it at every step of every walk.
        object.__setattr__(self, "_hash", hash((self.zone, self.always, week, frozenset(days.items()))))

    def __hash__(self) -> int:
        return self._hash

    def shifts(self, day: date) -> Shifts:
        """The shifts of a local day, holidays and make-up days considered."""
        found = self.days.get(day)
        return self.week[day.weekday()] if found is None else found

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def stretches(self, start: datetime, until: datetime) -> Iterator[tuple[datetime, datetime, date]]:
        """The working time between two moments, in order and without overlap, each with its local day."""
        until = min(until, LAST)
        if start >= until:
            return
        if self.always:
            yield start, until, self.local_day(start)
            return
        # A day more on each side: where clocks are set back over midnight, two days overlap.
        day, last = self.local_day(start) - DAY, self.local_day(until) + DAY
        if not any(self.week):  # then only the days that differ can bring work, and they come to an end
            last = min(last, max((differs for differs, shifts in self.days.items() if shifts), default=date.min))
        while day <= last:
            for begin, end in _of_day(self, day):
                begin, end = max(begin, start), min(end, until)
                if begin < end:
                    yield begin, end, day
                    start = end
            day += DAY


def minutes(text: str) -> int:
    """'09:30' is 570 minutes after midnight; '24:00' is 1440."""
    # Not time.fromisoformat: it takes "09.30" for nine o'clock and a fraction.
    match = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", text)
    if match is None:
        raise ValueError(text)
    return 1440 if text == "24:00" else int(match[1]) * 60 + int(match[2])


def _in_order(shifts: Shifts) -> Shifts:
    ordered = tuple(sorted((int(start), int(end)) for start, end in shifts))
    before = 0
    for start, end in ordered:
        if not before <= start < end <= 1440:
            raise ValueError(f"not a day of shifts: {shifts}")
        before = end
    return ordered


@lru_cache(maxsize=4096)
def _of_day(hours: Hours, day: date) -> tuple[Stretch, ...]:
    zone = ZoneInfo(hours.zone)
    midnight = datetime.combine(day, time())
    return tuple(
        (_first(midnight + timedelta(minutes=start), zone), _last(midnight + timedelta(minutes=end), zone))
        for start, end in hours.shifts(day)
    )


def _first(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which the clock shows this, or something later."""
    jump = _jump_over(wall, zone)
    return jump or wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _last(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment from which the clock never again shows anything earlier than this."""
    # Asked of the second before, because of a repeated hour that begins exactly here.
    before = wall - SECOND
    jump = _jump_over(before, zone)
    return jump or before.replace(tzinfo=zone, fold=1).astimezone(UTC) + SECOND


def _jump_over(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment at which the clocks jump over this time, if they do."""
    early, late = wall.replace(tzinfo=zone, fold=1), wall.replace(tzinfo=zone, fold=0)
    if early.utcoffset() <= late.utcoffset():  # type: ignore[operator]
        return None
    # In a gap PEP 495 reads fold=1 with the new offset (too early) and fold=0 with the old one (too late);
    # the jump lies between the two readings.
    new = early.utcoffset()
    low, high = early.astimezone(UTC), late.astimezone(UTC)
    while high - low > SECOND:
        middle = low + (high - low) // 2 // SECOND * SECOND
        if middle.astimezone(zone).utcoffset() == new:
            high = middle
        else:
            low = middle
    return high
