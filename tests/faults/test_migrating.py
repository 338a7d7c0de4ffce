"""`firstline migrate` that is killed at any moment and run again leads to the same tables."""

import subprocess
import time
from collections.abc import Callable
from random import Random

import psycopg
import pytest

from tests.faults.apart import Apart

APPLIED = "SELECT count(*) FROM django_migrations"
SHAPE = (
    "SELECT 'column', table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
    " WHERE table_schema = 'public' UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes"
    " WHERE schemaname = 'public' UNION ALL SELECT 'constraint', conrelid::regclass::text, conname,"
    " pg_get_constraintdef(oid), convalidated::text, '' FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
    " UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', '' FROM pg_trigger"
    " WHERE NOT tgisinternal UNION ALL SELECT 'migration', app, name, '', '', '' FROM django_migrations"
    " UNION ALL SELECT 'invalid index', indexrelid::regclass::text, '', '', '', '' FROM pg_index WHERE NOT indisvalid"
)
STEPS = 3


@pytest.mark.system
def test_migrating_killed_at_any_moment_goes_on_where_it_was(apart: Callable[..., Apart]) -> None:
    random = Random(7)
    whole = set(apart().asked(SHAPE))
    wanted = sum(row[0] == "migration" for row in whole)
    desk = apart(empty=True)
    for step in range(STEPS):
        with desk.running(*desk.command("migrate")) as migrating:
            _wait_for(desk, wanted * step // STEPS + 1, migrating)
            time.sleep(random.uniform(0, 0.05))  # in the middle of the one that follows
            migrating.kill()
        assert _applied(desk) < wanted, "it was through before it could be killed"
    done = subprocess.run(desk.command("migrate"), env=desk.environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert set(desk.asked(SHAPE)) ^ whole == set()


def _wait_for(desk: Apart, migrations: int, migrating: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 90
    while _applied(desk) < migrations:
        assert migrating.poll() is None, (desk.folder / "log").read_text()
        assert time.monotonic() < end
        time.sleep(0.01)


def _applied(desk: Apart) -> int:
    try:
        ((count,),) = desk.asked(APPLIED)
    except psycopg.errors.UndefinedTable:
        return 0
    return int(str(count))
