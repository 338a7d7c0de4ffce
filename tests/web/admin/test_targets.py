"""Goals: how they are written, and what a change does to the clocks of open requests."""

from datetime import timedelta
from typing import Any

from django.urls import reverse

from firstline.catalog import config_cache
from firstline.catalog.models import SettingChange
from firstline.kit import clock
from firstline.sla.models import SlaTarget
from firstline.tickets import actions
from firstline.tickets.models import Event
from tests.background import run_jobs, waiting_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.web.admin.hands import as_


def goal(**more: Any) -> dict[str, Any]:
    names = {"name_en": "Fast", "name_zh": "快", "active": "on"}
    return {**names, "clock": "resolution", "amount": "60", "unit": "1", "warn_unit": "1", **more}


def test_a_goal_is_written_in_hours_conditions_and_actions(cast: Cast) -> None:
    as_(cast.ada).post(
        reverse("settings-goal-new"),
        goal(
            amount="4", unit="60", warn_amount="30", is_priority=["1", "2"], is_desk=["IT"], vip="yes",
            warn_do=["tell:team"], breach_do=["raise"], breach_team="network",
        ),
    )  # fmt: skip
    made = SlaTarget.objects.get(name_en="Fast")
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
    own = SlaTarget.objects.get(name_en="Fast")
    assert dana.get(reverse("settings-goal", args=[own.pk])).status_code == 200
    assert SettingChange.objects.get().desk == cast.it


def test_a_changed_goal_moves_the_deadline_of_an_open_request(cast: Cast) -> None:
    with clock.moved(MONDAY):
        ticket, other = cast.ask(), cast.ask()
        actions.cancel(fresh(other), by=cast.mei)
        run_jobs()
        before = fresh(ticket).due_at
        rows = Event.objects.count()
        acceptance = SlaTarget.objects.get(clock="acceptance")
        as_(cast.ada).post(
            reverse("settings-goal", args=[acceptance.pk]), goal(clock="acceptance", amount="2", name_en="Soon")
        )
        assert fresh(ticket).due_at == before
    with clock.moved(MONDAY + timedelta(seconds=config_cache.FRESH_SECONDS + 5)):
        assert "firstline.tickets.recompute_open" in run_jobs()
        assert before - fresh(ticket).due_at == timedelta(minutes=3)
        assert Event.objects.count() == rows + 1
        assert Event.objects.latest("id").name == "recomputed"


def test_requests_whose_clocks_stay_get_no_event(cast: Cast) -> None:
    with clock.moved(MONDAY):
        cast.ask()
        rows = Event.objects.count()
        as_(cast.ada).post(reverse("settings-goal-new"), goal(clock="acceptance", amount="1", vip="yes"))
        as_(cast.ada).post(reverse("settings-goal-move", args=[SlaTarget.objects.latest("pk").pk]), {"to": "up"})
    with clock.moved(MONDAY + timedelta(seconds=config_cache.FRESH_SECONDS + 5)):
        run_jobs()
    assert Event.objects.count() == rows


def test_a_changed_name_moves_nothing(cast: Cast) -> None:
    line = SlaTarget.objects.get(clock="line")
    given = goal(clock="line", amount="20", warn_amount="5", is_line=["L1"], name_en="Other", name_zh=line.name_zh)
    as_(cast.ada).post(
        reverse("settings-goal", args=[line.pk]), {**given, "warn_do": ["tell:assignee"], "breach_do": ["tell:manager"]}
    )
    assert SettingChange.objects.get().changes == {"name_en": ["line 20", "Other"]}
    assert waiting_jobs() == []


def test_goals_change_places_and_open_requests_follow(cast: Cast) -> None:
    last = SlaTarget.objects.filter(clock="resolution").last()
    as_(cast.ada).post(reverse("settings-goal-move", args=[last.pk]), {"to": "up"})
    assert SlaTarget.objects.filter(clock="resolution").first() == last
    assert waiting_jobs()[0][0] == "firstline.tickets.recompute_open"


def test_a_goal_that_measured_requests_is_not_removed(cast: Cast) -> None:
    cast.ask()
    acceptance, line = SlaTarget.objects.get(clock="acceptance"), SlaTarget.objects.get(clock="line")
    assert as_(cast.ada).post(reverse("settings-goal-remove", args=[acceptance.pk])).status_code == 422
    assert as_(cast.ada).post(reverse("settings-goal-remove", args=[line.pk])).status_code == 302
