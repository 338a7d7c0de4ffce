"""Which goal counts for a ticket."""

import pytest

from firstline.sla.choose import choose, fits
from firstline.sla.models import Goal

FACTS = {"desk": "IT", "kind": "incident", "priority": 1, "department": "Sales", "vip": False, "line": None}


def goal(name: str, order: int = 0, *, pk: int | None = None, active: bool = True, **when: list[object]) -> Goal:
    return Goal(pk=pk, name_en=name, name_zh=name, order=order, active=active, when=when, minutes=5)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({}, True),
        ({"desk": []}, True),
        ({"desk": ["HR", "IT"]}, True),
        ({"desk": ["HR"]}, False),
        ({"desk": ["IT"], "kind": ["incident"]}, True),
        ({"desk": ["IT"], "kind": ["question"]}, False),
        ({"priority": [1, 2]}, True),
        ({"vip": [True]}, False),
        ({"vip": [False]}, True),
        ({"line": ["L1"]}, False),
        ({"team": ["network"]}, False),
    ],
)
def test_a_goal_fits_when_every_condition_allows_the_fact(when: dict[str, list[object]], expected: bool) -> None:
    assert fits(when, FACTS) is expected


def test_the_lowest_order_wins_whatever_the_others_ask() -> None:
    goals = [goal("special", 2, desk=["IT"], kind=["incident"]), goal("first", 1)]
    assert chosen(goals) == "first"


def test_among_equals_the_more_particular_goal_wins_then_the_older() -> None:
    wide, narrow = goal("wide", pk=1, desk=["IT"], kind=[]), goal("narrow", pk=2, desk=["IT"], kind=["incident"])
    assert chosen([wide, narrow]) == chosen([narrow, wide]) == "narrow"
    older, newer = goal("older", pk=3, desk=["IT"]), goal("newer", pk=4, kind=["incident"])
    assert chosen([newer, older]) == "older"


def test_a_goal_that_is_switched_off_does_not_count() -> None:
    assert chosen([goal("off", active=False), goal("on", 9)]) == "on"


def test_where_nothing_fits_there_is_no_goal() -> None:
    assert choose([goal("human resources", desk=["HR"])], FACTS) is None
    assert choose([], FACTS) is None


def chosen(goals: list[Goal]) -> str:
    found = choose(goals, FACTS)
    assert found
    return found.name_en
