"""What a condition may say, and what its author is told where it makes no sense."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from firstline.kit.conditions import parse
from firstline.kit.conditions.parser import DEEPEST, MOST_PARTS, MOST_VALUES
from tests.kit.conditions.things import FIELDS

TEST = {"field": "text", "operator": "is", "value": "a"}


def nested(depth: int) -> dict[str, Any]:
    return {"all": [nested(depth - 1) if depth > 1 else TEST]}


def of(**test: Any) -> dict[str, Any]:
    return {"version": 1, "all": [test]}


def refusal(stored: Any) -> str:
    try:
        parse(stored, FIELDS)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    "stored",
    [
        {"version": 1, "all": []},
        {"version": 1, "any": [TEST, {"none": [TEST]}]},
        {"version": 1, **nested(DEEPEST)},
        {"version": 1, "all": [TEST] * MOST_PARTS},
        of(field="text", operator="is_empty"),
        of(field="place", operator="one_of", value=list(range(MOST_VALUES))),
        of(field="time", operator="before", value="2026-11-25T09:00:00+08:00"),
        of(field="time", operator="in_last", value={"weeks": 500}),
        of(field="number", operator="less", value=-2.5),
    ],
)
def test_a_condition_may_say_this(stored: Any) -> None:
    assert refusal(stored) == ""


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        (None, "A condition has a version"),
        ([], "A condition has a version"),
        ({"all": []}, "A condition has a version"),
        ({"version": 2, "all": []}, "another version"),
        ({"version": True, "all": []}, "another version"),
        ({"version": 1}, "A group is"),
        ({"version": 1, "all": [], "any": []}, "A group is"),
        ({"version": 1, "xor": []}, "A group is"),
        ({"version": 1, "all": {}}, "The parts of a group are a list."),
        ({"version": 1, "any": []}, "at least one part"),
        ({"version": 1, "all": [{"any": []}]}, "Part 1 of the condition: A group has at least one part."),
        ({"version": 1, "all": [TEST, {"any": [TEST, 7]}]}, "Part 2.2 of the condition: It is neither"),
        ({"version": 1, **nested(DEEPEST + 1)}, "Part 1.1.1.1.1 of the condition: Groups can stand inside"),
        ({"version": 1, "all": [TEST] * (MOST_PARTS + 1)}, "at most 100 tests and groups"),
        ({"version": 1, "all": [{"any": [TEST] * 60}, {"any": [TEST] * 60}]}, "at most 100 tests and groups"),
        (of(field="weather", operator="is", value="a"), "Part 1 of the condition: There is no field “weather”."),
        (of(field=["text"], operator="is", value="a"), "There is no field"),
        (of(field="text", operator="since", value="a"), "“Text” cannot be asked “since”."),
        (of(field="text", operator=["is"], value="a"), "cannot be asked"),
        (of(field="text"), "cannot be asked"),
        (of(field="text", operator="is"), "“Text”: A test has these: field, operator, value."),
        (of(field="text", operator="is_empty", value="a"), "A test has these: field, operator."),
        (of(field="text", operator="is", value="a", more=1), "A test has these"),
        (of(field="text", operator="is", value=""), "at most 400 characters"),
        (of(field="text", operator="is", value="x" * 401), "at most 400 characters"),
        (of(field="text", operator="is", value="a\0b"), "at most 400 characters"),
        (of(field="text", operator="is", value="\ud800"), "at most 400 characters"),
        (of(field="text", operator="one_of", value="ab"), "“Text”: Give a list of values."),
        (of(field="text", operator="one_of", value=[]), "Give at least one value."),
        (of(field="place", operator="one_of", value=list(range(MOST_VALUES + 1))), "Give at most 500 values."),
        (of(field="place", operator="one_of", value=[1, "2"]), "Choose one of those"),
        (of(field="place", operator="is", value=True), "Choose one of those"),
        (of(field="place", operator="is", value=-1), "Choose one of those"),
        (of(field="place", operator="is", value=2**63), "Choose one of those"),
        (of(field="person", operator="is", value="me"), "Choose a person."),
        (of(field="number", operator="is", value=float("nan")), "Give a number of at most fifteen digits."),
        (of(field="number", operator="is", value=float("inf")), "Give a number of at most fifteen digits."),
        (of(field="number", operator="is", value=10**15), "Give a number of at most fifteen digits."),
        (of(field="number", operator="is", value=False), "Give a number of at most fifteen digits."),
        (of(field="time", operator="before", value="2026-11-25T09:00:00"), "with its zone"),
        (of(field="time", operator="before", value="0001-01-01T00:00:00+14:00"), "with its zone"),
        (of(field="time", operator="before", value="2026-13-45T00:00:00Z"), "with its zone"),
        (of(field="time", operator="in_last", value=3), "Give a time such as 3 days"),
        (of(field="time", operator="in_last", value={"days": 0}), "Give a time such as 3 days"),
        (of(field="time", operator="in_last", value={"days": True}), "Give a time such as 3 days"),
        (of(field="time", operator="in_last", value={"days": 3661}), "Give a time such as 3 days"),
        (of(field="time", operator="in_last", value={"days": 10**400}), "Give a time such as 3 days"),
        (of(field="time", operator="in_last", value={"years": 1}), "Give a time such as 3 days"),
        (of(field="time", operator="in_last", value={"days": 1, "hours": 1}), "Give a time such as 3 days"),
        (of(field="date", operator="is", value="2026-02-30"), "Give a day"),
        (of(field="date", operator="is", value="20260228"), "Give a day"),
        (of(field="yes_no", operator="is", value=1), "Give yes or no."),
        (of(field="words", operator="finds", value="…"), "Give a text"),
        (of(field="set", operator="has", value=["a"]), "Give a text"),
    ],
)  # fmt: skip
def test_a_condition_that_makes_no_sense_says_which_part_and_why(stored: Any, sentence: str) -> None:
    assert sentence in refusal(stored)


def test_the_refusal_comes_in_the_language_of_its_reader() -> None:
    with override("zh-hans"):
        assert refusal(of(field="weather", operator="is", value="a")) == "条件的第 1 项：没有字段“weather”。"
        assert (
            refusal(of(field="text", operator="is", value="")) == "条件的第 1 项：“Text”：请填写文字，最多 400 个字符。"
        )


def test_equal_conditions_have_one_form() -> None:
    one = parse(of(field="place", operator="one_of", value=[3, 1, 3]), FIELDS)
    other = parse(of(value=[1, 3], operator="one_of", field="place"), FIELDS)
    assert one == other
    assert json.dumps(one.as_json()) == json.dumps(other.as_json())
    times = [
        parse(of(field="time", operator="before", value=at), FIELDS)
        for at in ("2026-11-25T09:00+08:00", "2026-11-25T01:00Z")
    ]
    assert (
        times[0].as_json()
        == times[1].as_json()
        == of(field="time", operator="before", value="2026-11-25T01:00:00+00:00")
    )
    days = [
        parse(of(field="time", operator="in_last", value=length), FIELDS) for length in ({"hours": 48}, {"days": 2})
    ]
    assert days[0].as_json() == days[1].as_json()
    numbers = [parse(of(field="number", operator="is", value=number), FIELDS).as_json() for number in (2, 2.0)]
    assert json.dumps(numbers[0]) == json.dumps(numbers[1])


def test_what_it_depends_on_is_listed_wherever_it_stands() -> None:
    inside = {
        "none": [
            {"field": "person", "operator": "one_of", "value": [4, 5]},
            {"field": "words", "operator": "finds", "value": "a"},
        ]
    }
    condition = parse(
        {"version": 1, "any": [{"field": "place", "operator": "is_not", "value": 2}, inside, TEST]}, FIELDS
    )
    found = condition.depends_on()
    assert found.fields == {"place", "person", "words", "text"}
    assert found.rows == {("a.place", 2), ("a.person", 4), ("a.person", 5), ("index", 7)}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(["version", "all", "any", "none", "field", "operator", "value", "days"]), inside
        )
    ),
    max_leaves=12,
)


@given(json_values | json_values.map(lambda inside: {"version": 1, "all": inside}))
def test_whatever_is_given_is_read_or_refused_with_a_sentence(stored: Any) -> None:
    said = refusal(stored)
    assert said.endswith(".") or parse(parse(stored, FIELDS).as_json(), FIELDS) == parse(stored, FIELDS)
