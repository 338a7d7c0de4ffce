"""Waiting for news of a mailbox: never for longer than servers allow, and never longer or more than a server likes."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from imapclient.fixed_offset import FixedOffset

from firstline.catalog.models import Inbox, Mailbox
from firstline.channels.email import backpressure, bounded, fetchers, fetching
from firstline.channels.email.fetchers import Fetcher
from firstline.channels.email.imap_errors import Trouble
from firstline.channels.models import Fetching
from firstline.kit import clock
from tests.cast import Cast

pytestmark = pytest.mark.django_db
CONSENT = b"+ idling\r\n"


class Server:
    """Signs anybody in. `consent`: what is said to IDLE; `meanwhile`: what is said again and again after it; `news`:
    what is said when it `has_come`; `last`: whether DONE is answered, and what is said again and again if not."""

    def __init__(self, consent: bytes = CONSENT, meanwhile: bytes = b"", last: bytes = b"", news: bytes = b"") -> None:
        self.consent, self.meanwhile, self.last, self.news = consent, meanwhile, last, news
        self.has_come = threading.Event()
        self.waits = self.ends = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        try:
            met, _address = self._listening.accept()
            with met, met.makefile("rb") as lines:
                met.settimeout(20)
                met.sendall(b"* OK [CAPABILITY IMAP4rev1 IDLE] hello\r\n")
                for line in lines:
                    self._answer(met, lines, line)
        except (OSError, ValueError):
            return

    def _answer(self, met: socket.socket, lines: Any, line: bytes) -> None:
        tag, name = line.split()[:2]
        if name.upper() == b"CAPABILITY":
            met.sendall(b"* CAPABILITY IMAP4rev1 IDLE\r\n")
        if name.upper() == b"IDLE":
            self.waits += 1
            met.sendall(self.consent.replace(b"TAG", tag))
            if self.news and self.has_come.wait(20):
                met.sendall(self.news)
            while self.meanwhile:
                met.sendall(self.meanwhile)
            if lines.readline().strip() != b"DONE":
                return  # the other side has hung up
            self.ends += 1
            while self.last:
                met.sendall(self.last)
                time.sleep(0.02)
        met.sendall(tag + b" OK done\r\n")


@pytest.fixture
def looks(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When the mailbox was looked into; it never holds anything."""
    settings.HTTP_ALLOW = ["127.0.0.0/8"]
    settings.CONFIG = settings.CONFIG.model_copy(update={"imap_poll_seconds": 3600})
    found: list[float] = []

    def look(*_given: Any) -> int:
        found.append(time.monotonic())
        return 0

    monkeypatch.setattr(fetching, "look", look)
    monkeypatch.setattr(fetchers, "connections", type("", (), {"close_all": lambda: None}))
    monkeypatch.setattr(fetchers, "LEAST_PAUSE", 0.0)
    return found


def looking(server: Server) -> Iterator[int]:
    inbox = Inbox.objects.get(address="it@desk.example")
    given = {"host": "127.0.0.1", "port": server.port, "security": "none", "user": "x", "password": "y"}
    return Fetcher(Mailbox(inbox=inbox, **given))._looks()


