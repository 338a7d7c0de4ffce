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
    heard_at: float = 0.0
    """When it said so, by the monotonic clock."""


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
            act.state, act.heard_at = state, time.monotonic()
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

    def done_since(self, at: float, words: tuple[str, ...]) -> float | None:
        """When the first act was done after that moment whose kind has one of these words; None if none was."""
        with self._lock:
            heard = [act.heard_at for act in self.acts if act.state == "done" and act.heard_at > at and _is(act, words)]
        return min(heard, default=None)

    @property
    def done(self) -> list[Act]:
        return [act for act in self.acts if act.state == "done"]


def _is(act: Act, words: tuple[str, ...]) -> bool:
    return any(word in act.kind for word in words)
