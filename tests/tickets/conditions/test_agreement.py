"""Whatever is asked of whatever ticket: memory and SQL say the same."""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from firstline.kit.conditions import Condition, Group, parse
from firstline.tickets.conditions.facts import TicketFacts, facts_of
from firstline.tickets.conditions.fields import FIELDS
from firstline.tickets.models import Ticket
from tests.cast import Cast
from tests.tickets.conditions import worlds

pytestmark = pytest.mark.django_db


def test_memory_and_sql_agree_on_random_tickets_and_random_conditions() -> None:
    facts = {ticket.pk: facts_of(ticket) for ticket in worlds.tickets(Cast.make(), count=60)}

    @settings(max_examples=300, suppress_health_check=list(HealthCheck))
    @given(worlds.conditions())
    def agrees(stored: dict[str, Any]) -> None:
        _agreed(stored, facts)

    agrees()


def test_every_field_agrees_with_every_operator() -> None:
    facts = {ticket.pk: facts_of(ticket) for ticket in worlds.tickets(Cast.make(), count=30)}
    for test in worlds.one_of_each():
        _agreed({"version": 1, "all": [test]}, facts)


def test_every_operator_of_every_type_agrees_and_none_of_it_is_the_exact_opposite() -> None:
    facts = {ticket.pk: facts_of(ticket) for ticket in worlds.tickets(Cast.make(), count=60)}
    met: dict[tuple[str, str], set[int]] = defaultdict(set)
    for test in worlds.of_each_type():
        found = _agreed({"version": 1, "all": [test]}, facts)
        assert _agreed({"version": 1, "none": [test]}, facts) == facts.keys() - found
        met[test["field"], test["operator"]] |= found
    # A test that nothing meets in this world would prove nothing.
    assert {key for key, found in met.items() if not found} == {("reopened", "is_empty")}


def test_what_is_met_by_nothing_finds_nothing_and_what_asks_nothing_finds_all() -> None:
    ticket = Cast.make().ask()
    nothing, always = Condition(Group("any", ())), parse({"version": 1, "all": []}, FIELDS)
    assert [nothing.holds({}, worlds.NOW), always.holds({}, worlds.NOW)] == [False, True]
    assert [list(Ticket.objects.filter(each.q(worlds.NOW))) for each in (nothing, always)] == [[], [ticket]]


def _agreed(stored: dict[str, Any], facts: dict[int, TicketFacts]) -> set[int]:
    condition = parse(stored, FIELDS)
    assert parse(condition.as_json(), FIELDS).as_json() == condition.as_json()
    found = set(Ticket.objects.filter(condition.q(worlds.NOW)).values_list("pk", flat=True))
    assert found == {pk for pk, known in facts.items() if condition.holds(known, worlds.NOW)}, stored
    return found
