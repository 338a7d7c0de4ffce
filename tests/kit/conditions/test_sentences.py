"""A condition as people say it."""

from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from firstline.kit.conditions import parse, sentence
from tests.kit.conditions.things import FIELDS


def test(field: str, operator: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator} | ({"value": value[0]} if value else {})


test.__test__ = False  # type: ignore[attr-defined]
A, B, C = test("text", "is", "a"), test("yes_no", "is", True), test("place", "one_of", [1, 2])

SAID: list[tuple[dict[str, Any], str, str]] = [
    ({"all": []}, "Always", "始终"),
    ({"all": [A]}, "When Text is “a”", "当Text为“a”时"),
    ({"all": [A, B]}, "When Text is “a” and Ready is yes", "当Text为“a”，且Ready为“是”时"),
    ({"any": [C, A]}, "When Place is “Here” or “There” or Text is “a”", "当Place为“Here”或“There”，或Text为“a”时"),
    ({"none": [A]}, "When not (Text is “a”)", "当并非（Text为“a”）时"),
    (
        {"all": [A, {"any": [B, {"all": [C, A]}]}, {"none": [A, B]}]},
        "When Text is “a” and (Ready is yes or (Place is “Here” or “There” and Text is “a”))"
        " and not (Text is “a” or Ready is yes)",
        "当Text为“a”，且（Ready为“是”，或（Place为“Here”或“There”，且Text为“a”）），且并非（Text为“a”，或Ready为“是”）时",
    ),
    ({"any": [{"all": [A, B]}]}, "When Text is “a” and Ready is yes", "当Text为“a”，且Ready为“是”时"),
    ({"none": [{"any": [A, B]}]}, "When not (Text is “a” or Ready is yes)", "当并非（Text为“a”，或Ready为“是”）时"),
    ({"all": [test("place", "none_of", [1, 5])]}, "When Place is not “Here” or “5”", "当Place不是“Here”或“5”时"),
    ({"all": [test("time", "in_last", {"days": 3})]}, "When Time is within the last 3 days", "当Time在最近 3 天内时"),
    (
        {"all": [test("time", "longer_ago", {"minutes": 60})]},
        "When Time is more than 1 hour ago",
        "当Time在 1 小时以前时",
    ),
    (
        {"all": [test("time", "before", "2026-11-25T01:05:00Z")]},
        "When Time is before Wednesday 25 November 2026, 01:05",
        "当Time早于 2026年11月25日 星期三 01:05时",
    ),
    ({"all": [test("number", "at_least", 1200)]}, "When Number is at least 1,200", "当Number不少于 1,200时"),
    ({"all": [test("set", "has_all", ["a", "b"])]}, "When Tags include all of “a” and “b”", "当Tags同时包含“a”和“b”时"),
    ({"all": [test("person", "is_not", 4)]}, "When Person is not “P4”", "当Person不是“P4”时"),
    ({"all": [test("text", "is_not_empty")]}, "When Text is not empty", "当Text不为空时"),
    (
        {"all": [test("words", "finds_not", "vpn 打印")]},
        "When Words do not contain the words “vpn 打印”",
        "当Words不含“vpn 打印”中的词时",
    ),
]


@pytest.mark.parametrize(("stored", "english", "chinese"), SAID)
def test_a_condition_is_said_in_both_languages(stored: dict[str, Any], english: str, chinese: str) -> None:
    condition = parse({"version": 1, **stored}, FIELDS)
    with timezone.override("UTC"):
        with override("en"):
            assert sentence(condition) == english
        with override("zh-hans"):
            assert sentence(condition) == chinese
