"""A year's public holidays, filled into a calendar."""

import copy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from firstline.kit import clock
from firstline.sla import holidays
from firstline.sla.holidays import Filled, country_of, fill, outdated, published, states
from firstline.sla.models import Calendar, CalendarDay

DAY_SHIFT = [["09:00", "18:00"]]
pytestmark = pytest.mark.django_db

# The State Council's arrangement for 2026, written down from the notice: days off that fall on weekdays, and the
# days of weekends that are worked for them.
OFF_2026 = """
01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 10-01 10-02 10-05 10-06 10-07
"""
WORKED_2026 = "01-04 02-14 02-28 05-09 09-20 10-10"


@pytest.fixture
def calendar() -> Calendar:
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY_SHIFT)
    return Calendar.objects.create(key="office", name_en="Office", name_zh="办公", week=week)


def test_china_2026_has_its_holidays_and_its_make_up_workdays(calendar: Calendar) -> None:
    fill(calendar, 2026, "CN")
    days = {f"{day.date:%m-%d}": day for day in calendar.days.all()}
    weekdays_off = {at for at, day in days.items() if day.kind == "off" and day.date.weekday() < 5}
    assert weekdays_off == set(OFF_2026.split())
    worked = {at: day for at, day in days.items() if day.kind == "work"}
    assert set(worked) == set(WORKED_2026.split())
    hours = calendar.hours()
    assert hours.shifts(date(2026, 2, 14)) == ((540, 1080),)  # a Saturday
    assert hours.shifts(date(2026, 2, 16)) == ()  # a Monday
    assert (days["02-17"].note_en, days["02-17"].note_zh) == ("Chinese New Year (Spring Festival)", "春节")
    assert (days["02-14"].note_en, days["02-14"].note_zh) == ("Make-up workday", "调休上班")


@pytest.mark.parametrize(
    ("country", "year", "known"),
    [
        *[("CN", 2025, True), ("CN", 2026, True), ("CN", 2027, False), ("cn", 2027, False), ("CN", 2029, False)],
        # Others move days too; a year in which one moved none is known by a later one.
        *[("HU", 2026, True), ("HU", 2027, False), ("HU", 2023, True), ("LV", 2027, False), ("VN", 2027, False)],
        # Those that never do, or no longer, have nothing to say.
        *[("DE", 2027, True), ("UA", 2027, True), ("XX", 2026, True), ("", 2026, True)],
    ],
)
def test_a_year_without_a_published_arrangement_is_known_as_such(country: str, year: int, known: bool) -> None:
    assert published(country, year) is known


def test_a_chinese_year_that_is_not_published_has_holidays_but_no_make_up_workdays(calendar: Calendar) -> None:
    fill(calendar, 2027, "CN")
    assert {day.kind for day in calendar.days.all()} == {"off"}


def test_german_holidays_follow_the_state_and_have_chinese_names(calendar: Calendar) -> None:
    fill(calendar, 2026, "DE", state="BY")
    assert calendar.days.get(date=date(2026, 1, 6)).note_en == "Epiphany"
    with override("zh-hans"):
        assert calendar.days.get(date=date(2026, 1, 6)).note == "主显节"
    assert not calendar.days.filter(date=date(2026, 3, 8)).exists()  # Berlin's
    assert not [day for day in calendar.days.all() if day.note_zh.isascii()]
    assert "BY" in states("DE")


def test_days_edited_by_hand_are_left_alone(calendar: Calendar) -> None:
    calendar.days.create(date=date(2026, 5, 1), kind="work", note_en="Moving house")
    fill(calendar, 2026, "DE", state="BE")
    christmas = calendar.days.get(date=date(2026, 12, 25))
    christmas.kind = "work"
    christmas.save()
    again = fill(calendar, 2026, "DE", state="BE")
    assert again == Filled(added=0, changed=0, removed=0, kept=2)
    assert calendar.days.get(date=date(2026, 5, 1)).note_en == "Moving house"
    assert calendar.days.get(date=date(2026, 12, 25)).kind == "work"


def test_days_filled_in_follow_what_is_published_later(calendar: Calendar) -> None:
    fill(calendar, 2026, "CN")
    # As it would have been before the notice: one day missing, one too many, one under another name.
    CalendarDay.objects.filter(date=date(2026, 2, 14)).delete()
    CalendarDay.objects.filter(date=date(2026, 5, 1)).update(note_en="Labour")
    CalendarDay.objects.bulk_create([CalendarDay(calendar=calendar, date=date(2026, 2, 24), by_hand=False)])
    assert fill(calendar, 2026, "CN") == Filled(added=1, changed=1, removed=1, kept=0)
    assert calendar.days.get(date=date(2026, 5, 1)).note_en == "Labor Day"


