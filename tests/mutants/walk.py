"""One walk through the tests, without any change: how long each takes, and which places it reaches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.mutants import loading
from tests.mutants.asking import Desk, forked, waited
from tests.mutants.changes import Change
from tests.mutants.guards import NOT_ASKED, ROOT, guards_of
from tests.mutants.listening import Told, Walked
from tests.mutants.marks import marked
from tests.mutants.putting import exchanged


@dataclass
class Walk:
    """What the tests did. `on_loading`: the changes that are reached while the program is loaded."""

    drawn: Sequence[Change]
    tests: dict[str, dict[str, Any]] = field(default_factory=dict)
    on_loading: set[int] = field(default_factory=set)

    @classmethod
    def through(cls, desk: Desk, files: Sequence[str], drawn: Sequence[Change], *, workers: int) -> "Walk":
        trees = marked(drawn)
        walk = cls(drawn)
        running: list[tuple[int, Path]] = []
        for number in range(workers):
            folder = desk.folder / f"marked-{number}"
            loading.write(folder, trees, marks=len(drawn))
            running.append((forked(lambda at=number, on=folder: _walk(desk, on, files[at::workers])), folder))  # type: ignore[misc]
        for pid, folder in running:
            ended, _late = waited(pid, most=3_600)
            if ended not in (0, 1):
                raise SystemExit(f"The tests could not be walked through:\n{(folder / 'log').read_text()[-2_000:]}")
            for row in Told.read(folder / "told"):
                if row["test"]:
                    walk.tests[row["test"]] = row | {"reached": set(row["reached"])}
                else:
                    walk.on_loading.update(row["reached"])
        return walk

    @property
    def broken(self) -> list[str]:
        """Tests that fail without any change: they notice nothing, and are not asked."""
        return sorted(test for test, row in self.tests.items() if row["failed"])

    def is_felt_on_loading(self, change: int) -> bool:
        return change in self.on_loading or exchanged(self.drawn[change]) is None

    def asked(self, change: int, *, seconds: float) -> list[str]:
        """The tests for this change: the guards that reach it, of so many seconds in all; first those of the file named
        after the module, then the quickest. What is felt on loading may be felt by others as well: the other guards are
        asked after them, for a quarter of that."""
        path = self.drawn[change].path
        guards = tuple(f"{guard}{end}" for guard in guards_of(path) for end in ("/", "::"))
        beside = f"/test_{path.stem}.py::"
        reached, others = [], []
        for test, row in self.tests.items():
            if test.startswith(guards) and not row["failed"]:
                found = (beside not in test, row["seconds"], test)
                (reached if change in row["reached"] else others).append(found)
        chosen = list(_within(sorted(reached), seconds))
        if self.is_felt_on_loading(change):
            chosen += _within(sorted(others), seconds / 4)
        return sorted(chosen, key=lambda test: self.tests[test]["last"])

    def seconds(self, tests: Sequence[str]) -> float:
        return sum(self.tests[test]["seconds"] for test in tests)


def files_of(drawn: Sequence[Change]) -> list[str]:
    """The files of all tests that are asked about any of these changes."""
    guards = dict.fromkeys(guard for change in drawn for guard in guards_of(change.path))
    found = [path for guard in guards for path in _files(ROOT / guard)]
    files = [path.relative_to(ROOT).as_posix() for path in dict.fromkeys(found)]
    return [file for file in files if file not in NOT_ASKED]


def _files(guard: Path) -> list[Path]:
    return [guard] if guard.is_file() else sorted(guard.rglob("test_*.py"))


def _walk(desk: Desk, folder: Path, files: Sequence[str]) -> int:
    name = f"firstline_{folder.name.replace('-', '_')}"
    desk.copy(name)
    marks = loading.begin(folder)
    return desk.run_tests(files, folder / "log", Walked(folder / "told", marks), name=name)


def _within(found: Sequence[tuple[bool, float, str]], seconds: float) -> Iterator[str]:
    left = seconds
    for _farther, takes, test in found:
        if left > 0:
            yield test
        left -= takes
