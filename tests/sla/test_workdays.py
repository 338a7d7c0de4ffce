"""Working days as people count them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firstline.sla.hours import Hours
from firstline.sla.workdays import MOST, farthest, over_by, workdays_over

DAY_SHIFT = ((540, 720), (780, 1080))
OFFICE = Hours(
    "Asia/Shanghai",
    week=(*((DAY_SHIFT,) * 5), (), ()),
    days={date(2026, 10, 1): (), date(2026, 10, 2): (), date(2026, 10, 10): DAY_SHIFT},
)
ALWAYS = Hours("Europe/Berlin", always=True)
NEVER = Hours("Europe/Berlin")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "count", "over"),
    [
        ("2026-11-27 16:00", 2, "2026-12-01 18:00"),  # a Friday: over on Tuesday evening
        ("2026-11-28 16:00", 2, "2026-12-01 18:00"),  # so is what was solved on Saturday
        ("2026-11-27 23:59", 1, "2026-11-30 18:00"),
        ("2026-09-30 10:00", 1, "2026-10-05 18:00"),  # two holidays and a weekend between
        ("2026-10-09 10:00", 1, "2026-10-10 18:00"),  # a make-up Saturday counts
        ("2026-11-27 16:00", 0, "2026-11-27 18:00"),
        ("2026-11-27 19:00", 0, "2026-11-27 19:00"),
    ],
)
def test_working_days_are_over_in_the_evening_of_the_last(start: str, count: int, over: str) -> None:
    assert workdays_over(OFFICE, local(start), count) == local(over)


@pytest.mark.parametrize("hours", [ALWAYS, NEVER])
def test_without_a_week_of_shifts_a_day_has_24_hours(hours: Hours) -> None:
    at = local("2026-11-27 16:00")
    assert workdays_over(hours, at, 2) == at + timedelta(days=2)
    assert over_by(hours, 2, at) == at - timedelta(days=2)


ONE_A_WEEK = Hours("Asia/Shanghai", week=((), (), (), (), (), DAY_SHIFT, ()))


@pytest.mark.parametrize(
    ("hours", "count", "over"),
    [
        (OFFICE, MOST, "2027-11-09 18:00"),
        (OFFICE, 365, "2028-04-18 18:00"),
        (ONE_A_WEEK, 100, "2028-10-21 18:00"),
        (ONE_A_WEEK, MOST, "2031-09-06 18:00"),
    ],
)
def test_very_many_working_days_are_all_counted(hours: Hours, count: int, over: str) -> None:
    start = local("2026-11-24 16:00")
    end = workdays_over(hours, start, count)
    assert end == local(over)
    assert over_by(hours, count, end) >= start > over_by(hours, count, end - timedelta(minutes=1))


@given(
    st.sampled_from([OFFICE, ALWAYS, ONE_A_WEEK]),
    st.integers(0, 9),
    st.integers(0, 60 * 24 * 60),
    st.integers(0, 60 * 24 * 20),
)
@example(OFFICE, 0, 0, 18 * 60)  # without a day more, in the evening of the same day
@example(OFFICE, 0, 0, 18 * 60 - 1)
@example(OFFICE, 1, 4 * 24 * 60, 3 * 24 * 60)
def test_what_is_over_and_what_is_not_are_told_apart_by_one_moment(
    hours: Hours, count: int, first: int, later: int
) -> None:
    start = local("2026-09-01 00:00") + timedelta(minutes=first)
    now = start + timedelta(minutes=later)
    assert (start <= over_by(hours, count, now)) == (workdays_over(hours, start, count) <= now)


@pytest.mark.parametrize(("days_off", "found"), [(0, True), (405, True), (406, True), (407, False), (500, False)])
def test_a_working_day_is_looked_for_beyond_a_year_without_any_and_not_for_ever(days_off: int, found: bool) -> None:
    start, shift = date(2026, 1, 1), ((540, 1080),)
    off = {start + timedelta(days=n): () for n in range(1, days_off + 1)}
    over = workdays_over(Hours("UTC", week=(shift,) * 7, days=off), datetime(2026, 1, 1, 12, tzinfo=UTC), 1)
    first = start + timedelta(days=days_off + 1)
    last = start + timedelta(days=farthest(1))
    assert farthest(1) == 407
    assert (over.date(), over.hour) == ((first, 18) if found else (last + timedelta(days=1), 0))
