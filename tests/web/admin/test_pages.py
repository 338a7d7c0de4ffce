"""Who sees which page of the settings, and what a page costs."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstline.catalog import config_cache
from firstline.catalog.models import (
    Announcement,
    CannedReply,
    Category,
    ClosureCode,
    Inbox,
    Mailbox,
    Membership,
    RequestType,
    Service,
    SettingChange,
    Team,
    Tier,
)
from firstline.people.models import Person
from firstline.sla.models import Calendar, SlaTarget
from firstline.web.admin.desk_sections import PARTS
from tests.cast import Cast
from tests.web.admin.hands import as_

SHARED = [
    "settings",
    "settings-mail",
    "settings-letters",
    "settings-calendars",
    "settings-goals",
    "settings-history",
    "settings-goal-new",
]
ADMIN_ONLY = ["settings-people", "settings-person-new", "settings-calendar-new", "settings-desk-new"]


def rows_of(cast: Cast) -> dict[str, Any]:
    """One row of each part of the IT desk."""
    desk = cast.it
    CannedReply.objects.create(desk=desk, name_en="Hello", name_zh="您好", text_en="Hi", text_zh="您好")
    Announcement.objects.create(desk=desk, title_en="Move", title_zh="搬迁")
    return {
        "lines": Tier.objects.filter(desk=desk).first(),
        "teams": cast.first,
        "categories": Category.objects.get(),
        "services": cast.vpn,
        "request-types": RequestType.objects.filter(desk=desk).first(),
        "options": ClosureCode.objects.first(),
        "replies": CannedReply.objects.get(),
        "inboxes": Inbox.objects.get(desk=desk),
        "announcements": Announcement.objects.get(),
        "mailboxes": Mailbox.objects.create(
            inbox=Inbox.objects.get(desk=desk), host="mail.corp.example", user="it", old_mail="leave"
        ),
        "seats": Membership.objects.get(person=cast.bo),
    }


def pages_of_it(cast: Cast) -> list[str]:
    pages = [reverse("settings-desk", args=["IT"])]
    for part, row in rows_of(cast).items():
        pages += [reverse("settings-list", args=["IT", part]), reverse("settings-new", args=["IT", part])]
        if not PARTS[part].fixed:
            pages.append(reverse("settings-edit", args=["IT", part, row.pk]))
        pages.append(reverse("settings-remove", args=["IT", part, row.pk]))
    return pages


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_administrator_opens_every_page(cast: Cast, language: str) -> None:
    ada, calendar, goal = as_(cast.ada), Calendar.objects.get(), SlaTarget.objects.first()
    pages = [reverse(name) for name in SHARED + ADMIN_ONLY] + pages_of_it(cast)
    pages += [
        reverse("settings-person", args=[cast.mei.pk]),
        reverse("settings-calendar", args=[calendar.pk]),
        reverse("settings-calendar-remove", args=[calendar.pk]),
        reverse("settings-goal", args=[goal.pk]),
        reverse("settings-goal-remove", args=[goal.pk]),
        reverse("settings-suggest") + "?person=bo",
    ]
    for page in pages:
        assert ada.get(page, headers={"accept-language": language}).status_code == 200, page


def test_a_manager_opens_the_pages_of_his_desk(cast: Cast) -> None:
    dana = as_(cast.dana)
    for page in [reverse(name) for name in SHARED] + pages_of_it(cast):
        assert dana.get(page).status_code == 200, page


def test_for_a_manager_other_desks_and_what_is_common_do_not_exist(cast: Cast) -> None:
    dana = as_(cast.dana)
    pages = [reverse(name) for name in ADMIN_ONLY] + [
        page.replace("/desks/IT/", "/desks/HR/") for page in pages_of_it(cast)
    ]
    pages += [
        reverse("settings-person", args=[cast.mei.pk]),
        reverse("settings-goal", args=[SlaTarget.objects.first().pk]),
        reverse("settings-calendar-remove", args=[Calendar.objects.get().pk]),
    ]
    for page in pages:
        assert dana.get(page).status_code == 404, page
        assert dana.post(page, {}).status_code in (404, 405), page


@pytest.mark.parametrize("name", ["bo", "mei", "omar", "hana"])
def test_for_agents_and_requesters_the_settings_do_not_exist(cast: Cast, name: str) -> None:
    client = as_(getattr(cast, name))
    for page in [reverse(name) for name in SHARED + ADMIN_ONLY] + pages_of_it(cast):
        assert client.get(page).status_code == 404, page
        assert client.post(page, {}).status_code in (404, 405), page


def test_before_sign_in_one_is_asked_to(cast: Cast) -> None:
    assert Client().get(reverse("settings")).status_code == 302


def test_the_settings_are_offered_to_those_who_may_open_them(cast: Cast) -> None:
    for person, there in [(cast.ada, True), (cast.dana, True), (cast.bo, False)]:
        page = as_(person).get(reverse("today")).content.decode()
        assert (reverse("settings") in page) is there
        options = as_(person).get(reverse("palette"), {"q": "sett"}).content.decode()
        assert (reverse("settings") in options) is there


@pytest.mark.parametrize("part", list(PARTS))
def test_a_list_costs_the_same_with_three_rows_and_with_thirty(cast: Cast, part: str) -> None:
    rows_of(cast)
    page = reverse("settings-list", args=["IT", part])
    few = cost(cast, page)
    more_rows(cast)
    assert cost(cast, page) == few <= 7


@pytest.mark.parametrize(
    "name", ["settings", "settings-people", "settings-goals", "settings-calendars", "settings-mail"]
)
def test_the_common_pages_cost_the_same_whatever_there_is(cast: Cast, name: str) -> None:
    few = cost(cast, reverse(name))
    more_rows(cast)
    assert cost(cast, reverse(name)) == few <= 17


def test_the_history_costs_the_same_however_long_it_is(cast: Cast) -> None:
    def changes(number: int) -> None:
        SettingChange.objects.bulk_create(
            SettingChange(
                by=cast.ada, what="changed", kind="catalog.line", row=1, desk=cast.it, name_en="x", name_zh="x"
            )
            for _ in range(number)
        )

    changes(3)
    few = cost(cast, reverse("settings-history"))
    changes(60)
    assert cost(cast, reverse("settings-history")) == few <= 6


def cost(cast: Cast, page: str) -> int:
    client = as_(cast.ada)
    config_cache.forget()
    client.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def more_rows(cast: Cast) -> None:
    category, line = Category.objects.get(), Tier.objects.filter(desk=cast.it).first()
    for n in range(30):
        names = {"name_en": f"Thing {n}", "name_zh": f"东西 {n}"}
        person = Person.objects.create_person(name=f"Person {n}", email=f"p{n}@corp.example")
        team = Team.objects.create(desk=cast.it, line=line, key=f"t{n}", **names)
        Tier.objects.create(desk=cast.it, key=f"X{n}", rank=50 + n, **names)
        Membership.objects.create(person=person, desk=cast.it, team=team)
        Service.objects.create(category=category, key=f"s{n}", team=team, **names)
        Category.objects.create(desk=cast.it, key=f"c{n}", **names)
        RequestType.objects.create(desk=cast.it, key=f"r{n}", service=cast.vpn, **names)
        ClosureCode.objects.create(desk=cast.it, list="cause", key=f"o{n}", **names)
        CannedReply.objects.create(desk=cast.it, text_en="a", text_zh="b", **names)
        inbox = Inbox.objects.create(desk=cast.it, address=f"i{n}@desk.example")
        Mailbox.objects.create(inbox=inbox, host="mail.corp.example", user=f"u{n}", old_mail="leave")
        Announcement.objects.create(desk=cast.it, title_en="a", title_zh="b")
        Calendar.objects.create(key=f"cal{n}", zone="Asia/Shanghai", **names)
        SlaTarget.objects.create(clock="resolution", minutes=60, order=20 + n, when={"team": [team.key]}, **names)
    config_cache.forget()


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59", "1066-10-14T09:00"])
def test_a_date_that_no_calendar_of_ours_holds_is_refused_in_a_sentence_and_breaks_no_page(
    cast: Cast, moment: str
) -> None:
    dana, page = as_(cast.dana), reverse("settings-new", args=["IT", "announcements"])
    given = {"kind": "news", "title_en": "Move", "title_zh": "搬迁", "text_en": "", "text_zh": ""}
    for when in ({"starts_at": moment}, {"starts_at": "2026-11-23T09:00", "ends_at": moment}):
        answer = dana.post(page, {**given, **when})
        assert "Choose a date between 1990 and 2100." in answer.content.decode()
    day = reverse("settings-calendar", args=[Calendar.objects.get().pk])
    as_(cast.ada).post(day, {"date": moment[:10], "kind": "off"})
    assert not Announcement.objects.exists()
    for path in ("/", day, reverse("settings-list", args=["IT", "announcements"])):
        assert as_(cast.ada).get(path).status_code == 200
