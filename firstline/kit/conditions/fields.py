"""What a condition can ask about: one declaration a field. A floor that has something to judge makes a registry of its
fields; nothing here knows what they are of."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import F, Q
from django.db.models.lookups import Exact, IsNull

from firstline.kit.conditions.expressions import where
from firstline.kit.conditions.types import Type

Facts = Mapping[str, Any]
"""What is known of one thing at one moment, by name; what is not known is absent or None."""


@dataclass(frozen=True, eq=False, repr=False)
class Field:
    key: str
    type: Type
    label: Any
    """Its name, in the active language."""
    column: str = ""
    """The fact that it is, and the column; the key where nothing else is said."""
    read: Callable[[Facts, datetime], Any] | None = None
    """How it is known of facts at a moment, where it is not one of them."""
    sql: Callable[[datetime], Any] | None = None
    """The expression that says the same in the database, where it is not a column."""
    uses: tuple[str, ...] = ()
    """The facts that `read` looks at."""
    blank: Any = None
    """The value that says "nothing" in the column, beside NULL and what all fields of its type have."""
    choices: Callable[[], Iterable[tuple[Any, Any]]] | None = None
    """What may be chosen, as (value, label); None where anything may be given."""
    names: Callable[[Iterable[Any]], Mapping[Any, Any]] | None = None
    """What values are called that are too many to be listed."""
    table: str = ""
    """The model of what its values are the keys of, as "catalog.team"."""
    hangs_on: tuple[tuple[str, Any], ...] = ()
    """What must stay for the field to be there at all, as (what, which)."""

    def __repr__(self) -> str:
        return f"<Field {self.key}>"

    def fact(self, facts: Facts, at: datetime) -> Any:
        """What is known of it; None if it is missing."""
        known = self.read(facts, at) if self.read else facts.get(self.column or self.key)
        fact = self.type.fact(known)
        return None if fact == self.nothing else fact

    @property
    def nothing(self) -> Any:
        """The value that says "nothing", beside None; None if there is no other."""
        return self.type.blank if self.blank is None else self.blank

    def expression(self, at: datetime) -> Any:
        return self.sql(at) if self.sql else F(self.column or self.key)

    def missing(self, expression: Any) -> Q:
        """That it is missing, in SQL."""
        missing, nothing = where(IsNull, expression, True), self.nothing
        if nothing is None:
            return missing
        return missing | where(Exact, expression, list(nothing) if isinstance(nothing, frozenset) else nothing)

    def facts(self) -> frozenset[str]:
        """The names of the facts by which it is known."""
        return frozenset(self.uses or (self.column or self.key,))

    def called(self, values: Iterable[Any]) -> list[str]:
        """How these values are said; what is not there any more by its key."""
        values = list(values)
        known = dict(self.choices()) if self.choices else self.names(values) if self.names else {}
        return [self.type.spoken(known.get(value, value)) for value in values]


class Family(Protocol):
    """Fields that are not known before somebody sets them up, such as the questions of forms."""

    prefix: str

    def find(self, key: str) -> Field | None: ...

    def all(self) -> Iterable[Field]: ...


class Fields:
    """A registry: the fields by their keys, and those of families."""

    def __init__(self, fields: Iterable[Field], families: Iterable[Family] = ()) -> None:
        self._fields = {field.key: field for field in fields}
        self._families = tuple(families)

    def find(self, key: str) -> Field | None:
        family = next((each for each in self._families if key.startswith(each.prefix)), None)
        return family.find(key) if family else self._fields.get(key)

    def all(self) -> Iterator[Field]:
        """All that may be asked about today."""
        yield from self._fields.values()
        for family in self._families:
            yield from family.all()

    def only(self, keys: Iterable[str]) -> "Fields":
        """A registry of these alone."""
        return Fields(self._fields[key] for key in keys)
