"""What is known of a ticket now, and what was known of it at a moment of its past."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from firstline.catalog import config_cache
from firstline.kit import clock
from firstline.kit.conditions import Facts, parse
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.conditions.facts import facts_as_of, facts_of
from firstline.tickets.conditions.fields import FIELDS, GOAL_FIELDS
from firstline.tickets.models import Event, Ticket
from tests.background import run_jobs
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


def test_as_of_its_opening_a_ticket_is_what_it_was_when_it_was_opened() -> None:
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.ask()
    opened = _last(ticket)
    then = _known(facts_of(fresh(ticket)), at=opened.at)
    with clock.moved(MONDAY + timedelta(hours=30)):
        actions.accept(ticket, by=cast.bo)
        actions.classify(ticket, by=cast.bo, kind="incident", service=cast.vpn)
        actions.change_priority(ticket, by=cast.bo, impact=3, urgency=3)
        actions.escalate(ticket, by=cast.bo, to=cast.network, handover="Look at the tunnel.")
    Person.objects.filter(pk=cast.mei.pk).update(department="Sales", vip=True)
    now, past = facts_of(fresh(ticket)), facts_as_of(opened)
    assert _known(past, at=opened.at) == then
    for field, at_opening, today in [
        ("kind", "inquiry", "incident"), ("priority", 3, 1), ("phase", "pending", "pending"), ("line_key", "L1", "L2"),
        ("team_key", "l1", "network"), ("department", "Finance", "Finance"), ("service_key", "", "vpn"),
    ]:  # fmt: skip
        declared = FIELDS.find(field)
        assert declared
        assert (declared.fact(past, opened.at), declared.fact(now, opened.at)) == (at_opening or None, today)
    first = {"version": 1, "all": [{"field": "line_key", "operator": "is", "value": "L1"}]}
    condition = parse(first, GOAL_FIELDS)
    assert (condition.holds(past, opened.at), condition.holds(now, clock.now())) == (True, False)


def test_the_clocks_of_a_moment_are_those_that_ran_then() -> None:
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.ask()
    opened = _last(ticket)
    with clock.moved(MONDAY + timedelta(minutes=20)):
        actions.accept(ticket, by=cast.bo)
    accepted = _last(ticket)
    assert _met("breached", "has", "acceptance", facts_as_of(opened), at=opened.at) is False
    assert _met("late", "is", True, facts_as_of(opened), at=opened.at) is False
    assert _met("late", "is", True, facts_as_of(opened), at=opened.at + timedelta(minutes=6)) is True
    assert _met("breached", "has", "acceptance", facts_as_of(accepted), at=accepted.at) is True
    assert _met("due_at", "is_empty", None, facts_as_of(opened), at=opened.at) is False
    assert facts_as_of(opened)["due_at"] == opened.at + timedelta(minutes=5)


def test_times_and_numbers_of_the_past_are_read_as_the_log_keeps_them() -> None:
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.ask()
        actions.accept(ticket, by=cast.bo)
        actions.resolve(ticket, by=cast.bo, resolution="Done.")
    resolved = _last(ticket)
    with clock.moved(MONDAY + timedelta(hours=1)):
        actions.reopen(ticket, by=cast.mei, reason="Again.")
    reopened = _last(ticket)
    assert _met("resolved_at", "in_last", {"hours": 1}, facts_as_of(resolved), at=resolved.at) is True
    assert _met("resolved_at", "is_empty", None, facts_as_of(reopened), at=reopened.at) is True
    assert [_met("reopened", "is", 1, facts_as_of(each), at=each.at) for each in (resolved, reopened)] == [False, True]
    assert [facts_as_of(each)["updated_at"] for each in (resolved, reopened)] == [resolved.at, reopened.at]


def test_the_facts_as_of_the_last_event_are_those_of_now() -> None:
    cast = Cast.make()
    ticket = cast.ask()
    actions.accept(ticket, by=cast.bo)
    run_jobs()
    config_cache.forget()
    now, last = facts_of(fresh(ticket)), facts_as_of(_last(ticket))
    assert _known(last, at=clock.now()) == _known(now, at=clock.now())


def test_only_what_is_asked_for_is_read(django_assert_num_queries: Any) -> None:
    ticket = fresh(Cast.make().ask())
    config_cache.current()
    with django_assert_num_queries(0):
        assert _met("kind", "is", "inquiry", facts_of(ticket)) is True
    facts = facts_of(ticket)
    with django_assert_num_queries(1):
        assert [_met("breached", "has", kind, facts) for kind in ("line", "resolution")] == [False, False]


def _known(facts: Facts, *, at: datetime) -> dict[str, Any]:
    return {field.key: field.fact(facts, at) for field in FIELDS.all() if field.key != "words"}


def _met(field: str, operator: str, value: Any, facts: Any, *, at: Any = MONDAY) -> bool:
    test = {"field": field, "operator": operator} | ({} if value is None else {"value": value})
    return parse({"version": 1, "all": [test]}, FIELDS).holds(facts, at)


def _last(ticket: Ticket) -> Event:
    found = Event.objects.filter(ticket=ticket).order_by("-id").first()
    assert found
    return found
