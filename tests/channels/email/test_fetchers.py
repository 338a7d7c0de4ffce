"""Those who read mailboxes outlive a database that is away for longer than a connection waits for it."""

from threading import Event
from typing import Any

import pytest
from django.db import OperationalError

from firstline.channels.email import fetchers
from firstline.channels.email.fetchers import Fetchers


class Idle:
    """A mailbox's thread that has nothing to do."""

    stopped = False

    def ask_to_stop(self) -> None:
        self.stopped = True

    def join(self, seconds: float) -> None:
        pass


def test_mailboxes_are_read_again_after_the_database_was_away_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, back, looks = Idle(), Event(), iter(range(100))

    def compare(self: Fetchers) -> None:
        if next(looks) < 3:
            self._running[1] = reading  # type: ignore[assignment]
            raise OperationalError("server closed the connection unexpectedly")
        back.set()

    def ask(self: Fetchers, question: str, *values: Any) -> Any:
        if not back.is_set():
            raise OperationalError("couldn't get a connection after 5.00 sec")

    monkeypatch.setattr(fetchers, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(Fetchers, "_compare", compare)
    monkeypatch.setattr(Fetchers, "_ask", ask)
    all_of_them = Fetchers()
    all_of_them.start()
    try:
        assert back.wait(10)
        assert reading.stopped
    finally:
        all_of_them.stop()
