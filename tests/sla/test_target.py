"""What a goal may say."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from firstline.sla.models import SlaTarget


def goal(**says: Any) -> SlaTarget:
    return SlaTarget(**{"name_en": "Accept", "name_zh": "受理", "clock": "acceptance", "minutes": 5, **says})


def complaints(about: SlaTarget) -> dict[str, list[str]]:
    try:
        about.full_clean(validate_constraints=False)  # that one needs a database
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize(
    "says",
    [
        {},
        {"when": {"desk": ["IT"], "priority": [1, 2], "vip": [True], "team": []}},
        {"warn_minutes": 1, "on_warn": ["tell:assignee"]},
        {"on_breach": ["tell:team", "tell:manager", "raise", "reassign:network"]},
    ],
)
def test_a_goal_may_say_this(says: dict[str, Any]) -> None:
    assert complaints(goal(**says)) == {}


@pytest.mark.parametrize(
    ("says", "field", "sentence"),
    [
        ({"minutes": 0}, "minutes", "greater than or equal to 1"),
        ({"clock": "tea"}, "clock", "not a valid choice"),
        ({"when": ["desk"]}, "when", "lists of allowed values"),
        ({"when": {"weather": ["rain"]}}, "when", "cannot ask about “weather”"),
        ({"when": {"desk": "IT"}}, "when", "“Desk” are not a list"),
        ({"when": {"desk": [None]}}, "when", "“Desk” are not a list"),
        ({"warn_minutes": 5}, "warn_minutes", "fewer minutes than the goal has"),
        ({"on_warn": ["tell:team"]}, "on_warn", "Say how many minutes before"),
        ({"on_breach": ["panic"]}, "on_breach", "“panic” is not something"),
        ({"on_breach": ["reassign"]}, "on_breach", "“reassign” is not something"),
        ({"on_breach": ["reassign:"]}, "on_breach", "“reassign:” is not something"),
        ({"on_breach": [["raise"]]}, "on_breach", "is not something"),
        ({"on_breach": "raise"}, "on_breach", "Actions are a list"),
        ({"on_breach": ["raise", "raise"]}, "on_breach", "Each action once"),
    ],
)
def test_a_goal_that_makes_no_sense_is_told_so(says: dict[str, Any], field: str, sentence: str) -> None:
    found = complaints(goal(**says))
    assert list(found) == [field]
    assert sentence in found[field][0]


def test_the_complaint_comes_in_the_language_of_its_reader() -> None:
    with override("zh-hans"):
        assert "“weather”" in complaints(goal(when={"weather": ["rain"]}))["when"][0]
        assert "条件" in complaints(goal(when=["desk"]))["when"][0]
