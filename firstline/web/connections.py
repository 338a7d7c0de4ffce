"""Connections that have not said yet what they want, or do not take what they were given. None may keep others out."""

import asyncio
import sys
from http import HTTPStatus
from typing import Any

import h11
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from uvicorn.protocols.http.h11_impl import H11Protocol

from firstline.config import config
from firstline.kit.addresses import network_of
from firstline.kit.limits import limit
from firstline.web.framing import Strict
from firstline.web.turned_away import CLOSING, text

HEAD_SECONDS = limit(
    10.0, "seconds", of="the time until a request has begun", per="connection", said="The connection is closed."
)
LAST_SECONDS = limit(
    30.0, "seconds", of="the time to take the end of an answer", per="connection", said="The connection is closed."
)
MOST_SILENT = limit(
    1_000, "connections", of="connections that have asked nothing yet", per="process", said="The oldest is closed."
)
MOST_SILENT_EACH = limit(
    100,
    "connections",
    of="connections that have asked nothing yet",
    per="address, unless there is a proxy in front",
    said="The oldest of them is closed.",
)
LONGEST_HEAD = limit(
    16 * 1024,
    "bytes",
    of="the address and header of a request",
    per="request",
    said="431, and the connection is closed.",
)
HEAD_TOO_LARGE = _("The address or the header of this request is longer than is accepted here.")
NOT_UNDERSTOOD = _("This request could not be understood, so nothing of it was done.")
LOOK_SECONDS = 5.0
SLICE = 2 * 1024
"""So much is read in one go where a byte may cost much: 64 KB in chunks of one byte would hold up all for a second."""


class Silent:
    """Those of one process that are connected and have not asked anything yet, the oldest first."""

    def __init__(self, *, most: int = MOST_SILENT, most_each: int = MOST_SILENT_EACH) -> None:
        self.most, self.most_each = most, most_each
        self._of: dict[str, dict[Connection, None]] = {}
        self._all: dict[Connection, None] = {}

    def add(self, one: "Connection") -> None:
        theirs = self._of.setdefault(one.network, {})
        if len(theirs) >= self.most_each and not config().proxies:
            self._drop(next(iter(theirs)))
        elif len(self._all) >= self.most:
            self._drop(next(iter(self._all)))
        self._of.setdefault(one.network, {})[one] = self._all[one] = None

    def remove(self, one: "Connection") -> None:
        if one in self._all:
            del self._all[one]
            theirs = self._of[one.network]
            del theirs[one]
            if not theirs:
                del self._of[one.network]

    def _drop(self, one: "Connection") -> None:
        self.remove(one)
        one.transport.abort()


class Connection(H11Protocol):
    """One connection, as uvicorn has it, within these times. What is asked finds `state["abort"]` to end it at once."""

    silent = Silent()
    network = ""
    _idle_since = 0.0
    _look: asyncio.TimerHandle | None = None
    _reading_on: asyncio.Handle | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn._receive_buffer = Strict()
        self._left = bytearray()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.network = network_of(self.client[0]) if self.client else ""
        self.app_state = {**self.app_state, "abort": transport.abort}
        self._idle_since = self.loop.time()
        self.silent.add(self)
        self._look_later()

    def data_received(self, data: bytes) -> None:
        if self._left or len(data) > SLICE:
            self._left += data
            self.transport.pause_reading()
            self._read_on()
        else:
            self._read(data)

    def _read_on(self) -> None:
        """Read the next slice, and let others have their turn before the one after it."""
        if self._reading_on is not None or self.transport.is_closing():
            return
        most = len(self._left) if self._has_said_its_length() else SLICE
        piece, self._left = bytes(self._left[:most]), self._left[most:]
        self._read(piece)
        if self._left:
            self._reading_on = self.loop.call_soon(self._turn)
        elif not self.flow.read_paused:
            self.transport.resume_reading()

    def _turn(self) -> None:
        self._reading_on = None
        self._read_on()

    def _has_said_its_length(self) -> bool:
        cycle = self.cycle
        is_coming = cycle is not None and cycle.more_body and not cycle.response_complete
        return is_coming and any(name == b"content-length" for name, _value in self.headers)

    def send_400_response(self, msg: str) -> None:
        """Say why it is refused, as h11 found, unless an answer has begun; and hear no more."""
        status = getattr(sys.exc_info()[1], "error_status_hint", 400)
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            said = text(
                HEAD_TOO_LARGE if status == 431 else NOT_UNDERSTOOD, [code for code, _name in settings.LANGUAGES]
            )
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(said))]
            reason = HTTPStatus(status).phrase.encode()
            for event in (
                h11.Response(status_code=status, headers=[*headers, *CLOSING], reason=reason),
                h11.Data(data=said),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _read(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None:
            self.silent.remove(self)

    def on_response_complete(self) -> None:
        self._idle_since = self.loop.time()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self.silent.remove(self)
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def _look_later(self) -> None:
        self._look = self.loop.call_later(LOOK_SECONDS, self._look_at)

    def _look_at(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            idle = self.loop.time() - self._idle_since
            is_taken = not self.transport.get_write_buffer_size()
            if idle >= (HEAD_SECONDS if is_taken else LAST_SECONDS):
                self.transport.abort()
                return
        self._look_later()


def protocol() -> Any:
    """The class, as uvicorn wants it, with counts of its own."""
    return type("Connection", (Connection,), {"silent": Silent()})
