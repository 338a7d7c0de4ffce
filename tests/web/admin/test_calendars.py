"""Working calendars: shifts, special days, a year of holidays, and who may change them."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from firstline.catalog import config_cache
from firstline.catalog.models import Desk, SettingChange
from firstline.sla.models import Calendar, CalendarDay
from tests.background import waiting_jobs
from tests.cast import Cast
from tests.web.admin.hands import as_


def test_shifts_are_read_as_people_write_them(cast: Cast) -> None:
    calendar = Calendar.objects.get()
    page = reverse("settings-calendar", args=[calendar.pk])
    names = {"name_en": "Office", "name_zh": "办公", "zone": "Asia/Shanghai"}
    as_(cast.ada).post(page, {**names, "mon": "9-12，13:00–18:30", "sat": "22:00-24:00"})
    calendar.refresh_from_db()
    assert calendar.week == {"mon": [["09:00", "12:00"], ["13:00", "18:30"]], "sat": [["22:00", "24:00"]]}
    assert waiting_jobs()[0][0] == "firstline.tickets.recompute_open"
    answer = as_(cast.ada).post(page, {**names, "tue": "18:00-09:00"})
    assert answer.status_code == 422
    assert 'value="18:00-09:00"' in answer.content.decode()
    assert "Split a night shift at 24:00" in answer.content.decode()
    assert "at least one shift" in as_(cast.ada).post(page, names).content.decode()


def test_special_days_are_added_replaced_and_removed(cast: Cast) -> None:
    calendar, ada = Calendar.objects.get(), as_(cast.ada)
    add = reverse("settings-day-new", args=[calendar.pk])
    ada.post(add, {"date": "2026-12-24", "kind": "off", "note_en": "Party"})
    ada.post(add, {"date": "2026-12-24", "kind": "work", "shifts": "9-12"})
    day = CalendarDay.objects.get()
    assert (day.kind, day.shifts) == ("work", [["09:00", "12:00"]])
    assert ada.post(add, {"date": "never", "kind": "off"}).status_code == 422
    ada.post(reverse("settings-day-remove", args=[calendar.pk, day.pk]))
    assert not CalendarDay.objects.exists()
    assert [change.what for change in SettingChange.objects.all()] == ["removed", "changed", "added"]


def test_a_year_of_holidays_is_filled_in_and_told(cast: Cast) -> None:
    calendar, ada = Calendar.objects.get(), as_(cast.ada)
    page = reverse("settings-fill", args=[calendar.pk])
    answer = ada.post(page, {"year": "2026", "country": "CN"}, follow=True)
    assert "33 days added" in answer.content.decode() or CalendarDay.objects.count() > 25
    assert "not published yet" not in answer.content.decode()
    shown = ada.get(reverse("settings-calendar", args=[calendar.pk]), {"year": "2028"}).content.decode()
    assert "not published yet" in shown
    assert ada.post(page, {"year": "2026", "country": "DE", "state": "XX"}).status_code == 422


@pytest.mark.parametrize("change", ["filled", "added", "removed", "week"])
def test_what_is_changed_of_a_calendar_counts_at_once_for_whoever_knew_it_before(
    cast: Cast, change: str, django_capture_on_commit_callbacks: Any
) -> None:
    calendar, ada, day = Calendar.objects.get(), as_(cast.ada), date(2026, 10, 1)
    page = {name: reverse(f"settings-{name}", args=[calendar.pk]) for name in ("fill", "day-new", "calendar")}
    if change == "removed":
        ada.post(page["day-new"], {"date": f"{day}", "kind": "off"})

    def works() -> bool:
        return bool(config_cache.current().calendars[calendar.pk].hours().shifts(day))

    def elsewhere() -> bool:
        # A process that was forked before: what it knew is of before, and what it hears of is the version alone.
        config_cache._register, config_cache._seen = known
        return works()

    before, known = works(), (config_cache._register, config_cache._seen)
    if change == "filled":
        with django_capture_on_commit_callbacks(execute=True):
            ada.post(page["fill"], {"year": "2026", "country": "CN"})
    elif change == "added":
        ada.post(page["day-new"], {"date": f"{day}", "kind": "off"})
    elif change == "removed":
        ada.post(reverse("settings-day-remove", args=[calendar.pk, CalendarDay.objects.get().pk]))
    else:
        names = {"name_en": "Office", "name_zh": "办公", "zone": "Asia/Shanghai"}
        ada.post(page["calendar"], {**names, "mon": "9-18"})  # the day is a Thursday
    assert before is (change != "removed")
    assert elsewhere() is not before
    assert works() is not before
    assert ("firstline.tickets.recompute_open", {"after_id": 0}) in waiting_jobs()


def test_a_calendar_that_others_work_by_is_read_only_for_a_manager(cast: Cast) -> None:
    calendar, dana = Calendar.objects.get(), as_(cast.dana)
    page = reverse("settings-calendar", args=[calendar.pk])
    given = {"name_en": "Mine", "name_zh": "我的", "zone": "Asia/Shanghai", "mon": "9-18"}
    assert "disabled" in dana.get(page).content.decode()
    assert dana.post(page, given).status_code == 404
    assert dana.post(reverse("settings-fill", args=[calendar.pk]), {"year": "2026", "country": "CN"}).status_code == 404
    Desk.objects.filter(key="HR").update(
        calendar=Calendar.objects.create(key="hr", name_en="HR", name_zh="HR", week=calendar.week)
    )
    assert dana.post(page, given).status_code == 302
