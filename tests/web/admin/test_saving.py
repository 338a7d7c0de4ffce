"""What saving a setting does: the row, the history, the clocks of open requests; and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from firstline.catalog import register
from firstline.catalog.models import (
    CannedReply,
    Desk,
    Inbox,
    Line,
    Membership,
    RequestType,
    SettingChange,
    Team,
)
from firstline.kit import clock
from firstline.people.models import Person
from firstline.sla.models import Calendar, CalendarDay, Goal
from firstline.tickets import actions
from firstline.tickets.models import Event
from firstline.tickets.placeholders import values_for
from firstline.web.admin.forms.answers import PLACEHOLDERS
from tests.background import run_jobs, waiting_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.web.admin.hands import as_

PERSON = {"name": "Ada Okoye", "email": "ada@corp.example", "language": "en", "zone": "Europe/Berlin"}
GOAL = {"name_en": "Fast", "name_zh": "快", "unit": "1", "warn_unit": "1", "active": "on"}


def test_a_save_leaves_who_when_and_what_it_was_before(cast: Cast) -> None:
    with clock.moved(MONDAY):
        answer = as_(cast.dana).post(
            reverse("settings-edit", args=["IT", "teams", cast.network.pk]),
            {"name_en": "Networks", "name_zh": "网络组", "line": cast.network.line_id},
        )
    assert answer.status_code == 302
    change = SettingChange.objects.get()
    assert (change.by, change.at, change.what, change.kind) == (cast.dana, MONDAY, "changed", "catalog.team")
    assert change.changes == {"name_en": ["Network team", "Networks"], "name_zh": ["network 组", "网络组"]}
    page = as_(cast.dana).get(reverse("settings-history")).content.decode()
    assert "Network team" in page
    assert "Networks" in page


def test_a_save_that_changes_nothing_leaves_nothing(cast: Cast) -> None:
    as_(cast.ada).post(
        reverse("settings-edit", args=["IT", "inboxes", Inbox.objects.get(desk=cast.it).pk]),
        {"address": "it@desk.example", "active": "on"},
    )
    assert not SettingChange.objects.exists()


def test_a_manager_does_not_read_the_history_of_other_desks(cast: Cast) -> None:
    as_(cast.ada).post(reverse("settings-new", args=["HR", "categories"]), {"name_en": "Pay", "name_zh": "薪酬"})
    page = reverse("settings-history")
    assert "Pay" in as_(cast.ada).get(page).content.decode()
    assert "Pay" not in as_(cast.dana).get(page).content.decode()


def test_what_was_typed_stays_beside_the_complaint(cast: Cast) -> None:
    answer = as_(cast.ada).post(reverse("settings-new", args=["IT", "lines"]), {"name_en": "Zeroth", "key": "L1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Zeroth"' in page
    assert "This field is required." in page
    answer = as_(cast.ada).post(
        reverse("settings-new", args=["IT", "lines"]), {"name_en": "Zeroth", "name_zh": "零线", "key": "L1"}
    )
    assert "There is already a line with this key." in answer.content.decode()


def test_rows_change_places(cast: Cast) -> None:
    second = Line.objects.get(desk=cast.it, key="L1.5")
    as_(cast.ada).post(reverse("settings-move", args=["IT", "lines", second.pk]), {"to": "up"})
    assert list(Line.objects.filter(desk=cast.it).values_list("key", "rank")) == [("L1.5", 1), ("L1", 2), ("L2", 3)]
    assert SettingChange.objects.get().changes == {"rank": [2, 1]}


def test_what_is_in_use_cannot_be_removed(cast: Cast) -> None:
    cast.ask()
    answer = as_(cast.ada).post(reverse("settings-remove", args=["IT", "teams", cast.first.pk]))
    assert answer.status_code == 422
    assert Team.objects.filter(pk=cast.first.pk).exists()
    assert not SettingChange.objects.exists()


def test_what_is_not_in_use_can(cast: Cast) -> None:
    as_(cast.dana).post(reverse("settings-remove", args=["IT", "teams", cast.business.pk]))
    assert SettingChange.objects.get().what == "removed"
    assert not Team.objects.filter(pk=cast.business.pk).exists()


def test_a_part_of_one_desk_cannot_be_reached_through_another(cast: Cast) -> None:
    dana = as_(cast.dana)
    hr_team = Team.objects.get(desk=cast.hr)
    assert dana.get(reverse("settings-edit", args=["IT", "teams", hr_team.pk])).status_code == 404
    assert dana.post(reverse("settings-remove", args=["IT", "teams", hr_team.pk])).status_code == 404
    foreign = {"name_en": "x", "name_zh": "x", "line": hr_team.line_id}
    assert dana.post(reverse("settings-new", args=["IT", "teams"]), foreign).status_code == 422
    posted = {"name_en": "x", "name_zh": "x", "line": cast.first.line_id, "desk": cast.hr.pk, "key": "owned"}
    dana.post(reverse("settings-new", args=["IT", "teams"]), posted)
    assert Team.objects.get(name_en="x").desk == cast.it


def test_a_manager_seats_agents_and_no_managers(cast: Cast) -> None:
    dana, page = as_(cast.dana), reverse("settings-new", args=["IT", "seats"])
    assert dana.post(page, {"person": "omar@corp.example", "role": "agent", "team": cast.first.pk}).status_code == 302
    assert dana.post(page, {"person": "Omar Haddad", "role": "manager"}).status_code == 422
    own = Membership.objects.get(person=cast.dana)
    assert dana.post(reverse("settings-remove", args=["IT", "seats", own.pk])).status_code == 422
    assert as_(cast.ada).post(page, {"person": "Omar Haddad", "role": "manager"}).status_code == 302


def test_a_seat_is_offered_from_the_page_of_the_person(cast: Cast) -> None:
    page = as_(cast.ada).get(reverse("settings-person", args=[cast.omar.pk])).content.decode()
    link = reverse("settings-new", args=["IT", "seats"]) + "?person=omar%40corp.example"
    assert link in page
    assert 'value="omar@corp.example"' in as_(cast.ada).get(link).content.decode()


def test_the_last_administrator_stays_one(cast: Cast) -> None:
    ada, page = as_(cast.ada), reverse("settings-person", args=[cast.ada.pk])
    for left_out in ({"is_active": "on"}, {"admin": "on"}):
        answer = ada.post(page, PERSON | left_out)
        assert answer.status_code == 422
        assert "last administrator" in answer.content.decode()
    cast.bo.admin = True
    cast.bo.save()
    assert ada.post(page, PERSON | {"is_active": "on"}).status_code == 302
    assert not Person.objects.get(pk=cast.ada.pk).admin


def test_a_password_is_set_and_never_told(cast: Cast) -> None:
    ada = as_(cast.ada)
    given = {
        **PERSON,
        "name": "Nora",
        "email": "Nora@corp.example",
        "is_active": "on",
        "new_password": "ocean-violin-42",
    }
    assert ada.post(reverse("settings-person-new"), given).status_code == 302
    nora = Person.objects.get(email="nora@corp.example")
    assert nora.check_password("ocean-violin-42")
    change = SettingChange.objects.get()
    assert change.changes["password"] == [None, True]
    assert "ocean" not in str(change.changes)
    assert nora.password not in str(change.changes)


def test_the_administrator_who_changes_his_password_stays_signed_in(cast: Cast) -> None:
    ada = as_(cast.ada)
    given = {**PERSON, "admin": "on", "is_active": "on", "new_password": "ocean-violin-42"}
    ada.post(reverse("settings-person", args=[cast.ada.pk]), given)
    assert ada.get(reverse("settings")).status_code == 200


def test_the_key_of_a_desk_is_fixed_once_there_are_requests(cast: Cast) -> None:
    given = {"name_en": "IT", "name_zh": "IT", "key": "TECH", "calendar": cast.it.calendar_id, "close_after_days": 5}
    cast.ask()
    as_(cast.ada).post(reverse("settings-desk", args=["IT"]), {**given, "icon": "monitor", "active": "on"})
    assert set(Desk.objects.values_list("key", "icon")) == {("IT", "monitor"), ("HR", "life-buoy")}


def test_a_new_desk_can_be_worked_with_at_once(cast: Cast) -> None:
    given = {"name_en": "Legal", "name_zh": "法务", "key": "LAW", "calendar": cast.it.calendar_id, "icon": "scale"}
    as_(cast.ada).post(
        reverse("settings-desk-new"),
        {**given, "close_after_days": 3, "ready_made": "on", "address": "law@desk.example"},
    )
    desk = Desk.objects.get(key="LAW")
    assert (desk.close_after_days, desk.order, desk.inboxes.get().address) == (3, 3, "law@desk.example")
    assert actions.open_ticket(by=cast.mei, desk=desk, subject="A lease", text="?", channel="portal").number


def test_canned_replies_have_only_placeholders_that_exist(cast: Cast) -> None:
    page = reverse("settings-new", args=["IT", "replies"])
    given = {"name_en": "Hello", "name_zh": "您好", "text_en": "Hi {requester.name}", "text_zh": "您好 {requester.nam}"}
    answer = as_(cast.dana).post(page, given)
    assert answer.status_code == 422
    assert "{requester.nam}" in answer.content.decode()
    assert as_(cast.dana).post(page, {**given, "text_zh": "您好"}).status_code == 302
    assert CannedReply.objects.get().desk == cast.it


def test_the_placeholders_explained_are_those_that_are_filled_in(cast: Cast) -> None:
    assert set(PLACEHOLDERS) == set(values_for(cast.asked(), by=cast.bo))


# Request types


def question(place: int, **more: str) -> dict[str, str]:
    given = {"label_en": f"Question {place}", "label_zh": f"问题 {place}", "kind": "text", **more}
    return {f"q{place}-{name}": value for name, value in given.items()}


def request_type(**more: str) -> dict[str, str]:
    return {"name_en": "Laptop", "name_zh": "电脑", "icon": "laptop", "active": "on", **more}


def test_questions_are_added_moved_and_removed_without_saving(cast: Cast) -> None:
    row = RequestType.objects.get(key="laptop")
    page = reverse("settings-request-type", args=["IT", row.pk])
    typed = request_type(questions="2", **question(0), **question(1))
    for do, places in [("add", 3), ("down-0", 2), ("remove-0", 1)]:
        answer = as_(cast.dana).post(page, {**typed, "do": do}).content.decode()
        assert f'name="questions" value="{places}"' in answer
        assert answer.find("Question 1") > 0
    moved = as_(cast.dana).post(page, {**typed, "do": "down-0"}).content.decode()
    assert 'name="q0-label_en" value="Question 1"' in moved
    row.refresh_from_db()
    assert row.fields == []


def test_questions_are_kept_as_the_portal_reads_them(cast: Cast) -> None:
    row = RequestType.objects.get(key="laptop")
    chosen = question(0, label_en="Which device", kind="select", choices="Laptop | 笔记本\nphone | Phone | 手机")
    typed = request_type(
        questions="2",
        do="save",
        **chosen,
        **question(1, show_if="which_device = laptop", required="on"),
        **{"q0-key": "which_device"},
    )
    assert as_(cast.dana).post(reverse("settings-request-type", args=["IT", row.pk]), typed).status_code == 302
    row.refresh_from_db()
    first, second = row.fields
    assert first["choices"][0] == {"value": "laptop", "label_en": "Laptop", "label_zh": "笔记本"}
    assert (second["key"], second["required"], second["show_if"]) == ("question_1", True, {"which_device": ["laptop"]})
    page = as_(cast.dana).get(reverse("settings-request-type", args=["IT", row.pk])).content.decode()
    assert "which_device = laptop" in page


@pytest.mark.parametrize(
    "wrong", [{"kind": "select"}, {"show_if": "nothing = yes"}, {"show_if": "nothing"}, {"choices": "only"}]
)
def test_a_question_that_cannot_be_asked_is_not_kept(cast: Cast, wrong: dict[str, str]) -> None:
    row = RequestType.objects.get(key="laptop")
    typed = request_type(questions="1", do="save", **question(0, **wrong))
    answer = as_(cast.dana).post(reverse("settings-request-type", args=["IT", row.pk]), typed)
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.fields == []


# Working time and goals


def goal(**more: Any) -> dict[str, Any]:
    return {**GOAL, "clock": "resolution", "amount": "60", **more}


def test_a_changed_goal_moves_the_deadline_of_an_open_request(cast: Cast) -> None:
    with clock.moved(MONDAY):
        ticket, other = cast.ask(), cast.ask()
        actions.cancel(fresh(other), by=cast.mei)
        run_jobs()
        before = fresh(ticket).due_at
        rows = Event.objects.count()
        acceptance = Goal.objects.get(clock="acceptance")
        as_(cast.ada).post(
            reverse("settings-goal", args=[acceptance.pk]), goal(clock="acceptance", amount="2", name_en="Soon")
        )
        assert fresh(ticket).due_at == before
    with clock.moved(MONDAY + timedelta(seconds=register.FRESH_SECONDS + 5)):
        assert "firstline.tickets.recompute_open" in run_jobs()
        assert before - fresh(ticket).due_at == timedelta(minutes=3)
        assert Event.objects.count() == rows + 1
        assert Event.objects.latest("id").name == "recomputed"


def test_requests_whose_clocks_stay_get_no_event(cast: Cast) -> None:
    with clock.moved(MONDAY):
        cast.ask()
        rows = Event.objects.count()
        as_(cast.ada).post(reverse("settings-goal-new"), goal(clock="acceptance", amount="1", vip="yes"))
        as_(cast.ada).post(reverse("settings-goal-move", args=[Goal.objects.latest("pk").pk]), {"to": "up"})
    with clock.moved(MONDAY + timedelta(seconds=register.FRESH_SECONDS + 5)):
        run_jobs()
    assert Event.objects.count() == rows


def test_a_changed_name_moves_nothing(cast: Cast) -> None:
    line = Goal.objects.get(clock="line")
    given = goal(clock="line", amount="20", warn_amount="5", is_line=["L1"], name_en="Other", name_zh=line.name_zh)
    as_(cast.ada).post(
        reverse("settings-goal", args=[line.pk]), {**given, "warn_do": ["tell:assignee"], "breach_do": ["tell:manager"]}
    )
    assert SettingChange.objects.get().changes == {"name_en": ["line 20", "Other"]}
    assert waiting_jobs() == []


def test_a_goal_is_written_in_hours_conditions_and_actions(cast: Cast) -> None:
    as_(cast.ada).post(
        reverse("settings-goal-new"),
        goal(
            amount="4", unit="60", warn_amount="30", is_priority=["1", "2"], is_desk=["IT"], vip="yes",
            warn_do=["tell:team"], breach_do=["raise"], breach_team="network",
        ),
    )  # fmt: skip
    made = Goal.objects.get(name_en="Fast")
    assert (made.minutes, made.warn_minutes, made.order) == (240, 30, 4)
    assert made.when == {"desk": ["IT"], "priority": [1, 2], "vip": [True]}
    assert (made.on_warn, made.on_breach) == (["tell:team"], ["raise", "reassign:network"])


def test_a_goal_says_what_is_wrong_with_it(cast: Cast) -> None:
    answer = as_(cast.ada).post(reverse("settings-goal-new"), goal(warn_amount="90"))
    assert answer.status_code == 422
    assert "The warning must come after the start" in answer.content.decode()


def test_a_manager_sets_goals_for_his_desk_only(cast: Cast) -> None:
    dana, page = as_(cast.dana), reverse("settings-goal-new")
    assert dana.post(page, goal()).status_code == 422
    assert dana.post(page, goal(is_desk=["HR"])).status_code == 422
    assert dana.post(page, goal(is_desk=["IT"])).status_code == 302
    own = Goal.objects.get(name_en="Fast")
    assert dana.get(reverse("settings-goal", args=[own.pk])).status_code == 200
    assert SettingChange.objects.get().desk == cast.it


def test_goals_change_places_and_open_requests_follow(cast: Cast) -> None:
    last = Goal.objects.filter(clock="resolution").last()
    as_(cast.ada).post(reverse("settings-goal-move", args=[last.pk]), {"to": "up"})
    assert Goal.objects.filter(clock="resolution").first() == last
    assert waiting_jobs()[0][0] == "firstline.tickets.recompute_open"


def test_a_goal_that_measured_requests_is_not_removed(cast: Cast) -> None:
    cast.ask()
    acceptance, line = Goal.objects.get(clock="acceptance"), Goal.objects.get(clock="line")
    assert as_(cast.ada).post(reverse("settings-goal-remove", args=[acceptance.pk])).status_code == 422
    assert as_(cast.ada).post(reverse("settings-goal-remove", args=[line.pk])).status_code == 302


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


def test_people_are_listed_page_by_page(cast: Cast) -> None:
    for n in range(60):
        Person.objects.create_person(name=f"Zed {n:02}", email=f"z{n}@corp.example")
    ada, page = as_(cast.ada), reverse("settings-people")
    first = ada.get(page, {"q": "zed"}).content.decode()
    assert "Zed 49" in first
    assert "Zed 50" not in first
    last = Person.objects.get(name="Zed 49")
    assert "Zed 50" in ada.get(page, {"q": "zed", "after": f"{last.pk}-{last.name}"}).content.decode()
