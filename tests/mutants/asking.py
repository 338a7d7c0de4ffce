"""Asking the tests: each change lives in a process of its own, and nothing on disk is touched.

What every run would do again is done once. PostgreSQL is started, and a database migrated and kept as a pattern; a
process loads the program and collects the tests. A change then costs a copy of that database, a fork with the change
put in place (`putting.py`), and its tests until the first that fails. A change that is felt while a module is loaded
needs a process that has not loaded it yet, and collects for itself.
"""

import contextlib
import importlib
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from firstline.kit.postgres import Server
from tests.mutants import loading
from tests.mutants.changes import Change
from tests.mutants.guards import ROOT, name_of
from tests.mutants.listening import Chosen, Served, Told
from tests.mutants.putting import put

PATTERN = "pattern"
QUICKLY = {
    **{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"},
    # A database in which it is at work cannot be dropped by whoever is no superuser.
    "autovacuum": "off",
}
LIBRARIES = "pytest hypothesis django.db.models django.forms procrastinate pydantic jinja2 babel nh3 psycopg_pool"
NOT_IN_PLACE = 99
"""How a process ends that could not put the change in place."""


@dataclass
class Answer:
    """What the tests said: which failed, after how many seconds; `late`: they were ended; `asked`: how many."""

    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    late: bool = False
    asked: int = 0

    @property
    def noticed(self) -> bool:
        return self.late or bool(self.failed)


class Desk:
    """A PostgreSQL with a migrated database, of which each run gets a copy."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.server = folder, Server(folder / "data", QUICKLY)

    def prepare(self) -> None:
        self.server.start()
        for name in LIBRARIES.split():
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        log, tests = self.folder / "pattern.log", ["tests/tickets/test_placeholders.py"]
        ended, _late = waited(forked(lambda: self.run_tests(tests, log, name=PATTERN, migrated=False)), most=600)
        if ended:
            raise SystemExit(f"The tests do not run:\n{log.read_text()}")

    def copy(self, name: str) -> None:
        """A fresh database with this name."""
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[call-overload]
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {PATTERN}")  # type: ignore[call-overload]

    def run_tests(
        self, tests: Sequence[str], log: Path, *plugins: Any, name: str, migrated: bool = True, more: str = ""
    ) -> int:
        """Run tests in this process, which is a child, on the database of this name."""
        os.setsid()
        os.chdir(ROOT)
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.environ |= {"DATABASE_URL": self.server.url, "TMPDIR": str(self.folder)}
        tempfile.tempdir = str(self.folder)
        if migrated:
            _skip_migrating()
        import pytest
        from hypothesis import Phase, settings

        # A failing example is enough; the smallest one would take minutes.
        quick = settings(database=None, derandomize=True, deadline=None, phases=(Phase.explicit, Phase.generate))
        settings.register_profile("mutants", quick)
        arguments = [*tests, "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--reuse-db", "--no-header", "-s"]
        arguments += ["--hypothesis-profile=mutants", "--tb=short", "-m", "not system and not peers", *more.split()]
        return int(pytest.main(arguments, plugins=[Named(name), *plugins]))


class Asker:
    """One of several that ask at the same time, each on a database of its own."""

    def __init__(self, desk: Desk, number: int, files: Sequence[str], drawn: Sequence[Change]) -> None:
        self.desk, self.drawn, self.database = desk, drawn, f"firstline_test_{number}"
        self.folder = desk.folder / str(number)
        self.folder.mkdir()
        self.asked = 0
        self.served = Served(self._changed)
        log, told = self.folder / "served.log", Told(self.folder / "served.txt")
        self.server = forked(lambda: desk.run_tests(files, log, told, self.served, name=self.database, more="-x"))
        self.served.only_ask()

    def ask(self, tests: Sequence[str], change: int, *, most: float, freshly: bool) -> Answer:
        """Run these tests until one fails, with the change that has this number. `freshly`: felt on loading."""
        self.asked += 1
        told = self.folder / f"{self.asked}.txt"
        started = time.monotonic()
        self.desk.copy(self.database)
        ended, late = NOT_IN_PLACE, False
        if not freshly:
            ended, late = self.served.ask(tests, change, told, most=most)
        if ended == NOT_IN_PLACE:
            ended, late = waited(forked(lambda: self._freshly(tests, change, told)), most=most + 60)
        failed = [each["test"] for each in Told.read(told) if each["failed"]]
        if ended not in (0, 1) and not failed and not late:
            failed = [f"(the tests ended with {ended}: {_last_line(told.with_suffix('.log'))})"]
        return Answer(failed, time.monotonic() - started, late, len(tests))

    def close(self) -> None:
        self.served.close()
        waited(self.server, most=20)

    def _changed(self, number: int) -> bool:
        change = self.drawn[number]
        self._loaded_instead(change)
        return put(change)

    def _freshly(self, tests: Sequence[str], number: int, told: Path) -> int:
        self._loaded_instead(self.drawn[number])
        files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
        log = told.with_suffix(".log")
        return self.desk.run_tests(files, log, Told(told), Chosen(tests), name=self.database, more="-x")

    def _loaded_instead(self, change: Change) -> None:
        """For processes that are started by tests, and for what is not loaded yet."""
        folder = self.folder / f"{self.asked}-changed"
        shutil.rmtree(folder, ignore_errors=True)
        loading.write(folder, {name_of(change.path): (change.path, change.tree)})
        loading.begin(folder)


class Named:
    """The tests' database gets this name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def pytest_collection(self) -> None:
        from django.conf import settings

        settings.DATABASES["default"]["TEST"]["NAME"] = self.name


@contextmanager
def desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="firstline-mutants-") as folder:
        made = Desk(Path(folder))
        try:
            made.prepare()
            yield made
        finally:
            made.server.stop()


def forked(do: Callable[[], int]) -> int:
    """The id of a new process that does this, and ends with the number that it returns."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 98
    try:
        code = do()
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        os._exit(code)


def waited(pid: int, *, most: float) -> tuple[int, bool]:
    """How the process ended, and whether it had to be ended, with its group, after so many seconds."""
    ends = time.monotonic() + most
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status), False
        if time.monotonic() > ends:
            for kill, whom in ((os.killpg, pid), (os.kill, pid)):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    kill(whom, signal.SIGKILL)
            os.waitpid(pid, 0)
            return -signal.SIGKILL, True
        time.sleep(0.02)


def _last_line(log: Path) -> str:
    return log.read_text().strip().rpartition("\n")[2] if log.exists() else ""


def _skip_migrating() -> None:
    """The database is a copy of one that was migrated."""
    from django.core.management.commands.migrate import Command

    Command.handle = lambda *_a, **_k: None  # type: ignore[method-assign]
