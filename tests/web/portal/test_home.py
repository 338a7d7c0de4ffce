"""The front page: one question, what is known already, the desks, my open requests."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from firstline.catalog.models import Announcement, Desk, RequestType, Service
from firstline.kit import clock
from firstline.tickets import actions
from tests.cast import MONDAY, Cast
from tests.web.conftest import As


def test_who_is_not_signed_in_is_asked_to_and_comes_back(cast: Cast) -> None:
    answer = Client().get("/requests/?show=all")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/requests/%3Fshow%3Dall"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["What do you need help with?", "Laptop or phone", "Human resources", "I don't know which to choose"],
        ),
        ("zh-hans", ["需要什么帮助？", "电脑或手机有问题", "人事服务台", "我不知道该选哪个"]),
    ],
)
def test_the_desks_and_their_forms_are_there_in_both_languages(
    cast: Cast, as_: As, language: str, words: list[str]
) -> None:
    page = as_(cast.mei, language=language).get("/").content.decode()
    for each in words:
        assert each in page


def test_a_closed_desk_and_a_retired_form_are_not_offered(cast: Cast, as_: As) -> None:
    Desk.objects.filter(pk=cast.hr.pk).update(active=False)
    RequestType.objects.filter(key="laptop").update(active=False)
    page = as_(cast.mei).get("/").content.decode()
    assert "Leave" not in page
    assert "Laptop or phone" not in page
    assert as_(cast.mei).get("/ask/leave/").status_code == 404


def test_a_known_outage_is_announced_while_it_lasts_and_leads_to_a_form(cast: Cast, as_: As) -> None:
    now = clock.now()
    for title, starts, ends in [("Now", -1, 1), ("Over", -3, -1), ("Later", 1, 2)]:
        Announcement.objects.create(
            kind="outage", desk=cast.hr, title_en=f"{title} down", title_zh=title,
            starts_at=now + timedelta(hours=starts), ends_at=now + timedelta(hours=ends),
        )  # fmt: skip
    client = as_(cast.mei)
    page = client.get("/").content.decode()
    assert "Now down" in page
    assert "Over down" not in page
    assert "Later down" not in page
    about = Announcement.objects.get(title_en="Now down")
    assert f"/ask/?about={about.pk}" in page
    form = client.get(f"/ask/?about={about.pk}").content.decode()
    assert 'value="Now down"' in form
    client.post("/ask/", {"about": about.pk, "subject": "Now down", "text": "", "urgency": "2"})
    assert cast.hr.tickets.get().subject == "Now down"


def test_my_open_requests_say_where_they_stand_and_when_to_expect_what(cast: Cast, as_: As) -> None:
    with clock.moved(MONDAY):
        ticket = cast.asked(subject="My VPN")
        actions.classify(ticket, by=cast.bo, kind="incident", service=cast.vpn)
        solved = cast.asked(subject="My mail")
        actions.resolve(solved, by=cast.bo, resolution="Done.")
        page = as_(cast.mei).get("/").content.decode()
        chinese = as_(cast.mei, language="zh-hans").get("/").content.decode()
    assert "In progress · by 18:00" in page or "Pending · by 18:00" in page
    assert "Solved, please confirm" in page
    assert "预计 18:00 前" in chinese
    assert "已解决，等您确认" in chinese


@pytest.mark.parametrize(
    ("words", "form"),
    [
        ("laptop", "laptop"), ("Lapto", "laptop"), ("laptpo", "laptop"), ("手机", "laptop"),
        ("my phone is broken", "laptop"), ("电脑坏了", "laptop"),
        ("休假", "leave"), ("screen", "laptop"), ("LEAVE", "leave"),
    ],
)  # fmt: skip
def test_the_search_finds_the_form_in_either_language_and_with_a_slip(
    cast: Cast, as_: As, words: str, form: str
) -> None:
    RequestType.objects.filter(key="laptop").update(words="screen monitor 显示器")
    page = as_(cast.mei).get("/find/", {"q": words}, headers={"HX-Request": "true"}).content.decode()
    assert f'href="/ask/{form}/?subject=' in page


def test_the_search_never_ends_in_nothing(cast: Cast, as_: As) -> None:
    page = as_(cast.mei).get("/find/", {"q": "zzzz qqqq"}, headers={"HX-Request": "true"}).content.decode()
    assert "Nothing fits these words" in page
    assert 'href="/ask/?subject=zzzz%20qqqq"' in page
    assert 'value="zzzz"' in as_(cast.mei).get("/ask/?subject=zzzz").content.decode()


def test_a_service_without_a_form_leads_to_the_form_for_anything_and_is_recorded(cast: Cast, as_: As) -> None:
    client = as_(cast.mei)
    page = client.get("/find/", {"q": "SAP"}, headers={"HX-Request": "true"}).content.decode()
    assert "/ask/else/?subject=SAP&amp;service=sap" in page
    client.post("/ask/else/", {"service": "sap", "subject": "SAP login", "text": "", "urgency": "1"})
    assert cast.it.tickets.get().service == Service.objects.get(key="sap")


def test_the_page_takes_as_many_statements_for_thirty_requests_as_for_three(cast: Cast, as_: As) -> None:
    client = as_(cast.mei)
    counted = []
    for asked in (3, 27):
        for number in range(asked):
            cast.ask(subject=f"Request {number}")
        for path in ("/", "/requests/"):
            client.get(path)  # the register is read
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(path)
            counted.append(len(queries))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 12
