"""A port that several processes share evenly."""

import math
import socket
from collections.abc import Iterator

import pytest

from firstline.cli import shared_port
from firstline.cli.shared_port import SharedPort


@pytest.fixture
def port() -> Iterator[SharedPort]:
    with SharedPort.bound("127.0.0.1", 0, processes=2) as port:
        port.listen()
        port.settimeout(5)
        port.join(0)
        yield port


def test_a_process_gets_one_connection_each_time_it_is_woken(port: SharedPort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_port, "COURTESY_SECONDS", 0)
    with _caller(port), _caller(port), _taken(port), pytest.raises(BlockingIOError):
        port.accept()


def test_it_leaves_the_next_to_a_process_that_has_fewer(port: SharedPort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_port, "COURTESY_SECONDS", math.inf)
    with _caller(port), _caller(port):
        first = _taken(port)
        for _woken in range(5):
            with pytest.raises(BlockingIOError):
                port.accept()
        port.join(1)
        second = _taken(port)
        second.close()
        first.close()


def test_it_takes_it_all_the_same_when_nobody_else_does(port: SharedPort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_port, "COURTESY_SECONDS", 0)
    with _caller(port), _caller(port), _taken(port), _taken(port):
        pass


def test_a_closed_connection_counts_no_longer(port: SharedPort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_port, "COURTESY_SECONDS", math.inf)
    with _caller(port), _caller(port):
        first = _taken(port)
        first.close()
        first.close()
        _taken(port).close()


def _caller(port: SharedPort) -> socket.socket:
    return socket.create_connection(port.getsockname(), timeout=5)


def _taken(port: SharedPort) -> socket.socket:
    """What it accepts the first or second time it is asked."""
    try:
        return port.accept()[0]
    except BlockingIOError:
        return port.accept()[0]
