"""Sealing the logs: every minute one digest over all that is new, built on the digest before it.

A seal that is kept elsewhere (it is in the worker's output, and `firstline audit seal --print` prints it) shows that
what it covers is still what it was, even to somebody who does not trust the database's owner.
"""

import logging
import time

from django.db import connection, transaction

from firstline.kit import clock
from firstline.tickets.models import AuditSeal

ONLY_ONE = 5_104_208
"""Advisory lock: of several workers one seals."""
MOST = 500_000
"""Rows of a seal; a long log without seals gets several."""
ROWS = 20_000
PATIENCE_SECONDS = 20

logger = logging.getLogger(__name__)


def seal() -> AuditSeal | None:
    """Seal what is new in both logs; the newest seal made, None when there is nothing new or another process seals."""
    to = _settled()
    if to is None:
        return None
    newest = None
    while (made := _next(*to)) is not None:
        newest = made
        logger.info("Audit log sealed: %s", made)
    return newest


def _settled() -> tuple[int, int] | None:
    """Ids of events and entries below which nothing can appear any more; None while a slow transaction holds them up.

    A row's id is given before it can be seen, so a higher one may be there first. Whoever holds an id that is given
    now had begun to write before; when all those have ended, everything up to the last given id is there, or
    never will be.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            # A sequence that has given no number yet says 1 all the same.
            "SELECT (SELECT last_value - (NOT is_called)::int FROM tickets_event_id_seq),"
            " (SELECT last_value - (NOT is_called)::int FROM tickets_auditentry_id_seq)"
        )
        events, entries = cursor.fetchone()
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        mark = cursor.fetchone()[0]
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS xid WHERE xid < %s::xid8)",
                [mark],
            )
            if not cursor.fetchone()[0]:
                return events, entries
            if time.monotonic() > until:
                logger.warning("The audit log could not be sealed: a transaction is open for long.")
                return None
            time.sleep(0.05)


def _next(events: int, entries: int) -> AuditSeal | None:
    last = AuditSeal.objects.first()
    after = (last.events_to, last.entries_to) if last else (0, 0)
    to = (min(events, after[0] + MOST), min(entries, after[1] + MOST))
    _chain(after[0], to[0])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONLY_ONE])
        if not cursor.fetchone()[0] or AuditSeal.objects.first() != last:
            return None
        at = clock.now()
        cursor.execute(
            "SELECT events, entries, digest FROM audit_sealed(%s, %s, %s, %s, %s, %s)",
            [bytes(last.digest) if last else None, at, after[0], to[0], after[1], to[1]],
        )
        of_events, of_entries, digest = cursor.fetchone()
        if not (of_events or of_entries):
            return None
        return AuditSeal.objects.create(
            at=at,
            events_after=after[0],
            events_to=to[0],
            events=of_events,
            entries_after=after[1],
            entries_to=to[1],
            entries=of_entries,
            digest=bytes(digest),
        )


def _chain(after: int, to: int) -> None:
    """Give a digest to events that came without: those of an earlier version, and those of a bulk load."""
    while after < to:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT max(id), array_agg(DISTINCT ticket_id) FROM (SELECT id, ticket_id FROM tickets_event"
                " WHERE id > %s AND id <= %s AND digest IS NULL ORDER BY id LIMIT %s) AS found",
                [after, to, ROWS],
            )
            reached, tickets = cursor.fetchone()
            if not tickets:
                return
            after, first, last = reached, min(tickets), max(tickets)
            if last - first < 4 * len(tickets):
                cursor.execute("SELECT audit_chain_events(%s, %s)", [first, last])
            else:
                cursor.execute(
                    "SELECT audit_chain_events(ticket, ticket) FROM unnest(%s::bigint[]) AS ticket", [tickets]
                )
