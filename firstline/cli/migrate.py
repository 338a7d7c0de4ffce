"""Bring the tables of the database up to this version of Firstline."""

import argparse
import time
from collections.abc import Callable
from typing import Any

LOCK_SECONDS = 2
"""A change of a table waits behind whoever uses it, and everybody else waits behind the change: no longer than this."""
TRIES = 30
PAUSE_SECONDS = 2.0
LOCK = 5_104_207
"""Any number, the same everywhere: of several nodes that start at once, one migrates and the others wait."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """It has none."""


def run(args: argparse.Namespace) -> int:
    from firstline.cli import program

    with program.database():
        program.load()
        migrate()
    return 0


def migrate() -> None:
    """Apply what is missing; of several processes one does it and the others wait for it.

    Each migration is one transaction, so that one that is broken off has done nothing, and the next run goes on there.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                _drop_half_made_indexes(cursor)
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_SECONDS}s"])
                _with_patience(lambda: call_command("migrate", interactive=False, verbosity=0))
                _recompute_clocks()
        finally:
            cursor.execute("SELECT set_config('lock_timeout', '0', false), pg_advisory_unlock(%s)", [LOCK])


def _recompute_clocks() -> None:
    """A new version may count deadlines otherwise: those of open tickets follow, as after a change of settings."""
    from firstline.tickets.jobs import recompute_open

    recompute_open.defer(after_id=0)


def _with_patience(work: Callable[[], object]) -> None:
    """Try until the locks are had; between two tries those who wait get through."""
    from django.db import OperationalError
    from psycopg.errors import LockNotAvailable

    for left in reversed(range(TRIES)):
        try:
            work()
            return
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable) or not left:
                raise
            time.sleep(PAUSE_SECONDS)


def _drop_half_made_indexes(cursor: Any) -> None:
    """An index that was being made CONCURRENTLY when its migration died is there, useless, and in the way."""
    cursor.execute(
        "SELECT quote_ident(c.relname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND n.nspname = 'public'"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX IF EXISTS {name}")
