"""Letters are read in a process of their own: it may be killed, stopped or overfed, and the next letter is read."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from firstline.channels.email import parser_sandbox
from firstline.channels.email.letter import Envelope
from firstline.channels.email.mime import Limits, Unreadable

LETTER = b"From: Mei <mei@corp.example>\nSubject: =?gb2312?B?tPLTobv6?=\nMessage-ID: <a@corp.example>\n\nwords\n"


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """No process from before, and none left behind."""
    parser_sandbox.hang_up()
    yield
    parser_sandbox.hang_up()


def read(raw: bytes = LETTER, **limits: int) -> dict[str, object]:
    return parser_sandbox.read_apart(raw, Envelope(), limits=Limits(**limits)).said


def pid() -> int:
    return parser_sandbox.readers.idle[0].process.pid


def test_one_process_reads_letter_after_letter() -> None:
    assert read()["subject"] == "打印机"
    first = pid()
    assert read()["shown"] == "words"
    assert pid() == first


def test_a_process_that_was_killed_is_replaced_unseen() -> None:
    read()
    os.kill(pid(), signal.SIGKILL)
    assert read()["subject"] == "打印机"


def test_a_process_that_hangs_is_ended() -> None:
    read()
    hanging = parser_sandbox.readers.idle[0].process
    os.kill(hanging.pid, signal.SIGSTOP)
    with pytest.raises(parser_sandbox.Died):
        parser_sandbox.readers.idle[0].ask(parser_sandbox.frames.Frame({}, [LETTER]), most=10_000, wall=0.2)
    assert hanging.returncode == -signal.SIGKILL


def test_a_letter_that_takes_too_long_ends_its_process_and_no_other_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser_sandbox, "CPU_SECONDS", 0.05)
    with pytest.raises(Unreadable) as refused:
        read(b"Content-Type: text/html\n\n" + b"<p>x</p>" * 24_000)
    assert refused.value.reason == "time"
    assert parser_sandbox.readers.idle == []
    monkeypatch.undo()
    assert read()["shown"] == "words"


@pytest.mark.heavy
def test_a_letter_that_takes_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser_sandbox.readers, "memory", 200_000_000)
    with pytest.raises(Unreadable) as refused:
        read(b"Content-Type: text/plain\n\n" + b"\xc3\xa9 " * 15_000_000, size=10**9, text=10**9)
    assert refused.value.reason == "memory"
    monkeypatch.undo()
    assert read()["shown"] == "words"


def test_limits_hold_over_there_too() -> None:
    for raw, limits, reason in [
        (LETTER, {"size": 10}, "size"),
        (b"X: y\n" * 50 + b"\nwords", {"fields": 10}, "header"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 50, {"parts": 10}, "parts"),
    ]:
        with pytest.raises(Unreadable) as refused:
            read(raw, **limits)
        assert refused.value.reason == reason


def test_what_the_worker_knows_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret@host/name")
    read()
    assert b"secret" not in Path(f"/proc/{pid()}/environ").read_bytes()


@pytest.mark.heavy
def test_several_threads_read_at_once() -> None:
    found: list[object] = []

    def work() -> None:
        for _ in range(5):
            found.append(read()["subject"])

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["打印机"] * 15
    assert len(parser_sandbox.readers.idle) <= parser_sandbox.readers.most_idle


def test_files_come_over_byte_for_byte() -> None:
    content = bytes(range(256)) * 5_000
    raw = b"Content-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: binary\n\n" + content
    assert parser_sandbox.read_apart(raw, Envelope(), limits=Limits()).contents == [content]


def test_a_letter_of_just_the_size_is_read_and_one_byte_more_is_not() -> None:
    assert read(size=len(LETTER))["subject"] == "打印机"
    with pytest.raises(Unreadable) as refused:
        read(size=len(LETTER) - 1)
    assert refused.value.reason == "size"
