"""A port that several processes share evenly. Not a command."""

import mmap
import socket
import time
from typing import Self

COURTESY_SECONDS = 0.01
"""So long a connection is left to a process that has fewer of them; then it is taken all the same."""


class SharedPort(socket.socket):
    """A listening socket from which each process takes a connection in its turn.

    asyncio takes all connections that wait as soon as it is woken, so that one process would serve two people while the
    other sleeps. Here each takes one when it is woken, and none while another has fewer. Made before the processes are
    forked; each calls `join`.
    """

    _open: memoryview  # connections of each process, in memory that all share
    _place = 0
    _has_given = False
    _left_since = _last_left = -COURTESY_SECONDS

    @classmethod
    def bound(cls, host: str, port: int, processes: int) -> Self:
        # It says that it is TCP, or asyncio leaves Nagle's delay on: 40 ms a page.
        self = cls(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.bind((host, port))
        self._open = memoryview(mmap.mmap(-1, 4 * processes)).cast("i")
        return self

    def join(self, place: int) -> None:
        """From now on the caller is the process at `place`, counted from 0, without a connection yet."""
        self._place = place
        self._open[place] = 0

    def accept(self) -> tuple[socket.socket, object]:
        self._has_given = not self._has_given
        if not self._has_given or self._leaves_it():
            self._has_given = False
            raise BlockingIOError
        taken, address = super().accept()
        self._open[self._place] += 1
        return _Counted(taken, self), address

    def _leaves_it(self) -> bool:
        if self._open[self._place] <= min(self._open):
            return False
        now = time.monotonic()
        if now - self._last_left >= COURTESY_SECONDS:
            self._left_since = now
        self._last_left = now
        return now - self._left_since < COURTESY_SECONDS

    def ended(self) -> None:
        """One of its connections is closed."""
        self._open[self._place] -= 1


class _Counted(socket.socket):
    """A connection that says when it is closed."""

    def __init__(self, taken: socket.socket, port: SharedPort) -> None:
        super().__init__(taken.family, taken.type, taken.proto, taken.detach())
        self._port: SharedPort | None = port

    def close(self) -> None:
        super().close()
        if self._port:
            self._port.ended()
            self._port = None
