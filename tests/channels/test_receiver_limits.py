"""What the receiver does when others say too much, too long, too often or too fast."""

import asyncio
import errno
import smtplib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection

from firstline.catalog.models import Inbox
from firstline.channels.email import backpressure, connection_limits, ingest, receiver
from firstline.channels.email.coming import Coming
from firstline.channels.models import InboundMessage
from firstline.kit import clock
from tests.channels.committed import committed, desks
from tests.channels.mailserver import served
from tests.channels.receiving import Receiver, pouring, receiving
from tests.cli.serving import until
from tests.letters import config, letter
from tests.loops import Heartbeat

__all__ = ["desks", "receiving"]


def test_a_full_disk_is_said_as_such(receiving: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(letters: list[InboundMessage]) -> None:
        raise OperationalError("no space left on device") from psycopg.errors.DiskFull("no space left on device")

    monkeypatch.setattr(ingest, "store", full)
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
    assert InboundMessage.objects.count() == 1


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
    assert InboundMessage.objects.count() == 6


def test_who_says_a_smaller_size_than_he_sends_is_refused(receiving: Receiver) -> None:
    with receiving.client() as client:
        client.ehlo()
        client.mail("mei@corp.example", ["size=100"])
        client.rcpt("it@desk.example")
        assert client.data(letter(text="x " * 200_000).as_bytes())[0] == 552
    assert not InboundMessage.objects.exists()


def many_wait(inbox: Inbox, *, since: timedelta) -> None:
    at = clock.now() - since
    rows = [
        InboundMessage(inbox=inbox, key=f"{number}", sha256="", raw=b"", received_at=at)
        for number in range(backpressure.MANY)
    ]
    committed(lambda: InboundMessage.objects.bulk_create(rows))


def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often the receiver has looked whether it is behind."""
    looks: list[bool] = []
    falls_behind = backpressure.falls_behind

    def look() -> bool:
        looks.append(falls_behind())
        return looks[-1]

    monkeypatch.setattr(backpressure, "falls_behind", look)
    return lambda: len(looks)


def test_while_many_wait_the_next_is_held_back_and_comes_in_when_they_are_taken(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backpressure, "PATIENCE_SECONDS", 60.0)
    looks = counted(monkeypatch)
    many_wait(receiving.it, since=timedelta(seconds=2))
    with ThreadPoolExecutor(1) as clients:
        sent = clients.submit(receiving.send, letter().as_bytes())
        until(lambda: looks() >= 3, seconds=10)
        assert not sent.done()
        assert InboundMessage.objects.count() == backpressure.MANY
        committed(lambda: InboundMessage.objects.update(state="done"))
        sent.result(10)
    assert InboundMessage.objects.count() == backpressure.MANY + 1


def test_a_letter_is_held_back_for_some_seconds_only(receiving: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backpressure, "PATIENCE_SECONDS", 0.3)
    looks = counted(monkeypatch)
    many_wait(receiving.it, since=timedelta(seconds=2))
    receiving.send(letter().as_bytes())
    assert looks() >= 2
    backpressure.keep()
    assert looks() >= 4
    assert InboundMessage.objects.count() == backpressure.MANY + 1


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
    committed(lambda: InboundMessage.objects.update(**change) if change else None)
    assert not backpressure.falls_behind()


def test_few_that_a_dead_worker_left_hold_back_nobody(receiving: Receiver) -> None:
    many_wait(receiving.it, since=timedelta(seconds=2))
    assert backpressure.falls_behind()
    committed(lambda: InboundMessage.objects.filter(key="0").delete())
    assert not backpressure.falls_behind()


@pytest.fixture
def working(receiving: Receiver) -> Iterator[None]:
    """A worker that was heard of just now."""

    def run(sentence: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sentence)

    committed(lambda: run("INSERT INTO procrastinate_workers DEFAULT VALUES"))
    yield
    committed(lambda: run("DELETE FROM procrastinate_workers"))


def test_while_a_worker_lives_they_are_held_back_however_long_the_first_has_waited(
    receiving: Receiver, working: None
) -> None:
    many_wait(receiving.it, since=timedelta(minutes=5))
    assert backpressure.falls_behind()


def test_beyond_a_bound_the_other_server_is_to_come_later_and_a_mailbox_is_left(
    receiving: Receiver, working: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backpressure, "PATIENCE_SECONDS", 0.2)
    many_wait(receiving.it, since=timedelta(minutes=5))
    receiving.send(letter().as_bytes())
    assert backpressure.keep()
    monkeypatch.setattr(backpressure, "MOST_WAITING", backpressure.MANY)
    with receiving.client() as client:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail("mei@corp.example", ["it@desk.example"], letter(letter_id="<two@x>").as_bytes())
        assert refused.value.smtp_code == 451
        assert not backpressure.keep()
        committed(lambda: InboundMessage.objects.update(state="done"))
        until(lambda: not backpressure.falls_behind(), seconds=5)
        time.sleep(2 * backpressure.LOOK_SECONDS)
        client.sendmail("mei@corp.example", ["it@desk.example"], letter(letter_id="<two@x>").as_bytes())
    assert InboundMessage.objects.filter(state="new").count() == 1


def test_without_a_worker_all_are_kept(receiving: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backpressure, "MOST_WAITING", backpressure.MANY)
    many_wait(receiving.it, since=timedelta(minutes=5))
    receiving.send(letter().as_bytes())
    assert InboundMessage.objects.count() == backpressure.MANY + 1


def talk(port: int, *lines: bytes) -> socket.socket:
    """A connection that has said this, each line after the answer to the one before."""
    line = socket.create_connection(("127.0.0.1", port), 10)
    heard = line.makefile("rb", buffering=0)
    for each in (b"", *lines):
        line.sendall(each + b"\r\n" if each else b"")
        while heard.readline()[3:4] == b"-":
            pass
    return line


BEGUN = (b"EHLO x", b"MAIL FROM:<a@b.example> SIZE=26214400", b"RCPT TO:<it@desk.example>", b"DATA")


def test_those_who_say_that_much_will_come_and_send_nothing_keep_no_memory_from_others(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(monkeypatch, smtp_memory_mb=1)
    with served(lambda: receiver.listen("127.0.0.1", 0)) as port:
        idle = [talk(port, *BEGUN) for _ in range(8)]
        Receiver(port, receiving.it, receiving.hr).send(letter(text="x " * 50_000).as_bytes())
        assert InboundMessage.objects.count() == 1
        for line in idle:
            line.close()


def test_the_one_who_dawdles_for_longest_makes_room_when_all_connections_are_taken(
    receiving: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(monkeypatch, smtp_connections_each=3)
    monkeypatch.setattr(connection_limits, "PATIENCE_SECONDS", 0.0)
    with served(lambda: receiver.listen("127.0.0.1", 0)) as port:
        idle = [talk(port, *BEGUN[:count]) for count in (4, 1, 0)]
        Receiver(port, receiving.it, receiving.hr).send(letter().as_bytes())
        assert idle[0].recv(500).startswith(b"421 4.4.2")
        idle[2].sendall(b"NOOP\r\n")
        assert idle[2].recv(500).startswith(b"250")
        for line in idle:
            line.close()


@pytest.fixture
def crowded(
    desks: tuple[Inbox, Inbox], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Receiver, connection_limits.Crowd]]:
    """A receiver, and those who are connected to it."""
    made: list[connection_limits.Crowd] = []

    class Watched(connection_limits.Crowd):
        def __init__(self, **options: int) -> None:
            super().__init__(**options)
            made.append(self)

    monkeypatch.setattr(receiver, "Crowd", Watched)
    with served(lambda: receiver.listen("127.0.0.1", 0)) as port:
        yield Receiver(port, *desks), made[0]


LARGE = letter(text="words of a large email\n" * 20_000).as_bytes().replace(b"\n", b"\r\n")


@pytest.mark.parametrize("times", [1, 3])
def test_what_was_on_the_disk_is_counted_as_long_as_it_is_there_and_no_longer(
    crowded: tuple[Receiver, connection_limits.Crowd], times: int
) -> None:
    receiving, those = crowded
    for _time in range(times):
        receiving.send(LARGE)
    until(lambda: those.on_disk == 0 and not those.coming, seconds=5)


def test_a_connection_that_is_lost_while_it_is_written_to_the_disk_leaves_the_count_right(
    crowded: tuple[Receiver, connection_limits.Crowd], monkeypatch: pytest.MonkeyPatch
) -> None:
    receiving, those = crowded
    began, go_on = threading.Event(), threading.Event()
    write = Coming.write

    def slow(coming: Coming) -> None:
        began.set()
        go_on.wait(20)
        write(coming)

    monkeypatch.setattr(Coming, "write", slow)
    with talk(receiving.port, *BEGUN) as line:
        line.sendall(LARGE[:280_000])
        assert began.wait(20)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # it breaks off
    until(lambda: not those._here, seconds=10)
    go_on.set()
    until(lambda: those.on_disk == 0 and not those.coming, seconds=10)
    monkeypatch.undo()
    assert those.on_disk == 0


def test_much_that_has_come_by_half_is_refused_and_counted_as_long_as_it_is_there(
    crowded: tuple[Receiver, connection_limits.Crowd], monkeypatch: pytest.MonkeyPatch
) -> None:
    receiving, those = crowded
    monkeypatch.setattr(receiver, "MOST_ON_DISK", 600_000)
    with talk(receiving.port, *BEGUN) as line:
        line.sendall(LARGE)
        until(lambda: those.on_disk > 200_000, seconds=10)
        with talk(receiving.port, *BEGUN) as other:
            other.sendall(LARGE[:-2] + LARGE)
            assert other.recv(500).startswith(b"452")
        line.sendall(b"\r\n.\r\n")
        assert line.recv(500).startswith(b"250")
    until(lambda: those.on_disk == 0, seconds=5)


def test_an_email_that_the_disk_does_not_take_is_answered_so_and_nothing_of_it_is_kept(
    crowded: tuple[Receiver, connection_limits.Crowd], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_coming: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    receiving, those = crowded
    monkeypatch.setattr(Coming, "write", full)
    with talk(receiving.port, *BEGUN) as line:
        line.sendall(LARGE + b"\r\n.\r\n")
        assert line.recv(500).startswith(b"452")
        with suppress(ConnectionResetError):  # it hung up, with more to come
            assert line.recv(500) == b""
    until(lambda: not those.coming, seconds=5)
    assert not InboundMessage.objects.exists()


def test_an_email_that_comes_too_slowly_is_ended(receiving: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "FIRST_SECONDS", 0.3)
    with talk(receiving.port, *BEGUN) as line:
        line.sendall(b"a")
        assert line.recv(500).startswith(b"421 4.4.2")


def test_what_is_too_large_is_ended_while_it_comes(receiving: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, upload_mb=1)
    with talk(receiving.port, b"EHLO x", b"MAIL FROM:<a@b.example>", *BEGUN[2:]) as line:
        sent = 0
        line.setblocking(False)
        answer = b""
        while not answer and sent < 50_000_000:
            with suppress(BlockingIOError, ConnectionError):
                sent += line.send(b"x" * 65536)
            try:
                answer = line.recv(500)
            except BlockingIOError:
                continue
            except ConnectionResetError:  # it was closed while we talked
                break
        assert answer[:3] in (b"552", b"")
        assert sent < 20_000_000


def test_the_command_behind_an_email_is_heard(receiving: Receiver) -> None:
    with talk(receiving.port, *BEGUN) as line:
        line.sendall(letter().as_bytes().replace(b"\n", b"\r\n") + b"\r\n.\r\nNOOP\r\nQUIT\r\n")
        heard = b""
        while piece := line.recv(500):
            heard += piece
    assert [each[:3] for each in heard.split(b"\r\n")] == [b"250", b"250", b"221", b""]


HOSTILE = {
    "many queue ids and message ids": b"Received: by mx"
    + b"".join(b" id a%07d" % number for number in range(10_000))
    + b"\r\n"
    + b"".join(b"Message-ID: <%s@x.example>\r\n" % (b"y" * 40) for _ in range(1_900))
    + b"\r\nwords",
    "nothing but line ends": b"Subject: x\r\n\r\n" + b"\r\n" * 4_000_000,
    "nothing but dots": b"Subject: x\r\n\r\n" + b"..\r\n" * 2_000_000,
    "one endless line": b"Subject: x\r\n\r\n" + b"x" * 10_000_000,
    "one endless header": b"Subject: " + b"x\r\n " * 2_000_000,
    "lone CRs": b"Subject: x\r\n\r\n" + b"\r" * 5_000_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_email_holds_up_the_loop_on_which_all_are_received(receiving: Receiver, raw: bytes) -> None:
    hearts: list[Heartbeat] = []

    async def serve() -> None:
        server = await receiver.listen("127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, Heartbeat() as heart:
            await asyncio.to_thread(_sent, port, raw)
        hearts.append(heart)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, serve()).result(60)
    assert hearts[0].was_steady, vars(hearts[0])


def _sent(port: int, raw: bytes) -> None:
    with talk(port, *BEGUN) as line:
        line.settimeout(50)
        line.sendall(raw + b"\r\n.\r\n")
        assert line.recv(500)[:3] == b"250"
