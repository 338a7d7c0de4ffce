"""Many numbers, one statement."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.kit.prepared_statements import prepared

K = TypeVar("K", bound=Hashable)

MOST = limit(1000, "requests", of="what is counted of a queue", per="queue", said="It says that there are more.")
"""Where the counting of a queue stops: pages say 999+."""
KEPT = 1000


class Count(NamedTuple):
    """The part of a statement that counts one collection. `ready`: it is sent again and again with other values."""

    sql: str
    values: tuple[Any, ...]
    ready: bool = False


def counted(
    collections: Mapping[K, QuerySet[Any]], *, most: int | None = None, beside: Mapping[K, Count] | None = None
) -> dict[K, int]:
    """How many rows each collection has; with `most`, none is counted further than that.

    `beside`: further counts for the same statement, as `ready` gives them.
    """
    numbers = dict.fromkeys([*collections, *(beside or {})], 0)
    wanted = counts(collections, most=most) | dict(beside or {})
    if wanted:
        sql = f"SELECT {', '.join(count.sql for count in wanted.values())}"
        again = all(count.ready for count in wanted.values())
        with prepared(connection) if again else nullcontext(), connection.cursor() as cursor:
            cursor.execute(sql, [value for count in wanted.values() for value in count.values])
            numbers.update(zip(wanted, cursor.fetchone(), strict=True))
    return numbers


def counts(collections: Mapping[K, QuerySet[Any]], *, most: int | None = None) -> dict[K, Count]:
    """The counts of these collections, without those that cannot hold anything."""
    return {key: count for key, rows in collections.items() if (count := _count(rows, most))}


def ready(shape: Hashable, collections: Callable[[], Mapping[K, QuerySet[Any]]], *, most: int) -> dict[K, Count]:
    """The counts of these collections, composed once for each `shape` of them, which must tell apart all that differ.

    Composing the sentences costs more than the database takes to answer them. What depends on the present moment may
    only do so by a fixed span ("within 30 minutes").
    """
    if shape not in _ready:
        with clock.moved(_MARK):
            _ready[shape] = {key: _count(rows, most) for key, rows in collections().items()}
        while len(_ready) > KEPT:
            _ready.popitem(last=False)
    now = clock.now()
    kept: dict[K, Count | None] = _ready[shape]
    return {key: _at(count, now) for key, count in kept.items() if count}


_MARK = datetime(1900, 1, 1, tzinfo=UTC)
_NEAR = timedelta(days=366)
_ready: OrderedDict[Hashable, dict[Any, Count | None]] = OrderedDict()


def _count(rows: QuerySet[Any], most: int | None) -> Count | None:
    """None for a collection that cannot hold anything."""
    keys = rows.order_by().values("pk")
    try:
        sql, values = (keys[:most] if most else keys).query.sql_with_params()
    except EmptyResultSet:
        return None
    return Count(f"(SELECT count(*) FROM ({sql}) AS counted)", values)  # noqa: S608  compiled by Django


def _at(count: Count, now: datetime) -> Count:
    return Count(count.sql, tuple(_moment(value, now) for value in count.values), ready=True)


def _moment(value: Any, now: datetime) -> Any:
    return now + (value - _MARK) if isinstance(value, datetime) and value - _MARK < _NEAR else value
