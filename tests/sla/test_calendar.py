"""A calendar becomes hours, and nobody works with the hours from before a change."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from firstline.kit import clock
from firstline.sla.models import Calendar, CalendarDay
from firstline.sla.shifts import read_shifts, read_week, show_shifts, typed_shifts

NINE_TO_SIX = [["09:00", "12:00"], ["13:00", "18:00"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), NINE_TO_SIX)
READ = ((540, 720), (780, 1080))


def office(**other: Any) -> Calendar:
    return Calendar.objects.create(**{"key": "office", "name_en": "Office", "name_zh": "办公", "week": WEEK, **other})


def test_shifts_are_read_in_order() -> None:
    assert read_shifts([["13:00", "18:00"], ["09:00", "12:00"]]) == READ
    assert read_shifts([["00:00", "24:00"]]) == ((0, 1440),)
    assert read_shifts([]) == ()


@pytest.mark.parametrize(
    ("shifts", "sentence"),
    [
        ("09:00-18:00", "pairs of times"),
        ([["09:00"]], "is not a shift"),
        ([["9:00", "18:00"]], "is not a shift"),
        ([["09:00", "25:00"]], "“09:00-25:00” is not a shift"),
        ([["09:00", 18]], "is not a shift"),
        ([["09.30", "17.30"]], "is not a shift"),
        ([["09,30", "17:30"]], "is not a shift"),
        ([["T0930", "17:30"]], "is not a shift"),
        ([["09:60", "17:30"]], "is not a shift"),
        ([["09:00", "24:01"]], "is not a shift"),
        ([["٠٩:٠٠", "17:30"]], "is not a shift"),
        ([17], "is not a shift"),
        ([["18:00", "09:00"]], "from 18:00 to 09:00 ends before it starts"),
        ([["09:00", "13:00"], ["12:00", "18:00"]], "starts at 12:00"),
    ],
)
def test_what_is_not_a_day_of_shifts_is_told_so(shifts: Any, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read_shifts(shifts)
    assert sentence in caught.value.messages[0]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("09.30-17.30", "09:30-17:30"),
        ("9-17", "09:00-17:00"),
        ("09：00－18：00", "09:00-18:00"),
        ("９：００～１２：００，１３：００～１８：００", "09:00-12:00, 13:00-18:00"),
        ("9点到12点半、13点30分至18点", "09:00-12:30, 13:30-18:00"),
        ("9.00 – 12.00 and 13.00 — 18.00", "09:00-12:00, 13:00-18:00"),
        ("9h30-12h / 13h-18h", "09:30-12:00, 13:00-18:00"),
        ("09:00 to 18:00", "09:00-18:00"),
        ("22。30−24。00", "22:30-24:00"),
        ("", ""),
    ],
)
def test_shifts_are_understood_as_people_type_them(typed: str, stored: str) -> None:
    shifts = typed_shifts(typed)
    read_shifts(shifts)
    assert show_shifts(shifts) == stored


@pytest.mark.parametrize(
    "typed", ["9am-5pm", "09.3-17.30", "0930-1730", "09:30", "9:5-17", "09:00:30-18", "09..30-17", "nine", "9,30-17,30"]
)
def test_what_could_be_read_in_two_ways_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        read_shifts(typed_shifts(typed))


def test_what_is_refused_is_named_as_it_was_typed() -> None:
    with pytest.raises(ValidationError, match="“9am-17:00” is not a shift"):
        read_shifts(typed_shifts("9am-17"))


@pytest.mark.parametrize("week", [[], {"monday": []}])
def test_what_is_not_a_week_is_told_so(week: Any) -> None:
    with pytest.raises(ValidationError, match="mon, tue"):
        read_week(week)


@pytest.mark.parametrize(
    ("says", "field"),
    [
        ({"zone": "Asia/Beijing"}, "zone"),
        ({"week": {}}, "week"),
        ({"week": {"mon": [["09:00", "08:00"]]}}, "week"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_told_so(says: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Calendar(**{"key": "x", "name_en": "X", "name_zh": "X", "week": WEEK, **says}).clean()
    assert list(caught.value.message_dict) == [field]


def test_round_the_clock_needs_no_shifts() -> None:
    calendar = Calendar(key="always", name_en="24x7", name_zh="全天候", always=True)
    calendar.clean()


def test_a_day_off_with_shifts_is_told_so() -> None:
    with pytest.raises(ValidationError, match="A day off has no shifts"):
        CalendarDay(date=date(2026, 5, 1), kind="off", shifts=NINE_TO_SIX).clean()


@pytest.mark.django_db
def test_hours_have_the_week_and_the_days_that_differ() -> None:
    calendar = office()
    calendar.days.create(date=date(2026, 5, 1), kind="off")
    calendar.days.create(date=date(2026, 5, 9), kind="work")  # a Saturday: the hours of an ordinary day
    calendar.days.create(date=date(2026, 12, 31), kind="work", shifts=[["09:00", "12:00"]])
    hours = calendar.hours()
    assert hours.zone == "Asia/Shanghai"
    assert hours.week == (READ,) * 5 + ((), ())
    assert dict(hours.days) == {date(2026, 5, 1): (), date(2026, 5, 9): READ, date(2026, 12, 31): ((540, 720),)}


@pytest.mark.django_db
def test_hours_are_read_once(django_assert_num_queries: Any) -> None:
    office()
    with django_assert_num_queries(2):
        (calendar,) = Calendar.objects.prefetch_related("days")
        hours = calendar.hours()
    with django_assert_num_queries(1):
        assert Calendar.objects.get(key="office").hours() is hours


@pytest.mark.django_db
def test_a_change_is_seen_at_once_even_when_the_clock_stands_still() -> None:
    with clock.moved(datetime(2026, 4, 1, tzinfo=UTC)):
        office()
        (calendar,) = Calendar.objects.prefetch_related("days")
        assert not calendar.hours().days
        day = CalendarDay.objects.create(calendar=calendar, date=date(2026, 5, 1))
        assert list(calendar.hours().days) == [date(2026, 5, 1)]
        day.kind = "work"
        day.save()
        assert calendar.hours().days[date(2026, 5, 1)] == READ
        day.delete()
        assert not Calendar.objects.get(key="office").hours().days
        calendar.zone = "Europe/Berlin"
        calendar.save()
        assert Calendar.objects.get(key="office").hours().zone == "Europe/Berlin"


@pytest.mark.django_db
def test_a_day_differs_in_one_way_only() -> None:
    calendar = office()
    calendar.days.create(date=date(2026, 5, 1))
    with pytest.raises(IntegrityError):
        calendar.days.create(date=date(2026, 5, 1), kind="work")
