"""When a question appears: what forms have kept means as a condition what it has always meant."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.catalog.forms import FieldSpec, form_for, specs_of
from firstline.catalog.models import RequestType
from firstline.catalog.show_if import condition_of

CHOICES = [{"value": value, "label_en": value, "label_zh": value} for value in ("a", "b", "yes")]
QUESTIONS: list[dict[str, Any]] = [
    {"key": "text", "kind": "text"},
    {"key": "one", "kind": "select", "choices": CHOICES},
    {"key": "some", "kind": "checkbox", "choices": CHOICES},
    {"key": "tick", "kind": "checkbox"},
    {"key": "number", "kind": "number"},
    {"key": "day", "kind": "date"},
]
ANSWERS = {
    "text": ["", "a", "A", "3", "2026-11-25"], "one": ["", "a", "b"], "some": [[], ["a"], ["b", "yes"]],
    "tick": [False, True], "number": [None, 3.0, 2.5], "day": [None, date(2026, 11, 25)],
}  # fmt: skip
WANTED = ["a", "b", "yes", "3", "2.5", "2026-11-25", "x" * 500, "", "\0", "nan"]


def specs(show_if: dict[str, Any]) -> list[FieldSpec]:
    asked = [*QUESTIONS, {"key": "last", "kind": "text", "show_if": show_if}]
    return specs_of([{"label_en": question["key"], "label_zh": question["key"], **question} for question in asked])


def as_before(show_if: dict[str, list[str]], answers: dict[str, Any]) -> bool:
    """What the release before does."""
    return all(set(spoken(answers.get(key))) & set(wanted) for key, wanted in show_if.items())


def spoken(answer: Any) -> list[str]:
    if answer in (None, False, ""):
        return []
    if isinstance(answer, list):
        return answer
    return ["yes" if answer is True else str(answer).removesuffix(".0")]


@given(
    st.dictionaries(st.sampled_from(sorted(ANSWERS)), st.lists(st.sampled_from(WANTED), max_size=3), max_size=3),
    st.fixed_dictionaries({key: st.sampled_from(answers) for key, answers in ANSWERS.items()}),
)
def test_a_question_appears_when_it_appeared_before(show_if: dict[str, list[str]], answers: dict[str, Any]) -> None:
    *_others, last = questions = specs(show_if)
    assert last.is_shown(answers, questions) == as_before(show_if, answers)


@pytest.mark.parametrize("key", sorted(ANSWERS))
def test_so_it_is_with_every_answer_to_every_kind_of_question(key: str) -> None:
    for wanted in [[], ["a"], ["b", "yes"], ["3", "x"], ["2.5"], ["2026-11-25"], ["nan", "\0"]]:
        *_others, last = questions = specs({key: wanted})
        shown = [last.is_shown({key: answer}, questions) for answer in ANSWERS[key]]
        assert shown == [as_before({key: wanted}, {key: answer}) for answer in ANSWERS[key]], wanted
    assert any(as_before({key: [value]}, {key: answer}) for value in WANTED for answer in ANSWERS[key])


def test_what_it_depends_on_is_known() -> None:
    condition = condition_of({"one": ["a"], "tick": ["yes"]}, specs({}))
    assert condition.depends_on().fields == {"one", "tick"}


@pytest.mark.parametrize(("typed", "kept"), [({"one": "a"}, {"one": "a", "last": "x"}), ({"one": "b"}, {"one": "b"})])
def test_a_question_that_does_not_appear_is_not_kept(typed: dict[str, str], kept: dict[str, str]) -> None:
    form_type = RequestType(fields=[spec.model_dump() for spec in specs({"one": "a"})])
    form = form_for(form_type)({**typed, "last": "x"})
    assert form.is_valid()
    answers: Any = form
    assert {key: answers.answers().get(key) for key in kept} == kept
    assert ("last" in answers.answers()) == ("last" in kept)
