"""pg_dump and pg_restore, of a version that fits the server: those that come with Firstline, else those on the path.
Not a command."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from firstline.kit.postgres import CannotStart, binaries


def dump(database: str, *, to: Path) -> None:
    """Write all rows as they are at this moment, while others go on writing. Raises CannotStart."""
    _run("pg_dump", database, "--format=custom", "--no-owner", "--no-privileges", f"--file={to}")


def load(database: str, rows: Path) -> None:
    """Make the tables and rows of a dump, all of them or none. Raises CannotStart."""
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run("pg_restore", database, *options, str(rows))


def is_empty(database: str) -> bool:
    """Whether the database has no table of anybody's."""
    with psycopg.connect(database, connect_timeout=10) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchone()
    return row is not None and row[0] == 0


def _run(program: str, database: str, *options: str) -> None:
    said = conninfo_to_dict(database)
    # A command line can be read by everybody on the machine, the environment cannot.
    secret = {"PGPASSWORD": str(said.pop("password"))} if said.get("password") else {}
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    command = [str(_program(program, database)), f"--dbname={make_conninfo(**said)}", "--no-password", *options]  # type: ignore[arg-type]
    done = subprocess.run(command, capture_output=True, text=True, env={**plain, **secret}, check=False)
    if done.returncode:
        raise CannotStart(f"{program} failed: {done.stderr.strip()}")


def _program(name: str, database: str) -> Path:
    with psycopg.connect(database, connect_timeout=10) as connection:
        server = connection.info.server_version // 10000
    other = shutil.which(name)
    found = [path for path in (binaries() / name, Path(other) if other else None) if path and path.exists()]
    fitting = [(version, path) for path in found if (version := _version(path)) >= server]
    if not fitting:
        raise CannotStart(f"The server is PostgreSQL {server}: install its {name}, and put it on the path.")
    return min(fitting, key=lambda each: each[0])[1]


def _version(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0
