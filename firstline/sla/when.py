"""A goal's condition in the form that it had before, {fact: [allowed values]}: all of them must be met.

The release before knows no other. It goes on reading and writing `SlaTarget.when` while a new version is brought in, so
both are kept until the release after this one; then this file goes, with the column.
"""

from typing import Any

from firstline.kit.conditions.condition import VERSION

# What a goal could ask about: the field that asks it now.
FIELDS = {
    "desk": "desk_key",
    "service": "service_key",
    "kind": "kind",
    "priority": "priority",
    "line": "line_key",
    "team": "team_key",
    "department": "department",
    "vip": "vip",
}
_FACTS = {field: fact for fact, field in FIELDS.items()}

When = dict[str, list[Any]]


def condition_of(when: When) -> dict[str, Any]:
    """The same as a condition. A fact that allows nothing may be anything, and so may one that is either yes or no."""
    tests = [_test(FIELDS.get(fact, fact), allowed) for fact, allowed in when.items() if allowed]
    return {"version": VERSION, "all": [test for test in tests if test]}


def when_of(condition: dict[str, Any]) -> When:
    """The same as the release before knows it; where it cannot be said so, what fits nothing there."""
    when: When = {}
    for test in condition.get("all", [{}]):
        fact, allowed = _FACTS.get(test.get("field")), _allowed(test)
        if fact is None or allowed is None or fact in when:
            return {"condition": [True]}
        when[fact] = allowed
    return when


def _test(field: str, allowed: list[Any]) -> dict[str, Any] | None:
    if field != "vip":
        return {"field": field, "operator": "one_of", "value": allowed}
    return None if len(set(allowed)) > 1 else {"field": field, "operator": "is", "value": allowed[0]}


def _allowed(test: dict[str, Any]) -> list[Any] | None:
    match test.get("operator"):
        case "one_of":
            return list(test["value"])
        case "is":
            return [test["value"]]
        case _:
            return None
