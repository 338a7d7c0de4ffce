"""What the receiver does when others say too much, too long, too often or too fast."""

import smtplib
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError

from firstline.catalog.models import Inbox
from firstline.channels.email import keeping, pace, receiver
from firstline.channels.models import Received
from firstline.kit import clock
from tests.channels.committed import committed, desks
from tests.channels.mailserver import served
from tests.channels.receiving import Receiver, pouring, receiving
from tests.cli.serving import until
from tests.letters import config, letter

__all__ = ["desks", "receiving"]


def test_a_full_disk_is_said_as_such(receiving: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(letters: list[Received]) -> None:
        raise OperationalError("no space left on device") from psycopg.errors.DiskFull("no space left on device")

    monkeypatch.setattr(keeping, "store", full)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        receiving.send(letter().as_bytes())
    assert refused.value.smtp_code == 452


def test_too_many_connections_are_asked_to_come_later(receiving: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, smtp_connections_each=2)
    with served(lambda: receiver.listen("127.0.0.1", 0)) as port:
        first, second = (smtplib.SMTP("127.0.0.1", port, timeout=10) for _ in range(2))
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            smtplib.SMTP("127.0.0.1", port, timeout=10)
        assert refused.value.smtp_code == 421
        first.quit()
        until(lambda: _is_welcome(port), seconds=5)
        second.quit()


def _is_welcome(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        return line.recv(3) == b"220"


def test_after_so_many_letters_the_other_server_begins_anew(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "MOST_LETTERS", 1)
    with receiving.client() as client:
        client.sendmail("mei@corp.example", ["it@desk.example"], letter().as_bytes())
        with pytest.raises(smtplib.SMTPException):
            client.sendmail("mei@corp.example", ["it@desk.example"], letter(text="Two").as_bytes())
    assert Received.objects.count() == 1


def test_who_says_nothing_is_left_alone_after_a_while(receiving: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "COMMAND_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", receiving.port), 10) as line:
        assert line.recv(3) == b"220"
        while line.recv(500):
            pass


def test_letters_wait_for_their_turn_where_memory_is_short(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(monkeypatch, smtp_memory_mb=1)
    with served(lambda: receiver.listen("127.0.0.1", 0)) as port:
        large = Receiver(port, receiving.it, receiving.hr)
        pouring(large, [letter(text=f"{number} " * 200_000, letter_id="").as_bytes() for number in range(6)])
    assert Received.objects.count() == 6


def test_who_says_a_smaller_size_than_he_sends_is_refused(receiving: Receiver) -> None:
    with receiving.client() as client:
        client.ehlo()
        client.mail("mei@corp.example", ["size=100"])
        client.rcpt("it@desk.example")
        assert client.data(letter(text="x " * 200_000).as_bytes())[0] == 552
    assert not Received.objects.exists()


def many_wait(inbox: Inbox, *, since: timedelta) -> None:
    at = clock.now() - since
    rows = [Received(inbox=inbox, key=f"{number}", sha256="", raw=b"", received_at=at) for number in range(pace.MANY)]
    committed(lambda: Received.objects.bulk_create(rows))


def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often the receiver has looked whether it is behind."""
    looks: list[bool] = []
    falls_behind = pace.falls_behind

    def look() -> bool:
        looks.append(falls_behind())
        return looks[-1]

    monkeypatch.setattr(pace, "falls_behind", look)
    return lambda: len(looks)


def test_while_many_wait_the_next_is_held_back_and_comes_in_when_they_are_taken(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "PATIENCE_SECONDS", 60.0)
    looks = counted(monkeypatch)
    many_wait(receiving.it, since=timedelta(seconds=2))
    with ThreadPoolExecutor(1) as clients:
        sent = clients.submit(receiving.send, letter().as_bytes())
        until(lambda: looks() >= 3, seconds=10)
        assert not sent.done()
        assert Received.objects.count() == pace.MANY
        committed(lambda: Received.objects.update(state="done"))
        sent.result(10)
    assert Received.objects.count() == pace.MANY + 1


def test_a_letter_is_held_back_for_some_seconds_only(receiving: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "PATIENCE_SECONDS", 0.3)
    looks = counted(monkeypatch)
    many_wait(receiving.it, since=timedelta(seconds=2))
    receiving.send(letter().as_bytes())
    assert looks() >= 2
    pace.keep()
    assert looks() >= 4
    assert Received.objects.count() == pace.MANY + 1


@pytest.mark.parametrize(
    ("since", "change"),
    [
        pytest.param(timedelta(0), {}, id="they have only just come"),
        pytest.param(timedelta(minutes=5), {}, id="nobody works"),
        pytest.param(timedelta(seconds=2), {"attempts": 1}, id="they failed and are tried again later"),
        pytest.param(timedelta(seconds=2), {"state": "done"}, id="they are done"),
    ],
)
def test_none_is_held_back_for_those_that(receiving: Receiver, since: timedelta, change: dict[str, object]) -> None:
    many_wait(receiving.it, since=since)
    committed(lambda: Received.objects.update(**change) if change else None)
    assert not pace.falls_behind()


def test_few_that_a_dead_worker_left_hold_back_nobody(receiving: Receiver) -> None:
    many_wait(receiving.it, since=timedelta(seconds=2))
    assert pace.falls_behind()
    committed(lambda: Received.objects.filter(key="0").delete())
    assert not pace.falls_behind()
