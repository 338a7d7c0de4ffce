"""What is planned before anything is written."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from firstline.catalog.templates import WEEK
from firstline.demo.arrivals import Arrival, arrivals
from firstline.demo.pictures import LOGS, WINDOWS, content
from firstline.demo.stories import STORIES, parameters
from firstline.demo.today import OPEN
from firstline.sla.hours import Hours
from firstline.sla.shifts import read_week

ZONES = {"SH": "Asia/Shanghai", "SZ": "Asia/Shanghai", "BE": "Europe/Berlin"}
END = datetime(2026, 11, 22, 2, tzinfo=UTC)


def _plan(days: int = 90) -> list[Arrival]:
    hours = {place: Hours(zone, False, read_week(WEEK), {}) for place, zone in ZONES.items()}
    return arrivals(Random(1), begin=END - timedelta(days=days), end=END, hours=hours, zones=ZONES)


def test_a_full_load_has_at_least_eight_hundred_tickets() -> None:
    assert 800 <= len(_plan()) + len(OPEN) <= 950


def test_nearly_half_of_it_is_chinese() -> None:
    plan = _plan()
    assert 0.4 < sum(each.language == "zh-hans" for each in plan) / len(plan) < 0.5


def test_mondays_are_busiest_and_weekends_quiet() -> None:
    asked = [each for each in _plan() if not each.alert]
    days = Counter(each.at.astimezone(ZoneInfo(ZONES[each.place])).weekday() for each in asked)
    assert max(days, key=lambda day: days[day]) == 0
    assert days[5] + days[6] < days[4] / 3


def test_lunch_is_a_dip() -> None:
    asked = [each for each in _plan() if not each.alert]
    hours = Counter(each.at.astimezone(ZoneInfo(ZONES[each.place])).hour for each in asked)
    assert hours[12] < hours[11] < hours[9]


def test_the_same_moment_plans_the_same_past() -> None:
    assert _plan() == _plan()


def test_there_are_sixty_stories_over_all_desks() -> None:
    assert len(STORIES) >= 60
    assert {story.desk for story in STORIES} == {"IT", "HR", "FAC", "LAW", "FIN"}
    assert len({story.en.subject for story in STORIES}) == len({story.zh.subject for story in STORIES}) == len(STORIES)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.en.subject)
def test_a_story_is_told_alike_in_both_languages(story: object) -> None:
    for language, words in (("en", story.en), ("zh-hans", story.zh)):  # type: ignore[attr-defined]
        values = parameters(Random(1), language, "SH")
        assert all("{" not in text.format_map(values) for text in words)
        assert words.subject
        assert words.text
        assert words.solved
        assert bool(words.ask) == bool(words.answer)
        assert bool(words.handover) == bool(story.to)  # type: ignore[attr-defined]
    assert [bool(text) for text in story.en] == [bool(text) for text in story.zh]  # type: ignore[attr-defined]
    assert not story.file or story.file in WINDOWS or story.file in LOGS  # type: ignore[attr-defined]


def test_a_screenshot_is_a_png_and_a_log_is_text() -> None:
    assert content("vpn-error")[1].startswith(b"\x89PNG")
    assert content("sync.log")[1].decode().splitlines()
