"""Calendars, moments and pauses for the property tests, mostly near the days on which clocks change."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from firstline.sla.worktime import Hours, Pause

# More by SLA_EXAMPLES=20000 for a long run.
many = settings(max_examples=int(os.environ.get("SLA_EXAMPLES", "80")), deadline=None)

ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Chicago",
    "America/Halifax",
    "America/Havana",
    "America/Los_Angeles",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tehran",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Easter",
    "Pacific/Norfolk",
]


@dataclass(frozen=True)
class World:
    hours: Hours
    start: datetime
    end: datetime
    pauses: list[Pause]


@cache
def clock_changes(zone: str) -> list[datetime]:
    """The days from 2005 to 2030 in which the clocks of a zone change."""
    info, days = ZoneInfo(zone), [datetime(2005, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(9400)]
    offsets = [day.astimezone(info).utcoffset() for day in days]
    return [day for day, before, after in zip(days[1:], offsets, offsets[1:], strict=False) if before != after]


# Half of the boundaries lie in the night, where clocks change.
minutes = st.integers(0, 16).map(lambda n: n * 15) | st.sampled_from([*range(0, 1441, 30), 125, 1439, 1440])


def shifts(most: int = 3) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    return st.lists(minutes, unique=True, max_size=2 * most).map(
        lambda edges: tuple(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
    )


@st.composite
def worlds(draw: st.DrawFn, days: int = 4) -> World:
    zone = draw(st.sampled_from(ZONES))
    near = draw(st.sampled_from(clock_changes(zone) or [datetime(2026, 2, 14, tzinfo=UTC)]))
    start = near + timedelta(seconds=draw(st.integers(-days * 86400, 86400)))
    end = start + timedelta(seconds=draw(st.integers(0, days * 86400)))
    special = st.integers(-2, days + 2).map(lambda n: (start + timedelta(days=n)).date())
    hours = Hours(
        zone=zone,
        always=draw(st.integers(0, 15)) == 7,
        week=tuple(draw(shifts()) for _day in range(7)),
        days=draw(st.dictionaries(special, st.just(()) | shifts(), max_size=3)),
    )
    return World(hours, start, end, draw(pauses(start, days)))


@st.composite
def pauses(draw: st.DrawFn, start: datetime, days: int, most: int = 3) -> list[Pause]:
    found: list[Pause] = []
    for _number in range(draw(st.integers(0, most))):
        begin = start + timedelta(seconds=draw(st.integers(-86400, days * 86400)))
        length = draw(st.none() | st.integers(0, 2 * 86400))
        found.append((begin, None if length is None else begin + timedelta(seconds=length)))
    return found