def test_it_is_waited_anew_before_servers_hang_up(looks: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    assert fetchers.LONGEST_IDLE < 29 * 60, "RFC 2177"
    monkeypatch.setattr(fetchers, "LONGEST_IDLE", 0.05)
    with closing(Server()) as server:
        mailbox = looking(server)
        for _look in range(5):
            next(mailbox)
        assert (server.waits, server.ends) == (4, 4)


@pytest.mark.parametrize("consent", [b"* 1 EXISTS\r\n" + CONSENT, CONSENT + b"* 1 EXISTS\r\n"])
def test_news_that_come_with_the_consent_are_heard_at_once(looks: list[float], consent: bytes) -> None:
    with closing(Server(consent)) as server:
        mailbox = looking(server)
        next(mailbox)
        next(mailbox)
        assert looks[1] - looks[0] < 10


def waiting(server: Server, seconds: float) -> threading.Thread:
    client = bounded.BoundedClient("127.0.0.1", port=server.port, ssl=False, anywhere=True, timeout=20)

    def wait() -> None:
        client.wait_for_news(seconds)
        client.shutdown()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


def test_it_waits_until_the_server_tells_something() -> None:
    with closing(Server(news=b"* 1 EXISTS\r\n")) as server:
        thread = waiting(server, 60)
        thread.join(0.3)
        assert thread.is_alive()
        server.has_come.set()
        thread.join(10)
        assert not thread.is_alive()
        assert server.ends == 1


def test_it_waits_no_longer_than_it_was_told_to() -> None:
    with closing(Server()) as server:
        began = time.monotonic()
        thread = waiting(server, 0.3)
        thread.join(10)
        assert not thread.is_alive()
        assert (time.monotonic() - began >= 0.3, server.ends) == (True, 1)


def test_a_server_that_always_has_something_to_say_is_not_looked_into_all_the_time(
    looks: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetchers, "LEAST_PAUSE", 0.2)
    with closing(Server(CONSENT + b"* OK Still here\r\n")) as server:
        mailbox = looking(server)
        for _look in range(4):
            next(mailbox)
    assert min(later - earlier for earlier, later in pairwise(looks)) >= 0.2


NEWS = CONSENT + b"* 1 EXISTS\r\n"
BAD = {
    "lines without end": ({"meanwhile": b"* OK Still here\r\n" * 5000}, {"too-much", "cut"}),
    "a line without end": ({"consent": CONSENT + b"* OK ", "meanwhile": b"x" * 65536}, {"too-much", "cut"}),
    "a refusal": ({"consent": b"TAG NO Not here\r\n"}, {"other"}),
    "no end of the waiting": ({"consent": NEWS, "last": b"* OK Still here\r\n"}, {"slow"}),
    "no end of a line": ({"consent": NEWS, "last": b"x"}, {"slow"}),
}


@pytest.mark.parametrize(("how", "keys"), BAD.values(), ids=BAD.keys())
def test_a_server_that_says_too_much_or_takes_too_long_is_left(
    looks: list[float], monkeypatch: pytest.MonkeyPatch, how: dict[str, bytes], keys: set[str]
) -> None:
    monkeypatch.setattr(bounded, "ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(fetchers, "LONGEST_IDLE", 1.0)
    with closing(Server(**how)) as server:
        mailbox = looking(server)
        next(mailbox)
        began = time.monotonic()
        with pytest.raises(Trouble) as told:
            next(mailbox)
    assert told.value.key in keys
    assert time.monotonic() - began < 15


class Full:
    """A mailbox in which ten thousand letters wait, and what was asked of it."""

    LETTERS, SIZE = 10_000, 300_000

    def __init__(self) -> None:
        self.asked_about: list[int] = []
        self.handed_over: list[int] = []

    def search(self, *_words: Any) -> list[int]:
        return list(range(1, self.LETTERS + 1))

    def fetch(self, uids: list[int], what: list[str]) -> dict[int, dict[bytes, Any]]:
        if "RFC822.SIZE" in what:
            self.asked_about.append(len(uids))
            return {uid: {b"RFC822.SIZE": self.SIZE, b"INTERNALDATE": None} for uid in uids}
        self.handed_over.append(len(uids) * self.SIZE)
        return {uid: {b"BODY[]": b"x", b"SEQ": uid} for uid in uids}


def test_of_ten_thousand_that_wait_a_few_megabytes_are_here_at_a_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox.objects.get(address="it@desk.example")
    mailbox = Mailbox.objects.create(inbox=inbox, host="mail.example", user="x", after="leave", old_mail="all")
    kept: list[bytes] = []
    monkeypatch.setattr(fetching, "keep", lambda raw, **_more: kept.append(raw))
    monkeypatch.setattr(fetching, "_is_old", lambda *_given: False)
    monkeypatch.setattr(backpressure, "keep", lambda: None)
    full, row = Full(), Fetching.objects.create(mailbox=mailbox, connected_at=clock.now(), uidvalidity=1)
    for uids in fetching._chunks(fetching._new_uids(full, mailbox, row), fetching.ASKED_AT_ONCE):
        for hand in fetching._handfuls(full, mailbox, row, uids):
            fetching._take(full, mailbox, row, hand)
    assert len(kept) == Full.LETTERS
    assert max(full.asked_about) <= 500
    assert max(full.handed_over) <= fetching.MOST_BYTES_AT_ONCE
    row.refresh_from_db()
    assert row.last_uid == Full.LETTERS


ODD_MOMENTS = [
    None,
    datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=14))),
    datetime(2026, 1, 1, tzinfo=FixedOffset(99 * 60)),
]


@pytest.mark.parametrize("old", ["days", "leave", "all"])
@pytest.mark.parametrize("counted_anew", [True, False])
def test_no_moment_that_a_server_names_keeps_its_letters_from_coming_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, old: str, counted_anew: bool
) -> None:
    inbox = Inbox.objects.get(address="it@desk.example")
    mailbox = Mailbox.objects.create(
        inbox=inbox, host="mail.example", user="x", after="leave", old_mail=old, old_days=3
    )
    kept: list[bytes] = []
    monkeypatch.setattr(fetching, "keep", lambda raw, **_more: kept.append(raw))
    monkeypatch.setattr(backpressure, "keep", lambda: None)
    row = Fetching.objects.create(
        mailbox=mailbox, connected_at=clock.now(), uidvalidity=1, first_uid=10, counted_anew=counted_anew
    )
    about = {uid: {b"RFC822.SIZE": 10, b"INTERNALDATE": came} for uid, came in enumerate(ODD_MOMENTS, start=1)}
    about[10] = {b"RFC822.SIZE": 10, b"INTERNALDATE": None}

    class Odd(Full):
        def fetch(self, uids: list[int], what: list[str]) -> dict[int, dict[bytes, Any]]:
            return {uid: about[uid] if "RFC822.SIZE" in what else {b"BODY[]": b"x", b"SEQ": uid} for uid in uids}

    for hand in fetching._handfuls(Odd(), mailbox, row, sorted(about)):
        fetching._take(Odd(), mailbox, row, hand)
    row.refresh_from_db()
    assert (row.last_uid, len(kept) >= 2) == (10, True)
