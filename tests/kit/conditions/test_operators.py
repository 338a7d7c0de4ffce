"""Every operator of every type, on what is known and on what is missing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from firstline.kit.conditions import parse
from firstline.kit.conditions.operators import NEGATIVE, OF_TYPE, OPERATORS
from tests.kit.conditions.things import FIELDS, NEVER, NOW

HOUR = timedelta(hours=1)
MISSING: dict[str, list[Any]] = {
    "text": [""],
    "choice": [""],
    "due": [NEVER],
    "set": [[], ()],
    "number": [True, "3"],
    "yes_no": [0, ""],
}
"""What counts as missing beside None."""


def found(words: str) -> bool:
    return words == "vpn"


# field, operator: a value, what meets it, what is known and does not meet it
MET: dict[tuple[str, str], tuple[Any, list[Any], list[Any]]] = {
    ("text", "is"): ("VPN", ["VPN"], ["vpn", "VPN "]),
    ("text", "one_of"): (["a", "b"], ["a", "b"], ["A", "ab"]),
    ("text", "contains"): ("vP", ["my VPN", "vp"], ["v p", "v"]),
    ("text", "starts_with"): ("打印", ["打印机"], ["我的打印机"]),
    ("text", "ends_with"): ("Off%", ["50% off%"], ["off% 50", "offx"]),
    ("text", "matches"): ("v*n?", ["VPN1", "v\nn\n"], ["vpn", "my vpn1"]),
    ("choice", "is"): ("tea", ["tea"], ["milk", "gone"]),
    ("choice", "one_of"): (["tea", "gone"], ["tea", "gone"], ["milk"]),
    ("place", "is"): (1, [1], [2]),
    ("place", "one_of"): ([1, 3], [1, 3], [2]),
    ("person", "is"): (4, [4], [5]),
    ("person", "one_of"): ([4], [4], [5]),
    ("number", "is"): (0.1, [0.1], [0, 0.11]),
    ("number", "less"): (2, [1, -3, 1.99], [2, 3]),
    ("number", "at_most"): (2, [2, 1.5], [2.01]),
    ("number", "greater"): (2, [2.5, 10**30], [2, 0]),
    ("number", "at_least"): (2, [2, 3], [1]),
    ("time", "before"): (NOW.isoformat(), [NOW - HOUR, (NOW - HOUR).isoformat()], [NOW, NOW + HOUR]),
    ("time", "since"): (NOW.isoformat(), [NOW, NOW + HOUR], [NOW - HOUR]),
    ("time", "in_last"): ({"hours": 2}, [NOW, NOW - 2 * HOUR], [NOW + HOUR, NOW - 3 * HOUR]),
    ("time", "in_next"): ({"hours": 2}, [NOW, NOW + 2 * HOUR], [NOW - HOUR, NOW + 3 * HOUR]),
    ("time", "longer_ago"): ({"days": 1}, [NOW - 25 * HOUR], [NOW - 24 * HOUR, NOW]),
    ("time", "further_ahead"): ({"days": 1}, [NOW + 25 * HOUR], [NOW + 24 * HOUR, NOW]),
    ("due", "since"): (NOW.isoformat(), [NOW], [NOW - HOUR]),
    ("date", "is"): ("2026-11-25", ["2026-11-25"], ["2026-11-26"]),
    ("date", "before"): ("2026-11-25", ["2026-11-24"], ["2026-11-25"]),
    ("date", "since"): ("2026-11-25", ["2026-11-25"], ["2026-11-24"]),
    ("date", "in_last"): ({"days": 1}, ["2026-11-25", "2026-11-24"], ["2026-11-23", "2026-11-26"]),
    ("date", "in_next"): ({"weeks": 1}, ["2026-11-25", "2026-12-02"], ["2026-11-24", "2026-12-03"]),
    ("date", "longer_ago"): ({"days": 1}, ["2026-11-23"], ["2026-11-24"]),
    ("date", "further_ahead"): ({"days": 1}, ["2026-11-27"], ["2026-11-26"]),
    ("yes_no", "is"): (True, [True], [False]),
    ("set", "has"): ("a", [["a", "b"], {"a"}], [["A"], ["ab"]]),
    ("set", "has_any"): (["a", "b"], [["b", "c"]], [["c"]]),
    ("set", "has_all"): (["a", "b"], [["c", "b", "a"]], [["a"]]),
    ("words", "finds"): ("vpn", [found], [lambda words: False]),
}


def holds(field: str, operator: str, value: Any, fact: Any, *, group: str = "all") -> bool:
    test = {"field": field, "operator": operator} | ({} if value is None else {"value": value})
    column = "place_id" if field == "place" else field
    return parse({"version": 1, group: [test]}, FIELDS).holds({column: fact}, NOW)


@pytest.mark.parametrize(("field", "operator"), MET)
def test_an_operator_is_met_by_what_it_says_and_never_by_what_is_missing(field: str, operator: str) -> None:
    value, met, unmet = MET[field, operator]
    missing = [None, *MISSING.get(field, [])]
    assert [holds(field, operator, value, fact) for fact in met] == [True] * len(met)
    assert [holds(field, operator, value, fact) for fact in [*unmet, *missing]] == [False] * len(unmet + missing)
    assert [holds(field, operator, value, fact, group="none") for fact in missing] == [True] * len(missing)


@pytest.mark.parametrize(("field", "known"), [(field, met[0]) for (field, _key), (_value, met, _unmet) in MET.items()])
def test_what_is_missing_is_empty_and_what_is_known_is_not(field: str, known: Any) -> None:
    if field != "words":
        for fact in (None, *MISSING.get(field, [])):
            assert (holds(field, "is_empty", None, fact), holds(field, "is_not_empty", None, fact)) == (True, False)
        assert (holds(field, "is_empty", None, known), holds(field, "is_not_empty", None, known)) == (False, True)


@pytest.mark.parametrize(("negative", "positive"), [row[:2] for row in NEGATIVE])
def test_a_negation_is_met_exactly_where_its_positive_is_not(negative: str, positive: str) -> None:
    for (field, operator), (value, met, unmet) in MET.items():
        if operator == positive:
            facts = [*met, *unmet, None, *MISSING.get(field, [])]
            assert [holds(field, negative, value, fact) for fact in facts] == [fact not in met for fact in facts]


def test_the_table_above_knows_every_operator_of_every_type() -> None:
    negatives = {row[0] for row in NEGATIVE} | {"is_empty", "is_not_empty"}
    known = {(FIELDS.find(field).type, operator) for field, operator in MET}  # type: ignore[union-attr]
    assert known == {(type, key) for type, keys in OF_TYPE.items() for key in keys if key not in negatives}
    assert OPERATORS.keys() == {key for keys in OF_TYPE.values() for key in keys}


def test_a_fact_of_another_kind_than_was_expected_counts_as_missing() -> None:
    assert [holds("text", "is_empty", None, fact) for fact in (3, True, ["a"])] == [True] * 3
    assert [holds("place", "is_empty", None, fact) for fact in ("1", True, 1.0)] == [True] * 3
    assert [holds("date", "is_empty", None, fact) for fact in ("soon", "2026-11-2", "２０２６-11-25", NOW)] == [
        True
    ] * 4


def test_a_field_is_read_as_it_says() -> None:
    condition = parse({"version": 1, "all": [{"field": "double", "operator": "is", "value": 4}]}, FIELDS)
    assert [condition.holds({"number": number}, NOW) for number in (2, 4)] == [True, False]


def test_today_is_that_of_the_desk_and_not_of_greenwich(settings: Any) -> None:
    condition = parse({"version": 1, "all": [{"field": "date", "operator": "in_last", "value": {"days": 1}}]}, FIELDS)
    evening = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
    met: Callable[[str], bool] = lambda day: condition.holds({"date": day}, evening)  # noqa: E731
    settings.TIME_ZONE = "UTC"
    assert [met("2026-11-24"), met("2026-11-26")] == [True, False]
    settings.TIME_ZONE = "Asia/Shanghai"
    assert [met("2026-11-24"), met("2026-11-26")] == [False, True]


def test_the_case_of_other_letters_matters_as_in_every_database() -> None:
    assert holds("text", "contains", "büro", "BüRO")
    assert not holds("text", "contains", "büro", "BÜRO")
    assert not holds("text", "contains", "i", "İ")


@pytest.mark.parametrize("pattern", ["*a" * 60 + "b", "*?" * 60 + "b", "*" * 400, "*a*" * 80 + "!"])
def test_a_pattern_is_read_through_once_however_many_stars_it_has(pattern: str) -> None:
    # With a regular expression that goes back, the first of these would not end in this universe.
    assert holds("text", "matches", pattern[:400], "a" * 10_000) is (set(pattern) == {"*"})
