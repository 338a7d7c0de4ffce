"""The form that conditions had before, which the release before goes on reading and writing."""

from importlib import import_module
from typing import Any
from unittest.mock import Mock

import pytest

from firstline.kit.conditions import parse
from firstline.sla.models import SlaTarget
from firstline.sla.when import condition_of, when_of
from firstline.tickets.conditions.fields import GOAL_FIELDS
from tests.cast import MONDAY, Cast

migration: Any = import_module("firstline.sla.migrations.0003_conditions")

WHENS: list[dict[str, list[Any]]] = [
    {},
    {"desk": ["IT", "HR"]},
    {"service": ["vpn"], "kind": ["incident"], "priority": [1, 2]},
    {"line": ["L1"], "team": ["l1", "gone"], "department": ["财务"], "vip": [True]},
    {"vip": [False]},
]
VALUES: dict[str, list[Any]] = {
    "desk_key": ["IT", "HR", ""], "service_key": ["vpn", ""], "kind": ["incident", "question"], "priority": [1, 2, 3],
    "line_key": ["L1", ""], "team_key": ["l1", ""],
    "requester_department": ["财务", ""], "vip": [True, False],
}  # fmt: skip


def fitted(when: dict[str, list[Any]], facts: dict[str, Any]) -> bool:
    """What the release before does."""
    names = dict(zip("desk service kind priority line team department vip".split(), VALUES, strict=True))
    return all(facts.get(names[fact]) in allowed for fact, allowed in when.items() if allowed)


def all_facts() -> list[dict[str, Any]]:
    first = {field: values[0] for field, values in VALUES.items()}
    return [first | {field: value} for field, values in VALUES.items() for value in values] + [
        {field: values[n % len(values)] for field, values in VALUES.items()} for n in range(6)
    ]


@pytest.mark.parametrize("when", [*WHENS, {"desk": [], "vip": []}, {"vip": [True, False]}])
def test_a_condition_means_what_it_meant_before(when: dict[str, list[Any]]) -> None:
    condition = parse(condition_of(when), GOAL_FIELDS)
    for facts in all_facts():
        assert condition.holds(facts, MONDAY) == fitted(when, facts)


@pytest.mark.parametrize("when", WHENS)
def test_the_old_form_comes_back_from_the_new_one(when: dict[str, list[Any]]) -> None:
    assert when_of(condition_of(when)) == when
    assert SlaTarget(when=when, condition=condition_of(when)).stored == condition_of(when)


TEST = {"field": "kind", "operator": "is", "value": "incident"}


@pytest.mark.parametrize(
    "condition",
    [
        {"version": 1, "any": [TEST]},
        {"version": 1, "all": [{"none": [TEST]}]},
        {"version": 1, "all": [TEST, TEST]},
        {"version": 1, "all": [{"field": "kind", "operator": "is_not", "value": "incident"}]},
        {"version": 1, "all": [{"field": "subject", "operator": "is", "value": "VPN"}]},
    ],
)
def test_what_the_release_before_could_not_say_fits_nothing_there_and_is_read_here(condition: dict[str, Any]) -> None:
    goal = SlaTarget()
    goal.ask(condition)
    assert goal.stored == condition
    assert [
        facts for facts in all_facts() if all(facts.get(fact) in values for fact, values in goal.when.items())
    ] == []


@pytest.mark.django_db
def test_what_the_release_before_wrote_last_counts() -> None:
    Cast.make()
    goal = SlaTarget.objects.get(clock="line")
    goal.ask(condition_of({"desk": ["IT"]}))
    goal.save()
    assert SlaTarget.objects.get(pk=goal.pk).stored == condition_of({"desk": ["IT"]})
    SlaTarget.objects.filter(pk=goal.pk).update(when={"desk": ["HR"]})
    again = SlaTarget.objects.get(pk=goal.pk)
    assert again.stored == condition_of({"desk": ["HR"]})
    assert again.asks(GOAL_FIELDS).holds({"desk_key": "HR"}, MONDAY)


@pytest.mark.django_db
def test_the_migration_turns_every_goal_into_a_condition_and_leaves_the_old_column_to_the_old_code() -> None:
    Cast.make()
    named = {"clock": "line", "minutes": 5, "name_en": "x", "name_zh": "x"}
    made = [SlaTarget.objects.create(when=when, **named) for when in WHENS]
    own = SlaTarget.objects.create(when={"vip": [True]}, condition=condition_of({}), **named)
    before = dict(SlaTarget.objects.values_list("pk", "when"))
    for _twice in range(2):  # it may be ended in the middle and begun again
        migration.fill(Mock(get_model=lambda app, name: SlaTarget), None)
    for goal in SlaTarget.objects.filter(pk__in=[each.pk for each in made]):
        assert goal.condition == condition_of(goal.when) == goal.stored
    assert SlaTarget.objects.get(pk=own.pk).condition == condition_of({})
    assert dict(SlaTarget.objects.values_list("pk", "when")) == before
    assert not SlaTarget.objects.filter(condition=None).exists()
