"""When people ask: mostly in working hours, most of all on Mondays, less over lunch, hardly at weekends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from firstline.sla.hours import Hours
from firstline.sla.worktime import worked

NINETY_DAYS = 740
"""How many requests come in ninety days, whatever holidays lie in them."""
# place, language, share of them in hundredths
STREAMS = [("SH", "zh-hans", 31), ("SZ", "zh-hans", 15), ("SH", "en", 4), ("SZ", "en", 3), ("BE", "en", 47)]
ALERTS_A_DAY = 0.6
WEEKDAYS = (1.35, 1.1, 1.0, 0.95, 0.8)
MAKE_UP_DAY = 0.8
QUIET_DAY = 0.05
"""What is left of it at a weekend or on a holiday."""
HOURS = {8: 3, 9: 16, 10: 15, 11: 10, 12: 3, 13: 8, 14: 13, 15: 13, 16: 10, 17: 7, 18: 3, 19: 1, 20: 1}
"""Local hour: weight."""


@dataclass(frozen=True)
class Arrival:
    at: datetime
    place: str
    language: str
    alert: bool = False


def arrivals(
    rng: Random, *, begin: datetime, end: datetime, hours: Mapping[str, Hours], zones: Mapping[str, str]
) -> list[Arrival]:
    """Everything that is asked from begin to end, in order; hours and zones are those of the places."""
    days = _days(begin, end)
    found = []
    for place, language, share in STREAMS:
        zone = ZoneInfo(zones[place])
        weights = {day: _weight(day, hours[place], zone) for day in days}
        wanted = NINETY_DAYS * (end - begin) / timedelta(days=90) * share / 100
        for day, weight in weights.items():
            for _each in range(_number(rng, wanted * weight / sum(weights.values()))):
                found.append(Arrival(_moment(rng, day, zone), place, language))
    found += [
        Arrival(_some_time(rng, day), "SH", rng.choice(["en", "zh-hans"]), alert=True)
        for day in days
        for _each in range(_number(rng, ALERTS_A_DAY))
    ]
    return sorted((each for each in found if begin <= each.at < end), key=lambda each: each.at)


def _weight(day: date, hours: Hours, zone: ZoneInfo) -> float:
    midnight = datetime.combine(day, time(), zone)
    is_workday = worked(midnight, midnight + timedelta(days=1), hours) > timedelta()
    busy = WEEKDAYS[day.weekday()] if day.weekday() < len(WEEKDAYS) else MAKE_UP_DAY
    return busy if is_workday else QUIET_DAY


def _moment(rng: Random, day: date, zone: ZoneInfo) -> datetime:
    hour = rng.choices(list(HOURS), list(HOURS.values()))[0]
    moment = time(hour, rng.randrange(60), rng.randrange(60), rng.randrange(1000) * 1000)
    return datetime.combine(day, moment, zone).astimezone(UTC)


def _days(begin: datetime, end: datetime) -> list[date]:
    return [begin.date() + timedelta(days=n) for n in range((end.date() - begin.date()).days + 1)]


def _number(rng: Random, mean: float) -> int:
    """About `mean`, a little more or less, and on average exactly that."""
    given = max(0.0, mean * rng.uniform(0.7, 1.3))
    return int(given) + (rng.random() < given % 1)


def _some_time(rng: Random, day: date) -> datetime:
    return datetime.combine(day, time(rng.randrange(24), rng.randrange(60), rng.randrange(60)), UTC)
