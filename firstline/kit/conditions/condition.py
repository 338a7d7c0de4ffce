"""A condition, read and checked: frozen, and the same whether it is judged in memory or by the database.

A test of what is missing is not met, whatever it compares with; what an operator negates is then met, and so is `none`.
SQL has a third answer there, NULL. It never comes up, because a negation is carried down to the tests, each of which
says what it is of a missing value.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any, Literal

from django.db.models import Q

from firstline.kit.conditions import durations
from firstline.kit.conditions.fields import Facts, Field
from firstline.kit.conditions.operators import EMPTY, NOT_EMPTY, Operator, Takes

VERSION = 1
GroupKind = Literal["all", "any", "none"]


@dataclass(frozen=True)
class Test:
    field: Field
    operator: Operator
    value: Any = None

    def holds(self, facts: Facts, at: datetime) -> bool:
        fact = self.field.fact(facts, at)
        met = fact is not None and self.operator.test(fact, self.value, self._moment(at))
        return met != self.operator.negative

    def q(self, at: datetime, *, negated: bool = False) -> Q:
        field, operator = self.field.expression(at), self.operator
        missing, wants_unmet = self.field.missing(field), operator.negative != negated
        if operator in (EMPTY, NOT_EMPTY):
            return missing if wants_unmet else ~missing
        met = self._met(field, at)
        return missing | ~met if wants_unmet else met

    def tests(self) -> "Iterator[Test]":
        yield self

    def as_json(self) -> dict[str, Any]:
        given = {"field": self.field.key, "operator": self.operator.key}
        return given if self.operator.takes is Takes.NOTHING else given | {"value": self._written()}

    def values(self) -> tuple[Any, ...]:
        """The values that it compares with, if they are values of the field."""
        if self.operator.takes is Takes.ONE:
            return (self.value,)
        return self.value if self.operator.takes is Takes.MANY else ()

    def _met(self, field: Any, at: datetime) -> Q:
        met, blank = self.operator.sql(field, self.value, self._moment(at)), self.field.nothing
        # Asked only where the value that says "nothing" would be taken for one that meets the test.
        if blank is not None and self.operator.test(blank, self.value, self._moment(at)):
            met &= ~self.field.missing(field)
        return met

    def _moment(self, at: datetime) -> Any:
        def moment(length: timedelta) -> Any:
            return self.field.type.moment(at + length)

        return moment

    def _written(self) -> Any:
        match self.operator.takes:
            case Takes.LENGTH:
                return durations.written(self.value)
            case Takes.MANY:
                return [self.field.type.written(value) for value in self.value]
            case _:
                return self.field.type.written(self.value)


@dataclass(frozen=True)
class Group:
    kind: GroupKind
    parts: "tuple[Group | Test, ...]"

    def holds(self, facts: Facts, at: datetime) -> bool:
        met = (part.holds(facts, at) for part in self.parts)
        return all(met) if self.kind == "all" else any(met) != (self.kind == "none")

    def q(self, at: datetime, *, negated: bool = False) -> Q:
        """An `and` where all must be met, also of opposites: the opposite of `any` is that all are not."""
        inside = negated != (self.kind == "none")
        parts = [part.q(at, negated=inside) for part in self.parts]
        if (self.kind == "all") != inside:
            return reduce(and_, parts, Q())
        return reduce(or_, parts) if parts else Q(pk__in=())  # Q() would be met by all

    def tests(self) -> Iterator[Test]:
        for part in self.parts:
            yield from part.tests()

    def as_json(self) -> dict[str, Any]:
        return {self.kind: [part.as_json() for part in self.parts]}


@dataclass(frozen=True)
class Dependencies:
    """What a condition would miss: fields by key, and rows as (model, key); beside them what a field hangs on."""

    fields: frozenset[str]
    rows: frozenset[tuple[str, Any]]


@dataclass(frozen=True)
class Condition:
    root: Group

    def holds(self, facts: Facts, at: datetime) -> bool:
        """Whether it is met by what is known. `at` is now, for "within the last 3 days"."""
        return self.root.holds(facts, at)

    def q(self, at: datetime) -> Q:
        """The same as a filter of the model of which the fields are."""
        return self.root.q(at)

    def tests(self) -> list[Test]:
        return list(self.root.tests())

    def depends_on(self) -> Dependencies:
        tests = self.tests()
        rows = {(test.field.table, value) for test in tests if test.field.table for value in test.values()}
        hanging = {each for test in tests for each in test.field.hangs_on}
        return Dependencies(frozenset(test.field.key for test in tests), frozenset(rows | hanging))

    def as_json(self) -> dict[str, Any]:
        """As it is stored: one form for each condition, which `parse` reads back as the same."""
        return {"version": VERSION, **self.root.as_json()}
