"""A desk itself: how a new one begins, what is fixed once it works, and what it lacks."""

import pytest
from django.urls import reverse

from firstline.catalog.models import Desk, Inbox
from firstline.kit import clock
from firstline.tickets import actions
from tests.cast import MONDAY, Cast
from tests.web.admin.hands import as_


def test_a_new_desk_can_be_worked_with_at_once(cast: Cast) -> None:
    given = {"name_en": "Legal", "name_zh": "法务", "key": "LAW", "calendar": cast.it.calendar_id, "icon": "scale"}
    as_(cast.ada).post(
        reverse("settings-desk-new"),
        {**given, "close_after_days": 3, "ready_made": "on", "address": "law@desk.example"},
    )
    desk = Desk.objects.get(key="LAW")
    assert (desk.close_after_days, desk.order, desk.inboxes.get().address) == (3, 3, "law@desk.example")
    assert actions.open_ticket(by=cast.mei, desk=desk, subject="A lease", text="?", channel="portal").number


def test_the_key_of_a_desk_is_fixed_once_there_are_requests(cast: Cast) -> None:
    given = {"name_en": "IT", "name_zh": "IT", "key": "TECH", "calendar": cast.it.calendar_id, "close_after_days": 5}
    cast.ask()
    as_(cast.ada).post(reverse("settings-desk", args=["IT"]), {**given, "icon": "monitor", "active": "on"})
    assert set(Desk.objects.values_list("key", "icon")) == {("IT", "monitor"), ("HR", "life-buoy")}


@pytest.mark.parametrize(("days", "kept"), [(250, 250), (251, 5), (365, 5), (32767, 5)])
@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "At most 250 working days."), ("zh-hans", "最多 250 个工作日")]
)
def test_solved_requests_close_after_at_most_a_year_of_working_days(
    cast: Cast, days: int, kept: int, language: str, sentence: str
) -> None:
    browser = as_(cast.ada)
    browser.cookies["firstline_language"] = language
    given = {"name_en": "IT", "name_zh": "IT", "key": "IT", "calendar": cast.it.calendar_id, "active": "on"}
    answer = browser.post(reverse("settings-desk", args=["IT"]), {**given, "icon": "monitor", "close_after_days": days})
    assert Desk.objects.get(key="IT").close_after_days == kept
    assert (sentence in answer.content.decode()) == (days != kept)


def test_the_overview_says_what_is_missing(cast: Cast) -> None:
    page = as_(cast.ada).get(reverse("settings")).content.decode()
    assert "Nobody is in the team Business team of IT service desk." in page
    assert "Nobody manages Human resources." in page
    Inbox.objects.all().delete()
    with clock.moved(MONDAY):
        page = as_(cast.dana).get(reverse("settings")).content.decode()
    assert "IT service desk has no inbox" in page
    assert "Human resources" not in page
    assert "Office hours has no holidays in 2027." in page
