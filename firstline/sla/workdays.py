"""Days on which work is done, as people count them: "two working days" after a Friday is Tuesday evening."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from firstline.kit.limits import limit
from firstline.sla.hours import DAY, Hours

MOST = limit(
    250,
    "working days",
    of="the time after which what is solved is closed",
    per="desk",
    said="The form says so, and keeps what was there.",
)


def farthest(count: int) -> int:
    """For how many days so many working days are looked for: one a week, and a year without any. A calendar
    without a week counts every day."""
    return 7 * count + 400


def workdays_over(hours: Hours, start: datetime, count: int) -> datetime:
    """The end of the last shift of the `count`-th working day after the day of `start`; round the clock, so many days
    of 24 hours later."""
    if hours.always or not any(hours.week):
        return start + count * DAY
    day, left = hours.local_day(start), count
    for _step in range(farthest(count)):
        if left == 0:
            break
        day += DAY
        left -= bool(hours.shifts(day))
    return max(start, _end_of(hours, day))


def over_by(hours: Hours, count: int, now: datetime) -> datetime:
    """The latest moment of which `count` working days are over now: the other way round."""
    if hours.always or not any(hours.week):
        return now - count * DAY
    day, left = hours.local_day(now), count
    for _step in range(farthest(count)):
        if left == 0:
            break
        left -= bool(hours.shifts(day)) and _end_of(hours, day) <= now
        day -= DAY
    for _step in range(farthest(0)):
        last = min(now, datetime.combine(day, time.max, tzinfo=ZoneInfo(hours.zone)).astimezone(UTC))
        if workdays_over(hours, last, count) <= now:
            return last
        day -= DAY
    return now - farthest(count) * DAY


def _end_of(hours: Hours, day: date) -> datetime:
    """When the last shift of the day ends; the end of the day where it has none."""
    shifts = hours.shifts(day)
    midnight = datetime.combine(day, time(), tzinfo=ZoneInfo(hours.zone))
    return (midnight + timedelta(minutes=shifts[-1][1] if shifts else 1440)).astimezone(UTC)
