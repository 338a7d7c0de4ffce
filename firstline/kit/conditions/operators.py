"""What a test can ask: one row an operator, with its meaning in memory and in SQL beside each other.

A row is only about what is known; `condition.Test` gives what is missing its one meaning. `moment(length)` is now and
so much, in the terms of the field's type. Sentences put the field's name, and what was given, into `said`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from operator import eq, ge, gt, le, lt
from typing import Any

from django.contrib.postgres.fields.array import ArrayContains, ArrayOverlap  # type: ignore[attr-defined]
from django.contrib.postgres.search import SearchQuery, SearchVectorExact
from django.db.models import Q
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, In, LessThan, LessThanOrEqual, Lookup
from django.utils.translation import gettext_lazy as _

from firstline.kit.conditions import patterns
from firstline.kit.conditions.expressions import where
from firstline.kit.conditions.types import CHOICE, DATE, NUMBER, PERSON, REFERENCE, SET, TEXT, TIME, WORDS, YES_NO, Type
from firstline.kit.tokenizer import query_words

Moment = Callable[[timedelta], Any]
Test = Callable[[Any, Any, Moment], bool]
Sql = Callable[[Any, Any, Moment], Q]

NOW = timedelta(0)


class Takes(Enum):
    """What a test gives beside its operator."""

    NOTHING = "nothing"
    ONE = "one"
    MANY = "many"
    LENGTH = "length"
    WORDS = "words"


@dataclass(frozen=True)
class Operator:
    key: str
    takes: Takes
    said: Any
    test: Test
    sql: Sql
    negative: bool = False
    """Whether it is the opposite of `test` and `sql`."""


def _memory(compare: Callable[[Any, Any], Any]) -> Test:
    return lambda fact, value, _moment: bool(compare(fact, value))


def _sql(lookup: type[Lookup]) -> Sql:
    return lambda field, value, _moment: where(lookup, field, value)


# key: what it takes, how it is said, in memory, in SQL
POSITIVE: tuple[tuple[str, Takes, Any, Test, Sql], ...] = (
    ("is", Takes.ONE, _("%(field)s is %(value)s"), _memory(eq), _sql(Exact)),
    ("one_of", Takes.MANY, _("%(field)s is %(value)s"), lambda a, b, _m: a in b, _sql(In)),
    (
        "contains",
        Takes.ONE,
        _("%(field)s contains %(value)s"),
        lambda a, b, _m: patterns.folded(b) in patterns.folded(a),
        lambda a, b, _m: patterns.like_literally(a, b, before="%", after="%"),
    ),
    (
        "starts_with",
        Takes.ONE,
        _("%(field)s starts with %(value)s"),
        lambda a, b, _m: patterns.folded(a).startswith(patterns.folded(b)),
        lambda a, b, _m: patterns.like_literally(a, b, after="%"),
    ),
    (
        "ends_with",
        Takes.ONE,
        _("%(field)s ends with %(value)s"),
        lambda a, b, _m: patterns.folded(a).endswith(patterns.folded(b)),
        lambda a, b, _m: patterns.like_literally(a, b, before="%"),
    ),
    (
        "matches",
        Takes.ONE,
        _("%(field)s is like %(value)s"),
        _memory(patterns.matches),
        lambda a, b, _m: patterns.like(a, b),
    ),
    ("less", Takes.ONE, _("%(field)s is less than %(value)s"), _memory(lt), _sql(LessThan)),
    ("at_most", Takes.ONE, _("%(field)s is at most %(value)s"), _memory(le), _sql(LessThanOrEqual)),
    ("greater", Takes.ONE, _("%(field)s is greater than %(value)s"), _memory(gt), _sql(GreaterThan)),
    ("at_least", Takes.ONE, _("%(field)s is at least %(value)s"), _memory(ge), _sql(GreaterThanOrEqual)),
    ("before", Takes.ONE, _("%(field)s is before %(value)s"), _memory(lt), _sql(LessThan)),
    ("since", Takes.ONE, _("%(field)s is on or after %(value)s"), _memory(ge), _sql(GreaterThanOrEqual)),
    (
        "in_last",
        Takes.LENGTH,
        _("%(field)s is within the last %(value)s"),
        lambda a, b, m: m(-b) <= a <= m(NOW),
        lambda a, b, m: where(GreaterThanOrEqual, a, m(-b)) & where(LessThanOrEqual, a, m(NOW)),
    ),
    (
        "in_next",
        Takes.LENGTH,
        _("%(field)s is within the next %(value)s"),
        lambda a, b, m: m(NOW) <= a <= m(b),
        lambda a, b, m: where(GreaterThanOrEqual, a, m(NOW)) & where(LessThanOrEqual, a, m(b)),
    ),
    (
        "longer_ago",
        Takes.LENGTH,
        _("%(field)s is more than %(value)s ago"),
        lambda a, b, m: a < m(-b),
        lambda a, b, m: where(LessThan, a, m(-b)),
    ),
    (
        "further_ahead",
        Takes.LENGTH,
        _("%(field)s is more than %(value)s ahead"),
        lambda a, b, m: a > m(b),
        lambda a, b, m: where(GreaterThan, a, m(b)),
    ),
    (
        "has",
        Takes.ONE,
        _("%(field)s include %(value)s"),
        lambda a, b, _m: b in a,
        lambda a, b, _m: where(ArrayContains, a, [b]),
    ),
    (
        "has_any",
        Takes.MANY,
        _("%(field)s include %(value)s"),
        lambda a, b, _m: not a.isdisjoint(b),
        lambda a, b, _m: where(ArrayOverlap, a, list(b)),
    ),
    (
        "has_all",
        Takes.MANY,
        _("%(field)s include all of %(value)s"),
        lambda a, b, _m: a.issuperset(b),
        lambda a, b, _m: where(ArrayContains, a, list(b)),
    ),
    (
        "finds",
        Takes.WORDS,
        _("%(field)s contain the words %(value)s"),
        lambda a, b, _m: a(b),
        lambda a, b, _m: where(SearchVectorExact, a, SearchQuery(query_words(b), config="simple", search_type="raw")),
    ),
)
# key: of which it is the exact opposite
NEGATIVE: tuple[tuple[str, str, Any], ...] = (
    ("is_not", "is", _("%(field)s is not %(value)s")),
    ("none_of", "one_of", _("%(field)s is not %(value)s")),
    ("contains_not", "contains", _("%(field)s does not contain %(value)s")),
    ("starts_not_with", "starts_with", _("%(field)s does not start with %(value)s")),
    ("ends_not_with", "ends_with", _("%(field)s does not end with %(value)s")),
    ("matches_not", "matches", _("%(field)s is not like %(value)s")),
    ("has_not", "has", _("%(field)s do not include %(value)s")),
    ("has_none", "has_any", _("%(field)s do not include %(value)s")),
    ("finds_not", "finds", _("%(field)s do not contain the words %(value)s")),
)
EMPTY = Operator("is_empty", Takes.NOTHING, _("%(field)s is empty"), lambda *_a: True, lambda *_a: Q(), negative=True)
NOT_EMPTY = Operator("is_not_empty", Takes.NOTHING, _("%(field)s is not empty"), lambda *_a: True, lambda *_a: Q())

OPERATORS: dict[str, Operator] = {row[0]: Operator(*row) for row in POSITIVE}
OPERATORS |= {
    key: Operator(key, OPERATORS[of].takes, said, OPERATORS[of].test, OPERATORS[of].sql, negative=True)
    for key, of, said in NEGATIVE
}
OPERATORS |= {each.key: each for each in (EMPTY, NOT_EMPTY)}

_OF_ONE = "is is_not one_of none_of is_empty is_not_empty"
_OF_TIME = "before since in_last in_next longer_ago further_ahead is_empty is_not_empty"
_OF_TEXT = "contains contains_not starts_with starts_not_with ends_with ends_not_with matches matches_not"
OF_TYPE: dict[Type, tuple[str, ...]] = {
    kind: tuple(keys.split())
    for kind, keys in (
        (TEXT, f"{_OF_ONE} {_OF_TEXT}"),
        (CHOICE, _OF_ONE),
        (REFERENCE, _OF_ONE),
        (PERSON, _OF_ONE),
        (NUMBER, "is is_not less at_most greater at_least is_empty is_not_empty"),
        (TIME, _OF_TIME),
        (DATE, f"is is_not {_OF_TIME}"),
        (YES_NO, "is is_not is_empty is_not_empty"),
        (SET, "has has_not has_any has_all has_none is_empty is_not_empty"),
        (WORDS, "finds finds_not"),
    )
}
"""In the order in which they are offered."""
