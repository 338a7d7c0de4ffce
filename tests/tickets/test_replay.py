"""What is found wrong of rows and clocks beside their log, and what is not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from firstline.catalog import config_cache
from firstline.catalog.models import SettingChange
from firstline.kit import clock
from firstline.sla.models import SlaTarget
from firstline.tickets import actions, replay
from firstline.tickets.models import Clock, Ticket
from firstline.tickets.side_tables import SIDE_TABLES
from firstline.tickets.write_guard import door
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


def solved(cast: Cast) -> Ticket:
    ticket = cast.ask()
    actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    return ticket


def change_goals(cast: Cast, **columns: object) -> None:
    SlaTarget.objects.update(**columns)
    SettingChange.objects.create(by=cast.bo, what="changed", kind="sla.goal", row=1, name_en="Goal", name_zh="目标")
    config_cache.forget()


def test_what_was_solved_keeps_the_clocks_of_its_time_and_what_is_open_does_not(cast: Cast) -> None:
    old, still_open = solved(cast), cast.ask()
    change_goals(cast, minutes=7, warn_minutes=0)
    assert replay.differences(old) == []
    assert "clocks" in replay.differences(still_open)[0]
    change_goals(cast, active=False)
    assert replay.differences(old) == []


@pytest.mark.parametrize("column", ["started_at", "stopped_at", "state", "round"])
def test_a_clock_of_a_solved_ticket_that_no_goal_could_have_made_is_found(cast: Cast, column: str) -> None:
    ticket = solved(cast)
    change_goals(cast, minutes=7, warn_minutes=0)
    found = Clock.objects.filter(ticket=ticket, kind="resolution").get()
    wrong = {
        "started_at": found.started_at - timedelta(hours=1),
        "stopped_at": found.started_at + timedelta(hours=1),
        "state": "void",
        "round": 9,
    }
    with door():
        Clock.objects.filter(pk=found.pk).update(**{column: wrong[column]})
    assert "clocks" in replay.differences(ticket)[0]


def test_a_clock_that_is_gone_is_found_unless_its_goal_may_be_newer(cast: Cast) -> None:
    change_goals(cast, warn_minutes=0)
    ticket = solved(cast)
    with door():
        Clock.objects.filter(ticket=ticket, kind="resolution").delete()
    assert "clocks" in replay.differences(ticket)[0]


def test_many_are_looked_at_with_five_queries_and_one_for_each_side_table(cast: Cast) -> None:
    tickets = [solved(cast) for _each in range(3)]
    with door():
        Ticket.objects.filter(pk=tickets[1].pk).update(subject="Something else")
    config_cache.current()
    with CaptureQueriesContext(connection) as queries:
        found = replay.differences_of([ticket.pk for ticket in tickets])
    assert len(queries) == 5 + len(SIDE_TABLES)
    assert list(found) == [tickets[1].pk]
    assert "Something else" in found[tickets[1].pk][0]


def test_what_was_solved_before_clocks_came_to_count_otherwise_keeps_its_clocks(cast: Cast) -> None:
    ticket = solved(cast)
    ours = Clock.objects.filter(ticket=ticket, kind="resolution")
    with door():
        ours.update(due_at=clock.now())
    assert "clocks" in replay.differences(ticket)[0]
    migrated = MigrationRecorder.Migration.objects.filter(app="tickets", name=replay.RULES)
    migrated.update(applied=clock.now() + timedelta(minutes=1))
    assert replay.differences(ticket) == []


@pytest.mark.parametrize(
    ("kind", "decides"),
    [
        ("sla.goal", True),
        ("sla.calendar", True),
        ("sla.calendarday", True),
        ("catalog.desk", True),
        ("catalog.team", False),
        ("sla.filledyear", False),
    ],
)
def test_which_settings_decide_how_long_a_clock_runs(cast: Cast, kind: str, decides: bool) -> None:
    ticket = solved(cast)
    change_goals(cast, minutes=7, warn_minutes=0)
    SettingChange.objects.update(kind=kind)
    assert (replay.differences(ticket) == []) is decides


def test_only_a_change_after_its_clocks_were_computed_explains_them(cast: Cast) -> None:
    with clock.moved(MONDAY):
        ticket = solved(cast)
    with clock.moved(MONDAY + timedelta(hours=1)):
        actions.watch(ticket, by=cast.chen)  # moves no clock
    for minutes, explains in ((-1, False), (0, False), (1, True)):
        SettingChange.objects.all().delete()
        with clock.moved(MONDAY + timedelta(minutes=minutes)):
            change_goals(cast, minutes=7 + minutes, warn_minutes=0)
        SettingChange.objects.update(at=MONDAY + timedelta(minutes=minutes))
        assert (replay.differences(ticket) == []) is explains, minutes


def given_away(cast: Cast, minutes: int) -> Ticket:
    """To another team, so many minutes after it was asked; solved there."""
    with clock.moved(MONDAY):
        ticket = cast.ask()
    with clock.moved(MONDAY + timedelta(minutes=minutes)):
        actions.assign(ticket, by=cast.dana, to=cast.chen)
        actions.resolve(ticket, by=cast.chen, resolution="Done.")
    return ticket


def test_what_was_given_away_too_late_was_late_under_the_goals_of_its_time(cast: Cast) -> None:
    late, early = given_away(cast, 6), given_away(cast, 4)
    first = {ticket.pk: Clock.objects.get(ticket=ticket, kind="acceptance", round=1) for ticket in (late, early)}
    assert [first[ticket.pk].state for ticket in (late, early)] == ["stopped", "void"]
    change_goals(cast, minutes=60, warn_minutes=0)
    assert replay.differences_of([late.pk, early.pk]) == {}
    # One that stopped in time and counts all the same, no goal could have made.
    for ticket, columns in ((late, {"due_at": MONDAY + timedelta(minutes=6)}), (early, {"state": "stopped"})):
        with door():
            Clock.objects.filter(pk=first[ticket.pk].pk).update(**columns)
        assert "clocks" in replay.differences(ticket)[0]


def test_before_the_rules_a_clock_of_a_kind_that_never_ran_is_found(cast: Cast) -> None:
    ticket = cast.ask()
    actions.cancel(ticket, by=cast.bo)
    change_goals(cast, minutes=7, warn_minutes=0)
    migrated = MigrationRecorder.Migration.objects.filter(app="tickets", name=replay.RULES)
    migrated.update(applied=clock.now() + timedelta(minutes=1))
    with door():
        Clock.objects.filter(ticket=ticket).update(minutes=99)
    assert replay.differences(ticket) == []
    with door():
        Clock.objects.filter(ticket=ticket).update(kind="line")
    assert "clocks" in replay.differences(ticket)[0]


@pytest.mark.parametrize(
    "columns",
    [{"due_at": MONDAY}, {"due_clock": "line"}, {"waited": timedelta(minutes=1)}],
    ids=lambda row: next(iter(row)),
)
def test_another_next_deadline_than_the_clocks_have_is_found(cast: Cast, columns: dict[str, object]) -> None:
    ticket = cast.ask()
    with door():
        Ticket.objects.filter(pk=ticket.pk).update(**columns)
    (wrong,) = replay.differences(ticket)
    assert wrong.startswith("next deadline")


def test_the_columns_are_told_as_they_are(cast: Cast) -> None:
    ticket = solved(cast)
    assert replay.columns(ticket.pk) == fresh(ticket).tracked()


def test_of_open_tickets_those_are_moved_whose_clocks_come_out_differently(cast: Cast) -> None:
    waiting, accepted = cast.ask(), cast.ask()
    actions.accept(accepted, by=cast.bo)
    SlaTarget.objects.filter(clock="line").update(minutes=40)
    config_cache.forget()
    assert replay.moved_clocks([waiting, accepted]) == [accepted]
