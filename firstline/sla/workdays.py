"""Days on which work is done, as people count them: "two working days" after a Friday is Tuesday evening."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from firstline.sla.hours import DAY, Hours

FARTHEST = 400
"""For how many days a working day is looked for; a calendar without any counts every day."""


def workdays_over(hours: Hours, start: datetime, count: int) -> datetime:
    """The end of the last shift of the `count`-th working day after the day of `start`; round the clock, so many days
    of 24 hours later."""
    if hours.always or not any(hours.week):
        return start + count * DAY
    day, left = hours.local_day(start), count
    for _step in range(FARTHEST):
        if left == 0:
            break
        day += DAY
        left -= bool(hours.shifts(day))
    shifts = hours.shifts(day)
    midnight = datetime.combine(day, time(), tzinfo=ZoneInfo(hours.zone))
    return max(start, (midnight + timedelta(minutes=shifts[-1][1] if shifts else 1440)).astimezone(UTC))


def over_by(hours: Hours, count: int, now: datetime) -> datetime:
    """The latest moment of which `count` working days are over now: the other way round."""
    if hours.always or not any(hours.week):
        return now - count * DAY
    day = hours.local_day(now)
    for _step in range(FARTHEST):
        last = min(now, datetime.combine(day, time.max, tzinfo=ZoneInfo(hours.zone)).astimezone(UTC))
        if workdays_over(hours, last, count) <= now:
            return last
        day -= DAY
    return now - FARTHEST * DAY
