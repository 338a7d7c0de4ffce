"""Asking the tests: each change lives in a process of its own, and nothing on disk is touched.

What every run would do again is done once: PostgreSQL is started, a database migrated and kept as a pattern, and the
libraries loaded. A change then costs a copy of that database, a fork, and the tests until the first that fails.
"""

import contextlib
import importlib
import importlib.abc
import importlib.util
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg

from firstline.kit.postgres import Server
from tests.mutants.changes import Change
from tests.mutants.guards import NOT_ASKED, ROOT

DATABASE, PATTERN = "firstline_test", "pattern"
"""What settings.py calls the database of tests, and the one of which it is a copy for each change."""
QUICKLY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}
LIBRARIES = "pytest hypothesis django.db.models django.forms procrastinate pydantic jinja2 babel nh3 psycopg_pool"


@dataclass
class Answer:
    """What the tests said: which failed, and after how many seconds; `late`: they were ended."""

    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    late: bool = False

    @property
    def noticed(self) -> bool:
        return self.late or bool(self.failed)


class Desk:
    """A PostgreSQL with a migrated database, of which each run gets a copy."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.server, self.runs = folder, Server(folder / "data", QUICKLY), 0

    def ask(
        self, guards: Sequence[str], change: Change | None = None, *, most: float, left: Iterable[str] = ()
    ) -> Answer:
        """Run these tests, with the change; without one, to the end. `left`: tests that fail anyway."""
        self.runs += 1
        self._say(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        self._say(f"CREATE DATABASE {DATABASE} TEMPLATE {PATTERN}")
        told = self.folder / f"{self.runs}.txt"
        started = time.monotonic()
        pid = os.fork()
        if pid == 0:
            _child(self.server.url, told, guards, change, left)
        while True:
            ended, status = os.waitpid(pid, os.WNOHANG)
            seconds = time.monotonic() - started
            if ended:
                break
            if seconds > most:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return Answer(seconds=seconds, late=True)
            time.sleep(0.05)
        failed = told.read_text().splitlines() if told.exists() else []
        if os.waitstatus_to_exitcode(status) not in (0, 1) and not failed:
            failed = ["(the tests could not be loaded)"]
        return Answer(failed, seconds)

    def _say(self, sentence: str) -> None:
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(sentence)  # type: ignore[call-overload]

    def prepare(self) -> None:
        self.server.start()
        for name in LIBRARIES.split():
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        pid = os.fork()
        if pid == 0:
            guards = ["tests/tickets/test_placeholders.py"]
            _child(self.server.url, self.folder / "pattern.txt", guards, None, (), migrated=False)
        _pid, status = os.waitpid(pid, 0)
        if status:
            raise SystemExit(f"The tests do not run:\n{(self.folder / 'pattern.txt.log').read_text()}")
        self._say(f"ALTER DATABASE {DATABASE} RENAME TO {PATTERN}")


@contextmanager
def desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="firstline-mutants-") as folder:
        made = Desk(Path(folder))
        try:
            made.prepare()
            yield made
        finally:
            made.server.stop()


def _child(
    url: str, told: Path, guards: Sequence[str], change: Change | None, left: Iterable[str], *, migrated: bool = True
) -> None:
    code = 3
    try:
        os.setsid()
        os.chdir(ROOT)
        log = os.open(f"{told}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ["DATABASE_URL"] = url
        if change is not None:
            sys.meta_path.insert(0, _Changed(change))
        if migrated:
            _skip_migrating()
        import pytest

        arguments = [*guards, "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--reuse-db", "--no-header"]
        arguments += [f"--ignore={each}" for each in NOT_ASKED]
        arguments += [f"--deselect={each}" for each in left]
        arguments += ["-m", "not system and not peers"]
        code = int(pytest.main(arguments + (["-x"] if change else []), plugins=[_Listener(told)]))
    finally:
        sys.stdout.flush()
        os._exit(code)


def _skip_migrating() -> None:
    """The database is a copy of one that was migrated."""
    from django.core.management.commands.migrate import Command

    Command.handle = lambda *_a, **_k: None  # type: ignore[method-assign]


class _Listener:
    def __init__(self, told: Path) -> None:
        self.told = told

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self._say(report.nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self._say(report.nodeid)

    def _say(self, line: str) -> None:
        with self.told.open("a") as lines:
            lines.write(f"{line}\n")


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the changed module in the place of the one on disk."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.name = ".".join(change.path.relative_to(ROOT).with_suffix("").parts)

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> Any:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.change.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.change.tree, str(self.change.path), "exec"), vars(module))
