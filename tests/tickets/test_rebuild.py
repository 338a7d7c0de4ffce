"""What is found wrong of rows and clocks beside their log, and what is not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from firstline.catalog import register
from firstline.catalog.models import SettingChange
from firstline.kit import clock
from firstline.sla.models import Goal
from firstline.tickets import actions, rebuild
from firstline.tickets.door import door
from firstline.tickets.models import Clock, Ticket
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast.make()


def solved(cast: Cast) -> Ticket:
    ticket = cast.ask()
    actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    return ticket


def change_goals(cast: Cast, **columns: object) -> None:
    Goal.objects.update(**columns)
    SettingChange.objects.create(by=cast.bo, what="changed", kind="sla.goal", row=1, name_en="Goal", name_zh="目标")
    register.forget()


def test_what_was_solved_keeps_the_clocks_of_its_time_and_what_is_open_does_not(cast: Cast) -> None:
    old, still_open = solved(cast), cast.ask()
    change_goals(cast, minutes=7, warn_minutes=0)
    assert rebuild.differences(old) == []
    assert "clocks" in rebuild.differences(still_open)[0]
    change_goals(cast, active=False)
    assert rebuild.differences(old) == []


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
    assert "clocks" in rebuild.differences(ticket)[0]


def test_a_clock_that_is_gone_is_found_unless_its_goal_may_be_newer(cast: Cast) -> None:
    change_goals(cast, warn_minutes=0)
    ticket = solved(cast)
    with door():
        Clock.objects.filter(ticket=ticket, kind="resolution").delete()
    assert "clocks" in rebuild.differences(ticket)[0]


def test_many_are_looked_at_with_five_queries(cast: Cast) -> None:
    tickets = [solved(cast) for _each in range(3)]
    with door():
        Ticket.objects.filter(pk=tickets[1].pk).update(subject="Something else")
    register.current()
    with CaptureQueriesContext(connection) as queries:
        found = rebuild.differences_of([ticket.pk for ticket in tickets])
    assert len(queries) == 5
    assert list(found) == [tickets[1].pk]
    assert "Something else" in found[tickets[1].pk][0]


def test_what_was_solved_before_clocks_came_to_count_otherwise_keeps_its_clocks(cast: Cast) -> None:
    ticket = solved(cast)
    ours = Clock.objects.filter(ticket=ticket, kind="resolution")
    with door():
        ours.update(due_at=clock.now())
    assert "clocks" in rebuild.differences(ticket)[0]
    migrated = MigrationRecorder.Migration.objects.filter(app="tickets", name=rebuild.RULES)
    migrated.update(applied=clock.now() + timedelta(minutes=1))
    assert rebuild.differences(ticket) == []
