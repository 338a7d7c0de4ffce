"""Tables beside a ticket whose rows belong to it, told, rebuilt and verified as its own columns are.

A model says so itself (`told_as`); a verb that saves or deletes such rows gives them to `record`, which tells them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model

from firstline.tickets.tracked import Tracked

M = TypeVar("M", bound=type[Model])
Rows = dict[str, dict[str, Any]]
"""By the table's name and the row's id: what it holds, by names; None when it is gone."""


@dataclass(frozen=True)
class SideTable:
    """How a model is told. Its rows have a `ticket`; what the names are is said by the same rows as of a ticket's."""

    name: str
    model: Any
    since: int
    columns: Mapping[str, Tracked]

    def told(self, row: Model) -> dict[str, Any]:
        return {name: getattr(row, each.attribute) for name, each in self.columns.items() if each.attribute}

    def whole(self, row: dict[str, Any], version: int) -> dict[str, Any]:
        """A row as an event of this version told it, with what was not told then."""
        return {**{name: each.before for name, each in self.columns.items() if each.since > version}, **row}

    def values(self, row: dict[str, Any]) -> dict[str, Any]:
        """What was told of a row, by attribute, as a model holds it."""
        there = {each.attribute: row.get(name) for name, each in self.columns.items() if each.attribute}
        return {name: self.model._meta.get_field(name).to_python(value) for name, value in there.items()}

    def blanks(self) -> dict[str, Any]:
        """The attributes that hold words, each with what is there when they are taken away."""
        return {each.attribute: each.blank for each in self.columns.values() if each.is_words and each.attribute}


SIDE_TABLES: dict[str, SideTable] = {}


def told_as(name: str, *, since: int, columns: Mapping[str, Tracked]) -> Callable[[M], M]:
    """Have events tell the rows of a model, by this name for ever; from events of version `since` on."""

    def declare(model: M) -> M:
        SIDE_TABLES[name] = SideTable(name, model, since, columns)
        return model

    return declare


def rows_told(rows: Iterable[Model], gone: Iterable[Model]) -> Rows:
    """What an event says of rows that were saved, and of those that were deleted; by a queryset, so that they still
    know which they were."""
    found: Rows = {}
    for row in rows:
        table = _table_of(row)
        found.setdefault(table.name, {})[str(row.pk)] = table.told(row)
    for row in gone:
        if row.pk is None:
            raise ValueError(f"{row!r} does not know any more which one it was; delete it by a queryset.")
        found.setdefault(_table_of(row).name, {})[str(row.pk)] = None
    return found


def _table_of(row: Model) -> SideTable:
    return next(table for table in SIDE_TABLES.values() if table.model is type(row))