def test_filling_one_year_does_not_touch_another(calendar: Calendar) -> None:
    fill(calendar, 2025, "CN")
    before = set(calendar.days.values_list("date", "note_zh"))
    fill(calendar, 2026, "DE")
    assert before <= set(calendar.days.values_list("date", "note_zh"))
    assert {year.year for year in calendar.days.dates("date", "year")} == {2025, 2026}


@pytest.mark.parametrize(("country", "state"), [("XX", None), ("DE", "Bavaria")])
def test_a_place_that_is_not_known_is_told_so(calendar: Calendar, country: str, state: str | None) -> None:
    with pytest.raises(ValidationError, match="There are no holidays for"):
        fill(calendar, 2026, country, state=state)
    assert not calendar.days.exists()


def test_a_year_filled_before_it_was_published_is_offered_anew(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_it_is = holidays._book

    def before(country: str, state: str | None, year: int, language: str) -> Any:
        book = copy.copy(as_it_is(country, state, year, language))
        book.weekend_workdays = set()
        return book

    monkeypatch.setattr(holidays, "_book", before)
    fill(calendar, 2026, "CN")
    assert not outdated(calendar, 2026)
    assert not outdated(calendar, 2027)  # never filled
    monkeypatch.setattr(holidays, "_book", as_it_is)
    assert outdated(calendar, 2026)
    calendar.filled_years.update(known="")  # filled by a release that did not remember it
    assert outdated(calendar, 2026)
    fill(calendar, 2026, "CN")
    assert not outdated(calendar, 2026)


def test_a_day_changed_by_hand_makes_no_year_outdated(calendar: Calendar) -> None:
    fill(calendar, 2026, "CN")
    day = calendar.days.get(date=date(2026, 2, 14))
    day.shifts = [["10:00", "12:00"]]
    day.save()
    calendar.days.create(date=date(2026, 12, 24), kind="off")
    calendar.days.get(date=date(2026, 5, 1)).delete()
    assert not outdated(calendar, 2026)


def test_a_year_filled_for_a_state_is_compared_with_that_states_holidays(calendar: Calendar) -> None:
    fill(calendar, 2026, "DE", state="BY")
    assert not outdated(calendar, 2026)
    calendar.filled_years.update(state="BE")
    assert outdated(calendar, 2026)


def test_a_make_up_day_is_worked_by_the_hours_of_the_weekday_that_it_replaces(calendar: Calendar) -> None:
    calendar.week = {"mon": [["10:00", "16:00"]], "tue": DAY_SHIFT, "fri": [["09:00", "13:00"]]}
    calendar.save()
    fill(calendar, 2026, "CN")
    hours = calendar.hours()
    assert hours.shifts(date(2026, 2, 14)) == ((540, 780),)  # a Saturday, for Friday 20 February
    assert hours.shifts(date(2026, 2, 28)) == ((600, 960),)  # a Saturday, for Monday 23 February
    assert hours.shifts(date(2026, 5, 9)) == ((540, 1080),)  # a Saturday, for Tuesday 5 May
    assert hours.shifts(date(2026, 10, 10)) == ((600, 960),)  # for a Wednesday on which nobody works: an ordinary day
    fill(calendar, 2026, "HU")
    assert calendar.days.get(date=date(2026, 1, 10)).works_like == 4


@pytest.mark.parametrize(("year", "day", "like"), [(2019, date(2019, 1, 5), 0), (2014, date(2014, 12, 27), 4)])
def test_a_make_up_day_beside_new_year_may_replace_one_of_the_year_beside_it(
    calendar: Calendar, year: int, day: date, like: int
) -> None:
    # Vietnam worked on Saturday 5 January 2019 for Monday 31 December, and on 27 December 2014 for Friday 2 January.
    fill(calendar, year, "VN")
    assert calendar.days.get(date=day).works_like == like


def test_filled_holidays_reach_whoever_kept_the_hours_from_before(calendar: Calendar) -> None:
    kept = Calendar.objects.get(pk=calendar.pk)
    friday = date(2026, 5, 1)
    assert kept.hours().shifts(friday)
    with clock.moved(datetime(2026, 1, 1, tzinfo=UTC)):  # even when the clock stands still between
        fill(calendar, 2026, "CN")
    assert not Calendar.objects.get(pk=calendar.pk).hours().shifts(friday)
    assert Calendar.objects.get(pk=calendar.pk).updated_at > kept.updated_at


def test_the_country_of_a_calendar_is_that_of_its_zone(calendar: Calendar) -> None:
    assert country_of(calendar) == "CN"
    calendar.zone = "UTC"
    assert country_of(calendar) == ""
