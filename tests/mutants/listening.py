"""What listens inside pytest: what a test did, which of them are run, and those that are served to changes."""

import json
import mmap
import os
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

_HEAD = 8


class Told:
    """Writes down each test that ended: its name, whether it failed, its seconds, and what it reached."""

    def __init__(self, told: Path) -> None:
        self.told = told
        self.failed = False

    @staticmethod
    def read(told: Path) -> list[dict[str, Any]]:
        return [json.loads(line) for line in told.read_text().splitlines()] if told.exists() else []

    def reached(self) -> list[int]:
        return []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self.failed = False
        self.reached()
        started = time.monotonic()
        try:
            return (yield)
        finally:
            self._say(item.nodeid, time.monotonic() - started, last=_is_last(item))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = True
            self._say(report.nodeid, 0.0)

    def _say(self, test: str, seconds: float, *, last: bool = False) -> None:
        row = {"test": test, "failed": self.failed, "seconds": seconds, "last": last, "reached": self.reached()}
        with self.told.open("a") as lines:
            lines.write(f"{json.dumps(row)}\n")


class Walked(Told):
    """The same, with the marks that each test reached, in whatever process; first those reached on loading."""

    def __init__(self, told: Path, marks: mmap.mmap) -> None:
        super().__init__(told)
        self.marks = marks

    def reached(self) -> list[int]:
        """The marks reached since this was last asked."""
        found = [number for number, mark in enumerate(self.marks[:]) if mark]
        self.marks[:] = bytes(len(self.marks))
        return found

    def pytest_collection_finish(self) -> None:
        self._say("", 0.0)


class Chosen:
    """Only these tests are run, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.tests = tests

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        named = {item.nodeid: item for item in items}
        items[:] = [named[test] for test in self.tests if test in named]


class Served:
    """Collects the tests, and forks for each question: put this change in place, run these tests of all."""

    def __init__(self, changed: Callable[[int], bool]) -> None:
        self.changed = changed
        self.to_read, self.to_write = os.pipe()
        self.back_read, self.back_write = os.pipe()

    def ask(self, tests: Sequence[str], change: int, told: Path, *, most: float) -> tuple[int, bool]:
        """How the tests ended, and whether they had to be ended."""
        _send(self.to_write, {"tests": list(tests), "change": change, "told": str(told), "most": most})
        answer = _received(self.back_read)
        if answer is None:
            raise SystemExit("The process that holds the tests has ended; its log says why.")
        return answer[0], answer[1]

    def only_ask(self) -> None:
        """Called by the process that asks: what the other holds is not held here as well."""
        os.close(self.to_read)
        os.close(self.back_write)

    def close(self) -> None:
        os.close(self.to_write)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        from tests.mutants.asking import forked, waited

        os.close(self.to_write)
        # Only the process that asks may hold the other end, or it would never be heard that nothing more is asked.
        os.close(self.back_read)
        if session.testsfailed:
            raise session.Failed("not all could be loaded")
        while (asked := _received(self.to_read)) is not None:
            pid = forked(lambda question=asked: self._answer(session, question))  # type: ignore[misc]
            _send(self.back_write, waited(pid, most=asked["most"]))
        return True

    def _answer(self, session: pytest.Session, asked: dict[str, Any]) -> int:
        from _pytest.main import pytest_runtestloop

        from tests.mutants.asking import NOT_IN_PLACE

        os.setsid()
        if not self.changed(asked["change"]):
            return NOT_IN_PLACE
        for plugin in session.config.pluginmanager.get_plugins():
            if isinstance(plugin, Told):
                plugin.told = Path(asked["told"])
        chosen = Chosen(asked["tests"])
        chosen.pytest_collection_modifyitems(session.items)
        try:
            pytest_runtestloop(session)
        except session.Failed:
            return 1
        return int(bool(session.testsfailed))


def _is_last(item: pytest.Item) -> bool:
    """Whether it empties the database when it ends: it runs after those that find there what migrations put in."""
    marked = item.get_closest_marker("django_db")
    needs = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(needs or (marked and marked.kwargs.get("transaction")))


def _send(to: int, said: Any) -> None:
    data = json.dumps(said).encode()
    data = len(data).to_bytes(_HEAD) + data
    while data:
        data = data[os.write(to, data) :]


def _received(source: int) -> Any:
    """What was sent; None when nothing more will be."""
    head = _read(source, _HEAD)
    return json.loads(_read(source, int.from_bytes(head))) if head else None


def _read(source: int, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = os.read(source, size - len(found))
        if not more:
            return b""
        found += more
    return found
