"""Many numbers, one statement."""

from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

K = TypeVar("K", bound=Hashable)

MOST = 1000
"""Where the counting of a queue stops: pages say 999+."""


def counted(collections: Mapping[K, QuerySet[Any]], *, most: int | None = None) -> dict[K, int]:
    """How many rows each collection has; with `most`, none is counted further than that."""
    numbers = dict.fromkeys(collections, 0)
    keys: list[K] = []
    parts: list[str] = []
    values: list[Any] = []
    for key, collection in collections.items():
        rows = collection.order_by().values("pk")
        try:
            sql, given = (rows[:most] if most else rows).query.sql_with_params()
        except EmptyResultSet:
            continue
        keys.append(key)
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608  compiled by Django
        values += given
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", values)
            numbers.update(zip(keys, cursor.fetchone(), strict=True))
    return numbers
