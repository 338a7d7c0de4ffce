"""How the desk runs, in numbers: what waits, since when, and who works on it. One statement of cheap parts."""

from dataclasses import dataclass, fields

from django.db import connection

from firstline.kit import clock
from firstline.kit.limits import limit

ALIVE_SECONDS = 60
MOST = limit(10_000, "rows", of="what is counted of what waits", per="figure", said="It says that there are more.")
"""Where counting stops."""


@dataclass(frozen=True)
class Running:
    """Seconds are ages; 0 when nothing waits."""

    workers: int
    jobs: int
    jobs_oldest_seconds: int
    jobs_failed: int
    outbox: int
    outbox_oldest_seconds: int
    deliveries_failed: int
    """Letters of ours that could not be delivered within the last day."""
    received: int
    received_oldest_seconds: int
    unreadable: int
    clocks_late: int
    """Deadlines that are over and that nobody was told of yet."""
    clocks_late_seconds: int
    unsealed: int


ASK = """
SELECT
    (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %(alive)s)),
    due.n, due.oldest,
    (SELECT count(*) FROM (SELECT FROM procrastinate_jobs WHERE status = 'failed' LIMIT %(most)s) AS failed),
    outbox.n, outbox.oldest,
    (SELECT count(*) FROM (SELECT FROM notices_delivery WHERE state IN ('failed', 'given_up')
        AND created_at > %(now)s - interval '1 day' LIMIT %(most)s) AS failed),
    received.n, received.oldest,
    (SELECT count(*) FROM (SELECT FROM channels_received WHERE state = 'unreadable' LIMIT %(most)s) AS unreadable),
    late.n, late.oldest,
    (SELECT count(*) FROM (SELECT FROM tickets_event WHERE id > coalesce(
        (SELECT events_to FROM tickets_auditseal ORDER BY id DESC LIMIT 1), 0) LIMIT %(most)s) AS unsealed)
FROM
    (SELECT count(*) AS n, coalesce(extract(epoch FROM now() - min(since)), 0)::int AS oldest FROM (
        SELECT greatest(job.scheduled_at, (SELECT max(event.at) FROM procrastinate_events event
            WHERE event.job_id = job.id AND event.type IN ('deferred', 'deferred_for_retry'))) AS since
        FROM procrastinate_jobs job WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now()
        LIMIT %(most)s) AS jobs) AS due,
    (SELECT count(*) AS n, coalesce(extract(epoch FROM %(now)s - min(next_try_at)), 0)::int AS oldest FROM (
        SELECT next_try_at FROM notices_delivery WHERE state = 'queued' AND next_try_at <= %(now)s
        ORDER BY next_try_at LIMIT %(most)s) AS waiting) AS outbox,
    (SELECT count(*) AS n, coalesce(extract(epoch FROM %(now)s - min(received_at)), 0)::int AS oldest FROM (
        SELECT received_at FROM channels_received WHERE state = 'new' ORDER BY received_at LIMIT %(most)s
        ) AS waiting) AS received,
    (SELECT count(*) AS n, coalesce(extract(epoch FROM %(now)s - min(due_at)), 0)::int AS oldest FROM (
        SELECT due_at FROM tickets_clock WHERE state = 'running' AND breached_at IS NULL AND due_at <= %(now)s
        ORDER BY due_at LIMIT %(most)s) AS waiting) AS late
"""


def measured() -> Running:
    """The numbers of this moment; the same in every process."""
    with connection.cursor() as cursor:
        cursor.execute(ASK, {"alive": ALIVE_SECONDS, "most": MOST, "now": clock.now()})
        return Running(*cursor.fetchone())


def names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Running))
