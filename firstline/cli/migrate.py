"""Bring the tables of the database up to this version of Firstline."""

import argparse

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
    """Apply what is missing; of several processes one does it and the others wait for it."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
