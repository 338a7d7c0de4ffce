"""What must always be true of the database and the files, whatever died when. Not a command; see `firstline verify`."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from firstline.tickets.models import Attachment, Event, Ticket
from firstline.tickets.replay import differences_of
from firstline.tickets.verifying import verify

BATCH = 500
HALF_MADE = {
    "{} was opened without an event": """
        SELECT number FROM tickets_ticket t
        WHERE NOT EXISTS (SELECT FROM tickets_event e WHERE e.ticket_id = t.id AND e.name = 'opened')""",
    "{} has neither words nor files": """
        SELECT number FROM tickets_ticket t
        WHERE NOT EXISTS (SELECT FROM tickets_message m WHERE m.ticket_id = t.id OR m.origin_id = t.id)
          AND NOT EXISTS (SELECT FROM tickets_attachment a WHERE a.ticket_id = t.id)""",
    "{}: a message is there of which the log does not know": """
        SELECT DISTINCT t.number FROM tickets_message m JOIN tickets_ticket t ON t.id = m.ticket_id
        WHERE NOT EXISTS (
            SELECT FROM tickets_event e WHERE e.ticket_id IN (m.ticket_id, m.origin_id)
            AND (e.data ->> 'message')::bigint = m.id)
          AND m.id <> (SELECT min(id) FROM tickets_message o
                       WHERE coalesce(o.origin_id, o.ticket_id) = coalesce(m.origin_id, m.ticket_id))""",
    "{}: the log names a message that is not there": """
        SELECT DISTINCT t.number FROM tickets_event e JOIN tickets_ticket t ON t.id = e.ticket_id
        WHERE e.data ->> 'message' IS NOT NULL
          AND NOT EXISTS (SELECT FROM tickets_message m WHERE m.id = (e.data ->> 'message')::bigint)""",
    "A call with the key {} has no answer": "SELECT key FROM api_answer WHERE status = 0",
}
"""Each query names what is wrong."""


def faults() -> Iterator[str]:
    """A sentence for each thing that does not fit together; nothing if all is well."""
    yield from _half_made()
    yield from _unlike_their_log()
    yield from _bytes_missing()
    yield from map(str, verify().broken)


def unfinished() -> Iterator[str]:
    """What is still to be done, or failed for good: jobs that are due, letters not let in, letters not sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, status::text, count(*) FROM procrastinate_jobs j"
            " WHERE status IN ('doing', 'failed', 'aborted')"
            " OR status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        )
        yield from (f"{count} jobs {task} are {status}" for task, status, count in cursor.fetchall())
        cursor.execute("SELECT state, count(*) FROM channels_received WHERE state IN ('new', 'unreadable') GROUP BY 1")
        yield from (f"{count} letters received are {state}" for state, count in cursor.fetchall())
        cursor.execute("SELECT state, count(*) FROM notices_delivery WHERE state IN ('queued', 'sending') GROUP BY 1")
        yield from (f"{count} letters of ours are {state}" for state, count in cursor.fetchall())


def _half_made() -> Iterator[str]:
    with connection.cursor() as cursor:
        for sentence, query in HALF_MADE.items():
            cursor.execute(query)
            yield from (sentence.format(row[0]) for row in cursor.fetchall())


def _unlike_their_log() -> Iterator[str]:
    """Tickets and clocks that are not what their events make of them."""
    last, told = 0, Ticket.objects.filter(Exists(Event.objects.filter(ticket=OuterRef("pk"))))
    while batch := dict(told.filter(pk__gt=last).order_by("pk").values_list("pk", "number")[:BATCH]):
        with _as_of_one_moment():
            wrong = differences_of(list(batch))
        yield from (f"{batch[pk]}: {difference}" for pk, differences in wrong.items() for difference in differences)
        last = max(batch)


@contextmanager
def _as_of_one_moment() -> Iterator[None]:
    """Rows and events as they are together, while people go on working."""
    is_ours = not connection.in_atomic_block
    with transaction.atomic():
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _bytes_missing() -> Iterator[str]:
    """Files whose bytes are gone or are not those that were given."""
    for digest in Attachment.objects.order_by("sha256").values_list("sha256", flat=True).distinct().iterator():
        path = Attachment(sha256=digest).path
        try:
            with default_storage.open(path) as file:
                is_right = hashlib.file_digest(file, "sha256").hexdigest() == digest
        except FileNotFoundError:
            yield f"The bytes of file {digest} are missing"
            continue
        if not is_right:
            yield f"The bytes of file {digest} are damaged"
