"""What the desk acknowledged, kept by those who asked, in memory and in a file."""

import json
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Act:
    """Something asked of the desk. `mark`: words that are only in it. `number`: the ticket, where that is known."""

    kind: str
    mark: str
    number: str = ""
    verb: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    state: str = "in doubt"
    """`done` when the desk said so, `refused` when it said no, else in doubt: it may or may not have happened."""


class Journal:
    def __init__(self, path: Path) -> None:
        self.acts: list[Act] = []
        self.retries = 0
        self._file = path.open("a")
        self._lock = threading.Lock()

    def ask(self, act: Act) -> Act:
        """Note that this is asked, before it is."""
        with self._lock:
            self.acts.append(act)
        return act

    def settle(self, act: Act, state: str) -> None:
        """Note what the desk said."""
        with self._lock:
            act.state = state
            self._file.write(json.dumps({**asdict(act), "at": time.time()}) + "\n")
            self._file.flush()

    def again(self) -> None:
        with self._lock:
            self.retries += 1

    def close(self) -> None:
        self._file.close()

    def counts(self) -> dict[str, Counter[str]]:
        """By kind of act: how many are done, refused, in doubt."""
        found: dict[str, Counter[str]] = {}
        for act in self.acts:
            found.setdefault(act.kind, Counter())[act.state] += 1
        return found

    @property
    def done(self) -> list[Act]:
        return [act for act in self.acts if act.state == "done"]
