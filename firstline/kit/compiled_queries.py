"""Queries that are composed once.

Django takes longer to turn a query into SQL than PostgreSQL takes to answer it, and a page asks a dozen. A function
marked `@composed` that gives a queryset gives its rows instead; its SQL is kept, and only the values in it change.
"""

import copy
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from firstline.kit import clock
from firstline.kit.prepared_statements import prepared

P = ParamSpec("P")
Row = TypeVar("Row")
Way = Callable[[Any], AbstractContextManager[None]]

KEPT = 200
"""How many statements of one function are kept, one for each shape. Each takes up to 100 KB, and five functions have
one for every person: some 100 MB in all at most."""


def composed(build: Callable[P, "QuerySet[Any, Row]"]) -> Callable[P, list[Row]]:
    """The rows of the queryset that `build` gives, whose SQL is composed at the first call.

    What is given by place (numbers, words, moments) is put into the kept SQL each time; it must go into the query as it
    is, and not decide how the query is built. What is given by name may decide that: there is one statement for each
    `shape` of it, or for each value if it has no `shape`. Beside them the query may only depend on the present moment,
    by a fixed span ("in the last 30 seconds").
    """
    return _composed(build, prepared)


def composed_list(build: Callable[P, "QuerySet[Any, Row]"]) -> Callable[P, list[Row]]:
    """The same for a list that is found one way for those who have much and another for those who have little: its
    SQL is kept, and PostgreSQL plans it each time."""
    return _composed(build, lambda _connection: nullcontext())


def _composed(build: Callable[P, "QuerySet[Any, Row]"], way: Way) -> Callable[P, list[Row]]:
    statements: OrderedDict[Hashable, _Statement] = OrderedDict()

    @wraps(build)
    def rows(*values: Any, **shapes: Any) -> list[Row]:
        key = tuple((name, getattr(given, "shape", given)) for name, given in shapes.items())
        statement = statements.get(key)
        if statement is None:
            marks = [_mark(value, place) for place, value in enumerate(values)]
            with clock.moved(_NOW):
                statement = _compose(build(*marks, **shapes), marks)
            statements[key] = statement
            while len(statements) > KEPT:
                statements.popitem(last=False)
        with way(connections[statement.queryset.db]):
            return statement.rows(values)

    return rows


_NOW = datetime(1900, 1, 1, tzinfo=UTC)
_NEAR = timedelta(days=366)


@dataclass
class _Statement:
    """`places`: which of the values given stands where in the SQL, by its place there."""

    queryset: QuerySet[Any]
    compiler: Any
    sql: str
    values: Sequence[Any]
    places: dict[int, int]

    def rows(self, given: Sequence[Any]) -> list[Any]:
        now = clock.now()
        values = tuple(
            given[self.places[place]] if place in self.places else _moved(value, now)
            for place, value in enumerate(self.values)
        )
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[self.queryset.db]
        compiler.as_sql = lambda *_given, **_named: (self.sql, values)
        read: Any = self.queryset._iterable_class
        return list(read(_Asked(self.queryset, compiler)))


class _Asked:
    """As much of a queryset as the reading of its rows asks for."""

    def __init__(self, queryset: Any, compiler: Any) -> None:
        self.compiler = compiler
        self.query = self
        self.db, self.model, self._fields = queryset.db, queryset.model, queryset._fields
        self._known_related_objects = queryset._known_related_objects

    def get_compiler(self, using: str) -> Any:
        return self.compiler


def _compose(queryset: QuerySet[Any], marks: Sequence[Any]) -> _Statement:
    assert not queryset._prefetch_related_lookups, "what is fetched afterwards would be forgotten"  # type: ignore[attr-defined]
    compiler: Any = queryset.query.get_compiler(using=queryset.db)
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return _Nothing(queryset, compiler, "", (), {})
    places = {
        place: marks.index(value)
        for place, value in enumerate(values)
        if type(value) in (int, str, datetime) and value in marks
    }
    lost = set(range(len(marks))) - set(places.values())
    assert not lost, f"given values {lost} do not stand in the query as they are"
    converters = compiler.get_converters([each[0] for each in compiler.select[: compiler.col_count]])
    compiler.get_converters = lambda _fields: converters
    return _Statement(queryset, compiler, sql, values, places)


class _Nothing(_Statement):
    """A query that cannot have rows, whatever is asked for."""

    def rows(self, given: Sequence[Any]) -> list[Any]:
        return []


def _mark(value: Any, place: int) -> Any:
    """A value of the same kind that nobody else would put into a query."""
    marks = {int: -1_900_000_007 - place, str: f"\ue000{place}", datetime: _NOW - 2 * _NEAR - timedelta(days=place)}
    return next(mark for kind, mark in marks.items() if isinstance(value, kind))


def _moved(value: Any, now: datetime) -> Any:
    return now + (value - _NOW) if type(value) is datetime and abs(value - _NOW) < _NEAR else value
