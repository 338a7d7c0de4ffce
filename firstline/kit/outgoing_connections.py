"""Connections to servers that somebody named: only to addresses that may be reached, and read within limits.

What a server says is worth as many bytes and seconds as the caller allows, however it says it: in one endless line, in
endless lines, in one endless literal, or a byte a minute.
"""

import ipaddress
import socket
import time

from firstline.kit import http
from firstline.kit.url_policy import Refused, Unreachable, allowed


class TooMuch(OSError):
    """The server said more than was asked of it."""


def connect(host: str, port: int, *, timeout: float, anywhere: bool = False) -> socket.socket:
    """A connection to a server. One in a private network must be named in FIRSTLINE_HTTP_ALLOW, unless `anywhere`.

    The name is resolved once, and the connection goes to just the address that was checked. Raises Refused, and
    OSError (gaierror, TimeoutError) as sockets do.
    """
    if anywhere:
        return socket.create_connection((host, port), timeout)
    found = http.resolve(host, port)
    for address in found:
        if not allowed().lets(host.lower(), ipaddress.ip_address(address.partition("%")[0])):
            raise Refused("private", host)
    failure: OSError | None = None
    for address in found:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
    raise failure or Unreachable("unknown", host)


class BoundedReader:
    """What `makefile("rb")` gives to imaplib and smtplib, within limits: so many bytes, in so many seconds, for each
    answer; `allow` begins the next. Bytes that came before a connection was encrypted are not read as if they came
    after: each encryption gets a reader of its own."""

    def __init__(self, sock: socket.socket, *, most_bytes: int, seconds: float) -> None:
        self._sock, self._buffer = sock, bytearray()
        self.allow(most_bytes=most_bytes, seconds=seconds)

    def allow(self, *, most_bytes: int, seconds: float) -> None:
        self._left, self._ends = most_bytes, time.monotonic() + seconds

    @property
    def holds_some(self) -> bool:
        """Whether something came that was not read yet."""
        return bool(self._buffer)

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end. What is more than allowed is refused before a byte of it is read."""
        self._spend(size)
        while len(self._buffer) < size and self._receive():
            pass
        return self._take(size)

    def readline(self, limit: int = -1) -> bytes:
        """To the end of the line, or to the limit."""
        seen = 0
        while (at := self._buffer.find(b"\n", seen)) < 0:
            seen = len(self._buffer)
            if 0 <= limit <= seen:
                break
            if seen > self._left:
                raise TooMuch("a line without end")
            if not self._receive():
                break
        size = at + 1 if at >= 0 else len(self._buffer)
        size = min(size, limit) if limit >= 0 else size
        self._spend(size)
        return self._take(size)

    def close(self) -> None:
        """The socket belongs to the caller."""

    def _spend(self, size: int) -> None:
        if size > self._left:
            raise TooMuch(f"{size} bytes, where {self._left} are left")
        self._left -= size

    def _receive(self) -> bool:
        usual = self._sock.gettimeout()
        if usual == 0:  # somebody only looks whether something is there
            return self._keep(self._sock.recv(65536))
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._sock.settimeout(min(left, usual or left))
        try:
            return self._keep(self._sock.recv(65536))
        finally:
            self._sock.settimeout(usual)

    def _keep(self, part: bytes) -> bool:
        self._buffer += part
        return bool(part)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken
