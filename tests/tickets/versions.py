"""The code of other times: what the first version of events wrote, and a Ticket with other columns."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection, models

from firstline.kit import compiled_writes
from firstline.tickets import event_versions, record
from firstline.tickets.models import Ticket
from firstline.tickets.tracked import TRACKED, Tracked


@contextmanager
def first_version() -> Iterator[None]:
    """Verbs write events as the code did that knew no versions: words among the rest, and no column told of them."""
    with (
        patch.object(event_versions, "VERSION", 1),
        patch.object(event_versions, "parted", lambda said, words: ({**said, **words}, {})),
    ):
        yield


@contextmanager
def next_version(
    *,
    tracked: dict[str, Tracked] | None = None,
    add: dict[str, models.Field] | None = None,
    rename: dict[str, str] | None = None,
    drop: tuple[str, ...] = (),
) -> Iterator[None]:
    """The code after a migration of the ticket's table, on the table that it leaves: within a test's transaction."""
    meta: Any = Ticket._meta
    before = list(meta.local_fields)
    with connection.cursor() as cursor, ExitStack() as stack:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name, field in (add or {}).items():
            field.contribute_to_class(Ticket, name)
            with connection.schema_editor() as editor:
                editor.add_field(Ticket, field)
        for name, other in (rename or {}).items():
            cursor.execute(f"ALTER TABLE tickets_ticket RENAME COLUMN {name} TO {other}")
            field = meta.get_field(name)
            meta.local_fields.remove(field)
            type(field)(verbose_name=field.verbose_name, blank=True).contribute_to_class(Ticket, other)
        for name in drop:
            cursor.execute(f"ALTER TABLE tickets_ticket DROP COLUMN {name}")
            meta.local_fields.remove(meta.get_field(name))
        meta._expire_cache()
        stack.callback(_as_before, before)
        stack.enter_context(patch.object(event_versions, "VERSION", event_versions.VERSION + 1))
        stack.enter_context(patch.dict(TRACKED, tracked or {}))
        fields = [field for field in meta.concrete_fields if field.name != "search"]
        names = {row.attribute: name for name, row in TRACKED.items()}
        by_name = {names[field.attname]: field.name for field in fields if field.attname in names}
        lock = f"SELECT {', '.join(field.column for field in fields)} FROM tickets_ticket WHERE id = %s FOR UPDATE"
        for name, value in {"_FIELDS": fields, "_BY_NAME": by_name, "_LOCK": lock}.items():
            stack.enter_context(patch.object(record, name, value))
        _forget_statements()
        yield


def _as_before(fields: list[Any]) -> None:
    meta: Any = Ticket._meta
    for field in meta.local_fields:
        if field not in fields:
            delattr(Ticket, field.attname)
    meta.local_fields[:] = fields
    meta._expire_cache()
    _forget_statements()


def _forget_statements() -> None:
    compiled_writes._insertion.cache_clear()
    compiled_writes._change.cache_clear()
