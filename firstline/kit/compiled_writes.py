"""Rows that verbs store, by SQL that is composed once for their model, as `kit/compiled_queries.py` does for queries.

What is stored is what `save` would store. No signals are sent; nobody here listens to any.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import DatabaseError, connection, models, transaction

from firstline.kit.prepared_statements import prepared


def insert(row: models.Model) -> bool:
    """As `save(force_insert=True)`. False, and nothing is done, if one of its values is left to the database."""
    sentence, fields, returned = _insertion(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    if any(hasattr(value, "as_sql") for value in values):
        return False
    with transaction.mark_for_rollback_on_error(), prepared(connection), connection.cursor() as cursor:
        cursor.execute(sentence, values)
        for field, value in zip(returned, cursor.fetchone(), strict=True):
            setattr(row, field.attname, value)
    row._state.adding, row._state.db = False, connection.alias
    return True


def update(row: models.Model, names: Iterable[str]) -> bool:
    """As `save(update_fields=names)`; False as `insert`."""
    sentence, fields = _change(type(row), tuple(names))
    values = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
    if any(hasattr(value, "as_sql") for value in values):
        return False
    with transaction.mark_for_rollback_on_error(), prepared(connection), connection.cursor() as cursor:
        cursor.execute(sentence, [*values, row.pk])
        if cursor.rowcount != 1:
            raise DatabaseError(f"There is no {type(row).__name__} {row.pk} any more.")
    return True


@cache
def _change(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[Any]]:
    meta = model._meta
    fields = [meta.get_field(name) for name in names]
    changes = ", ".join(f'"{field.column}" = {_place(field)}' for field in fields)  # type: ignore[union-attr]
    assert meta.pk is not None
    return f'UPDATE "{meta.db_table}" SET {changes} WHERE "{meta.pk.column}" = %s', fields  # noqa: S608


@cache
def _insertion(model: type[models.Model]) -> tuple[str, list[Any], list[Any]]:
    meta = model._meta
    fields = [field for field in meta.local_concrete_fields if not field.generated and field is not meta.auto_field]
    returned = [field for field in meta.db_returning_fields if field not in fields]
    places = [_place(field) for field in fields]
    columns, back = (", ".join(f'"{field.column}"' for field in some) for some in (fields, returned))
    sentence = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({", ".join(places)}) RETURNING {back}'  # noqa: S608
    return sentence, fields, returned


def _place(field: Any) -> str:
    given = getattr(field, "get_placeholder", None)
    return given(None, None, connection) if given else "%s"
