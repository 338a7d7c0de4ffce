"""The rows of a side table as a ticket's events tell them, and whether those that are stored are the same."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from firstline.tickets.models import Event
from firstline.tickets.side_tables import SideTable

Rows = dict[int, dict[str, Any]]
"""By id: what a row holds, by attribute."""


@dataclass(frozen=True)
class Replayed:
    """`is_all`: every event of the ticket is of a version that tells of this table, so there can be no other rows."""

    rows: Rows
    gone: frozenset[int]
    is_all: bool


def replay(table: SideTable, events: Sequence[Event]) -> Replayed:
    """What an event did that does not tell of the table nobody knows; from then on only what is told anew is known."""
    told: dict[int, dict[str, Any] | None] = {}
    is_all = True
    for event in events:
        if event.version < table.since:
            told, is_all = {}, False
        for key, row in event.told.get("rows", {}).get(table.name, {}).items():
            told[table.model._meta.pk.to_python(key)] = (
                None if row is None else table.values(table.whole(row, event.version))
            )
    there = {pk: row for pk, row in told.items() if row is not None}
    return Replayed(there, frozenset(told.keys() - there.keys()), is_all)


def stored(table: SideTable, tickets: Sequence[int]) -> dict[int, Rows]:
    """By ticket, the rows that are there. One query."""
    found: dict[int, Rows] = defaultdict(dict)
    for row in table.model.objects.filter(ticket__in=tickets):
        found[row.ticket_id][row.pk] = table.values(table.told(row))
    return found


def wrong(table: SideTable, events: Sequence[Event], rows: Rows) -> Iterator[str]:
    """Where the stored rows say something else than the events."""
    replayed = replay(table, events)
    for pk, told in replayed.rows.items():
        if pk not in rows:
            yield f"{pk} is told, and not there"
        elif differing := {name: (rows[pk][name], value) for name, value in told.items() if rows[pk][name] != value}:
            yield f"{pk}: (stored, told) {differing}"
    for pk in rows.keys() - replayed.rows.keys():
        if replayed.is_all or pk in replayed.gone:
            yield f"{pk} is there, and not told"
