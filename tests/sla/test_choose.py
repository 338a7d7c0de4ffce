"""Which goal counts for a ticket."""

from typing import Any

import pytest

from firstline.kit.conditions import Field, Fields
from firstline.kit.conditions.types import CHOICE, REFERENCE, TEXT, YES_NO
from firstline.sla.choose import choose
from firstline.sla.models import SlaTarget
from firstline.sla.when import FIELDS as OF
from tests.cast import MONDAY

TYPES = {"priority": REFERENCE, "vip": YES_NO, "department": TEXT}
FIELDS = Fields(Field(field, TYPES.get(field, CHOICE), field) for field in OF.values())
FACTS = {"desk_key": "IT", "kind": "incident", "priority": 1, "department": "Sales", "vip": False, "line_key": None}


def goal(name: str, order: int = 0, *, pk: int | None = None, active: bool = True, **when: list[object]) -> SlaTarget:
    return SlaTarget(pk=pk, name_en=name, name_zh=name, order=order, active=active, when=when, minutes=5)


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
        ({"vip": [True, False]}, True),
        ({"line": ["L1"]}, False),
        ({"team": ["network"]}, False),
    ],
)
def test_a_goal_fits_when_every_condition_allows_the_fact(when: dict[str, list[object]], expected: bool) -> None:
    assert (chosen([goal("it", **when)]) == "it") is expected


def test_a_goal_counts_for_what_meets_its_condition_whatever_that_is() -> None:
    wide = goal("wide", 1)
    narrow = goal("narrow")
    narrow.ask({"version": 1, "any": [{"field": "department", "operator": "starts_with", "value": "sa"}]})
    assert (chosen([wide, narrow]), chosen([wide, narrow], department="IT")) == ("narrow", "wide")


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
    assert chosen([goal("human resources", desk=["HR"])]) == ""
    assert chosen([]) == ""


def test_a_goal_whose_condition_cannot_be_read_counts_for_nothing_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    gone = goal("gone", pk=7, weather=["rain"])
    assert chosen([gone]) == ""
    assert "Target 7 counts for no ticket: Part 1 of the condition: There is no field “weather”." in caplog.text


def chosen(goals: list[SlaTarget], **more: Any) -> str:
    found = choose(goals, FACTS | more, at=MONDAY, fields=FIELDS)
    return found.name_en if found else ""
