"""What `firstline mail` does: it receives and fetches until it is told to stop, or says why it cannot."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from firstline.channels.email import service
from tests.letters import config

SIGNS = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture(autouse=True)
def _unheard() -> Iterator[None]:
    """A signal that the program does not hear is a failure of its test, and not the end of all tests."""

    def fail(*_given: object) -> None:
        raise AssertionError("Nobody heard it.")

    before = {sign: signal.signal(sign, fail) for sign in SIGNS}
    yield
    for sign, handler in before.items():
        signal.signal(sign, handler)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """Where it is to receive; it is free."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = int(taken.getsockname()[1])
    config(monkeypatch, smtp_host="127.0.0.1", smtp_port=free, smtp_certificate="", smtp_key="")
    return free


class Mailboxes:
    """Stands where the fetchers do: what they are told. As soon as they start, the process is told to stop."""

    sign = signal.SIGTERM
    port = 0

    def __init__(self) -> None:
        self.told.append("made")

    def start(self) -> None:
        socket.create_connection(("127.0.0.1", self.port), 10).close()
        self.told.append("started while it receives")
        os.kill(os.getpid(), self.sign)

    def stop(self) -> None:
        assert threading.current_thread() is not threading.main_thread(), "those who are connected would wait"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", self.port), 10)
        self.told.append("stopped when it receives no more")

    told: list[str] = []


@pytest.mark.parametrize("sign", SIGNS, ids=["SIGTERM", "SIGINT"])
def test_it_receives_and_fetches_until_it_is_told_to_stop(
    monkeypatch: pytest.MonkeyPatch, port: int, sign: signal.Signals
) -> None:
    mailboxes = type("Here", (Mailboxes,), {"sign": sign, "port": port, "told": []})
    monkeypatch.setattr(service, "Fetchers", mailboxes)
    assert service.run() == 0
    assert mailboxes.told == ["made", "started while it receives", "stopped when it receives no more"]


def test_where_another_program_receives_it_ends_and_says_so(
    monkeypatch: pytest.MonkeyPatch, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service, "Fetchers", None)
    with socket.create_server(("127.0.0.1", port)):
        assert service.run() == 1
    assert f"Letters cannot be received at 127.0.0.1:{port}" in caplog.text


def test_with_a_certificate_that_cannot_be_used_it_ends_and_says_so(
    monkeypatch: pytest.MonkeyPatch, port: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service, "Fetchers", None)
    empty = tmp_path / "cert.pem"
    empty.touch()
    for certificate in (empty, tmp_path / "none.pem"):
        config(monkeypatch, smtp_certificate=str(certificate))
        assert service.run() == 1
        assert f"The certificate {certificate} cannot be used" in caplog.text


@pytest.mark.parametrize("lmtp", [False, True])
def test_it_receives_as_it_is_set(monkeypatch: pytest.MonkeyPatch, port: int, lmtp: bool) -> None:
    asked: list[object] = []

    async def listen(*where: object, **how: object) -> None:
        asked.append((where, how))
        raise OSError("no")

    monkeypatch.setattr(service.receiver, "listen", listen)
    monkeypatch.setattr(service, "encryption", lambda *given: given)
    config(monkeypatch, lmtp=lmtp, smtp_certificate="c", smtp_key="k")
    assert service.run() == 1
    assert asked == [(("127.0.0.1", port), {"lmtp": lmtp, "tls": ("c", "k")})]
