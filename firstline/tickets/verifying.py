"""Whether both logs are what they were when they were written. Each question is one statement over all rows."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from firstline.audit.log import audit
from firstline.tickets.models import AuditSeal

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Broken:
    """The first row of its kind that does not hold, in plain words."""

    sentence: str
    names: dict[str, int]
    rows: int
    """How many are broken in this way."""

    def __str__(self) -> str:
        said = _(self.sentence) % self.names
        return said if self.rows == 1 else f"{said} {_('There are %(count)s such rows.') % {'count': self.rows}}"


@dataclass(frozen=True)
class Verdict:
    events: int
    entries: int
    seals: int
    unsealed: int
    broken: tuple[Broken, ...]


def verify(since: int = 0) -> Verdict:
    """Check everything; with `since`, only events with a higher id, which is quick enough for a page."""
    return Verdict(*_counts(), broken=tuple(_broken(since)))


def check() -> None:
    """Verify everything, and say in the audit log and the worker's output what came out."""
    found = verify()
    for each in found.broken:
        logger.error("Audit log: %s", each)
    broken = [[each.sentence, each.names, each.rows] for each in found.broken]
    audit("verified", by=None, data={"events": found.events, "entries": found.entries, "broken": broken})


# What it means when rows come back, and the question; each answers with the ids of what is broken.
QUESTIONS: tuple[tuple[str, str], ...] = (
    (
        gettext_noop("Event %(id)s was changed after it was written."),
        """
        SELECT id FROM (
            SELECT id, digest, lag(digest) OVER (PARTITION BY ticket_id ORDER BY id) AS previous,
                audit_of_event(id, ticket_id, name, by_id, at, internal,
                               audit_event_shape(version, data, cause, depth), words) AS own
            FROM tickets_event WHERE id > %(since)s
        ) AS chained
        WHERE digest <> audit_link(previous, own)
            AND NOT (previous IS NULL AND %(since)s > 0)
        """,
    ),
    (
        gettext_noop("The words in event %(id)s were changed after they were written."),
        """
        SELECT id FROM tickets_event WHERE id > %(since)s AND digest IS NOT NULL AND NOT CASE
            WHEN version = 1 AND wording <> '{}' THEN false
            WHEN words IS NULL THEN audit_event_words(version, data, wording) IS NULL AND salt IS NULL
            WHEN salt IS NULL THEN CASE version WHEN 1 THEN audit_is_blank(data) ELSE wording = '{}' END
            ELSE coalesce(words = audit_salted(salt, audit_event_words(version, data, wording)), false) END
        """,
    ),
    (
        gettext_noop("Event %(id)s has no digest, though it was sealed."),
        """
        SELECT id FROM tickets_event WHERE id > %(since)s AND digest IS NULL
            AND id <= (SELECT coalesce(max(events_to), 0) FROM tickets_auditseal)
        """,
    ),
    (
        gettext_noop("Entry %(id)s of the audit log was changed after it was written, or the one before it is gone."),
        """
        SELECT e.id FROM tickets_auditentry e LEFT JOIN tickets_auditentry before ON before.id = e.previous
        WHERE e.digest IS DISTINCT FROM audit_link(
                before.digest, audit_of_entry(e.id, e.at, e.name, e.by_id, e.about_id, e.data, e.previous, e.said))
        """,
    ),
    (
        gettext_noop("The words in entry %(id)s of the audit log were changed after they were written."),
        """
        SELECT id FROM tickets_auditentry WHERE NOT CASE
            WHEN said IS NULL OR salt IS NULL THEN words = '{}' AND salt IS NULL
            ELSE coalesce(said = audit_salted(salt, words), false) END
        """,
    ),
    (
        gettext_noop("Seal %(id)s does not fit the rows that it seals: some were removed, added or changed."),
        """
        SELECT id FROM (
            SELECT s.*, lag(s.digest) OVER w AS previous, lag(s.events_to, 1, 0::bigint) OVER w AS events_from,
                lag(s.entries_to, 1, 0::bigint) OVER w AS entries_from
            FROM tickets_auditseal s WINDOW w AS (ORDER BY s.id)
        ) AS seal, LATERAL audit_sealed(previous, at, events_after, events_to, entries_after, entries_to) AS now
        WHERE (seal.digest, seal.events, seal.entries, seal.events_after, seal.entries_after)
            IS DISTINCT FROM (now.digest, now.events, now.entries, seal.events_from, seal.entries_from)
            AND seal.events_to > %(since)s
        """,
    ),
)


def _broken(since: int) -> Iterator[Broken]:
    for sentence, question in QUESTIONS:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT min(id), count(*) FROM ({question}) AS broken", {"since": since})  # noqa: S608 - ours
            first, rows = cursor.fetchone()
        if rows:
            yield Broken(sentence, {"id": first}, rows)
    yield from _unexplained()


def _unexplained() -> Iterator[Broken]:
    """Words are missing that no erasure took."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), min(id),
                   (SELECT coalesce(sum((data->>'events')::bigint), 0) FROM tickets_auditentry WHERE name = 'erased')
            FROM tickets_event WHERE words IS NOT NULL AND salt IS NULL
            """
        )
        missing, first, told = cursor.fetchone()
    if missing > told:
        sentence = gettext_noop(
            "Words of events are missing that no entry says were erased; the oldest is event %(id)s."
        )
        yield Broken(sentence, {"id": first}, missing - told)


def _counts() -> tuple[int, int, int, int]:
    last = AuditSeal.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT count(*) FROM tickets_event), (SELECT count(*) FROM tickets_auditentry),
                   (SELECT count(*) FROM tickets_auditseal),
                   (SELECT count(*) FROM tickets_event WHERE id > %s)
                   + (SELECT count(*) FROM tickets_auditentry WHERE id > %s)
            """,
            [last.events_to, last.entries_to] if last else [0, 0],
        )
        events, entries, seals, unsealed = cursor.fetchone()
    return events, entries, seals, unsealed
