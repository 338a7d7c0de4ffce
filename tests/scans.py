"""Whether pages look through all tickets: what they ask is carried out on a table that is not small, and counted."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

COPIES, FEW = 1500, 20
"""Of each cancelled ticket, and of each other: in a desk of some years nearly all have ended."""
MOST = 1100
"""A page shows fifty, and a count stops at a thousand. What looks at more grows with the desk."""


def multiply() -> None:
    """Make many tickets of the few that there are, and let PostgreSQL know. What hangs on a ticket is not copied."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(attname, ', ') FROM pg_attribute WHERE attrelid = 'tickets_ticket'::regclass"
            " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'id'"
        )
        columns = cursor.fetchone()[0]
        # Not all of them today: that would be another desk.
        values = columns.replace("created_at", "created_at - n * interval '1 hour'")
        cursor.execute(
            f"INSERT INTO tickets_ticket ({columns}) SELECT {values} FROM tickets_ticket,"
            f" generate_series(1, CASE WHEN phase = 'cancelled' THEN {COPIES} ELSE {FEW} END) n"
        )
        cursor.execute("ANALYZE tickets_ticket")


@contextmanager
def scans() -> Iterator[list[str]]:
    """The statements within the block that look at too many tickets; the list is filled at the block's end."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as asked:
        yield found
    for statement in {query["sql"] for query in asked.captured_queries if _reads_tickets(query["sql"])}:
        if (looked_at := max(map(_looked_at, _steps(_plan(statement))))) > MOST:
            found.append(f"{looked_at} looked at: {statement}")


def _reads_tickets(statement: str) -> bool:
    return statement.lstrip("( ").startswith(("SELECT", "WITH")) and "tickets_ticket" in statement


def _plan(statement: str) -> dict[str, Any]:
    """As it was carried out, where an index may be used at all: a table of thousands is still read whole too gladly."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}")
        said = cursor.fetchone()[0]
        cursor.execute("SET LOCAL enable_seqscan = on")
    return (json.loads(said) if isinstance(said, str) else said)[0]["Plan"]


def _steps(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield step
    for below in step.get("Plans", []):
        yield from _steps(below)


def _looked_at(step: dict[str, Any]) -> int:
    """How many tickets a step took up, those that did not fit too; by which index it came to them does not matter."""
    if step.get("Relation Name") != "tickets_ticket":
        return 0
    each = sum(step.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"))
    return int(each * step["Actual Loops"])
