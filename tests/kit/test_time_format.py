"""Moments and spans in both languages."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from firstline.kit import time_format

NOW = dt.datetime(2026, 11, 22, 6, 0, tzinfo=dt.UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("moment", "english", "chinese"),
    [
        (dt.datetime(2026, 11, 22, 1, 2, tzinfo=dt.UTC), "09:02", "09:02"),
        (dt.datetime(2026, 11, 21, 17, 0, tzinfo=dt.UTC), "01:00", "01:00"),  # already today in Shanghai
        (dt.datetime(2026, 3, 4, 1, 2, tzinfo=dt.UTC), "4 Mar", "3月4日"),
        (dt.datetime(2025, 11, 22, 1, 2, tzinfo=dt.UTC), "22 Nov 2025", "2025年11月22日"),
    ],
)
def test_a_moment_is_short_and_in_the_persons_own_zone(moment: dt.datetime, english: str, chinese: str) -> None:
    with timezone.override(SHANGHAI):
        with translation.override("en"):
            assert time_format.short(moment, now=NOW) == english
        with translation.override("zh-hans"):
            assert time_format.short(moment, now=NOW) == chinese


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [
        (0, "0 min", "0 分钟"),
        (12, "12 min", "12 分钟"),
        (60, "1 h", "1 小时"),
        (220, "3 h 40", "3 小时 40 分"),
        (65, "1 h 05", "1 小时 5 分"),
        (1440, "1 d", "1 天"),
        (1565, "1 d 2 h", "1 天 2 小时"),
        (-4, "−4 min", "−4 分钟"),
    ],
)
def test_a_span_has_two_units_at_most(minutes: int, english: str, chinese: str) -> None:
    length = dt.timedelta(minutes=minutes)
    with translation.override("en"):
        assert time_format.span(length) == english
    with translation.override("zh-hans"):
        assert time_format.span(length) == chinese


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [(0, "just now", "刚刚"), (3, "3 min ago", "3 分钟前"), (130, "2 h ago", "2 小时前"), (3000, "2 d ago", "2 天前")],
)
def test_an_age_is_said_in_its_largest_unit(minutes: int, english: str, chinese: str) -> None:
    moment = NOW - dt.timedelta(minutes=minutes)
    with translation.override("en"):
        assert time_format.since(moment, now=NOW) == english
    with translation.override("zh-hans"):
        assert time_format.since(moment, now=NOW) == chinese


ENDS = [dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
@pytest.mark.parametrize("wall", ENDS)
def test_a_moment_at_the_ends_of_the_calendar_is_in_a_zone_or_in_none(wall: dt.datetime, zone: str) -> None:
    for there in (dt.UTC, ZoneInfo(zone), dt.timezone(dt.timedelta(hours=-14)), dt.timezone(dt.timedelta(hours=14))):
        found = time_format.in_zone(wall.replace(tzinfo=there), ZoneInfo(zone))
        assert found is None or found == wall.replace(tzinfo=there)
    assert time_format.in_zone(NOW, ZoneInfo(zone)) == NOW
    assert not time_format.is_usual(wall)
