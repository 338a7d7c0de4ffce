"""The database, its tables, its clock, and the queue in it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
from psycopg.conninfo import conninfo_to_dict

from firstline.cli.checkup import Finding
from firstline.config import config
from firstline.kit.postgres import Server

OLDEST_VERSION = 15
MOST_SKEW_SECONDS = 5
ALIVE_SECONDS = 30
LONGEST_WAIT_SECONDS = 120


def check_database() -> Iterator[Finding]:
    try:
        with _connection() as connection:
            row = connection.execute("SELECT current_setting('server_version_num')::int, clock_timestamp()").fetchone()
            assert row is not None
            here = datetime.now(UTC)
    except psycopg.OperationalError as error:
        yield Finding(f"The database does not answer: {_first_line(error)}", _how_to_start())
        return
    version, there = row
    yield Finding(
        f"The database answers: PostgreSQL {version // 10000}",
        f"Firstline needs PostgreSQL {OLDEST_VERSION} or newer." if version // 10000 < OLDEST_VERSION else "",
    )
    yield from _copies()
    skew = abs((there - here).total_seconds())
    yield Finding(
        f"The clocks of this machine and of the database differ by {skew:.1f} seconds",
        "Set both by NTP (timedatectl set-ntp true); deadlines are counted by them."
        if skew > MOST_SKEW_SECONDS
        else "",
    )
    missing = _missing_migrations()
    yield Finding(
        f"{missing} changes of the tables are missing" if missing else "The tables are those of this version",
        "Run: firstline migrate" if missing else "",
    )
    if not missing:
        yield from _queue()


def _copies() -> Iterator[Finding]:
    """Of several hosts one may become the primary, and must then have all that the last one acknowledged."""
    if "," not in str(conninfo_to_dict(config().database_url).get("host", "")):
        return
    with _connection() as connection:
        row = connection.execute(
            "SELECT current_setting('synchronous_standby_names'), current_setting('synchronous_commit')"
        ).fetchone()
        primary = connection.info.host
    assert row is not None
    standbys, commit = row
    is_copied = bool(standbys) and commit not in ("off", "local")
    yield Finding(
        f"Of several databases {primary} is the primary, and "
        + ("a standby has everything before it is acknowledged" if is_copied else "what it acknowledges it alone has"),
        ""
        if is_copied
        else "Set synchronous_mode and synchronous_mode_strict (deploy/patroni), or be ready to lose the last moments.",
    )


def _queue() -> Iterator[Finding]:
    with _connection() as connection:
        row = connection.execute(
            """
            SELECT (SELECT count(*) FROM procrastinate_workers
                    WHERE last_heartbeat > now() - make_interval(secs => %(alive)s)),
                   (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'),
                   (SELECT coalesce(extract(epoch FROM now() - min(greatest(job.scheduled_at, event.at))), 0)::int
                    FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id
                    WHERE job.status = 'todo' AND event.type IN ('deferred', 'deferred_for_retry')
                      AND coalesce(job.scheduled_at, now()) <= now()),
                   (SELECT string_agg(DISTINCT task_name, ', ') FROM procrastinate_jobs WHERE status = 'failed')
            """,
            {"alive": ALIVE_SECONDS},
        ).fetchone()
    assert row is not None
    workers, waiting, oldest, failed = row
    yield Finding(
        f"{workers} workers are alive" if workers else "No worker runs: nobody is told anything, and nothing is due",
        "" if workers else "Run: firstline worker",
    )
    yield Finding(
        f"{waiting} jobs wait in the queue, the one due for longest since {oldest} seconds",
        "Start more workers (firstline worker), or see in their output what holds them up."
        if oldest > LONGEST_WAIT_SECONDS
        else "",
    )
    if failed:
        yield Finding(f"Jobs have failed for good: {failed}", "The worker's output of that time says why.")


def _missing_migrations() -> int:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _connection() -> psycopg.Connection:
    return psycopg.connect(config().database_url or Server(config().data).url, connect_timeout=5, autocommit=True)


def _how_to_start() -> str:
    if config().database_url:
        return "See that DATABASE_URL is right and that the server takes connections from this machine."
    return f"The embedded one runs while bin/serve does. Start that; if it fails, see {config().data / 'postgres.log'}"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
