"""What is sent with a request is here before a thread is taken for it, and is refused while it comes if it is too much.

A little of it is held in memory, more on disk. Whoever sends slowly, or not at all, waits alone.
"""

import asyncio
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firstline.config import Config
from firstline.kit.addresses import network_of
from firstline.kit.limits import limit
from firstline.kit.transient_errors import outage_of
from firstline.web.turned_away import turn_away

KB, MB = 1024, 1024 * 1024
ANONYMOUS = limit(
    64 * KB, "bytes", of="what is sent without being signed in", per="request", said="413: sign in first, then send it."
)
FIELDS = limit(2 * MB, "bytes", of="what is sent without files", per="request", said="413, naming the size.")
FILES_OF_A_FORM = limit(4, "times a file", of="what is sent with files", per="request", said="413, naming the size.")
IN_MEMORY = limit(128 * KB, "bytes", of="what is sent, held in memory", per="request", said="The rest waits on disk.")
FIRST_SECONDS = limit(
    15.0, "seconds", of="the time for the first bytes", per="request", said="408: it came too slowly."
)
LEAST_RATE = limit(
    2 * KB, "bytes a second", of="(at least) the pace after that", per="request", said="408: it came too slowly."
)
MOST = limit(400, "requests", of="requests that have come by half", per="process", said="503, try again in a moment.")
MOST_EACH = limit(
    32, "requests", of="requests that have come by half", per="address", said="429, try again in a moment."
)
MOST_ON_DISK = limit(
    1024 * MB, "bytes", of="what has come by half, on disk", per="process", said="503, try again in a moment."
)
AT_ONCE_SECONDS = 0.5
"""What is here by then was not sent slowly, and nobody counts it."""
LINGER_SECONDS = 3.0
"""So long we listen on after a refusal: a browser that is still talking shows no answer."""
WRITTEN_AT_ONCE = 256 * KB
RETRY_SECONDS = 5
ENVELOPE = 64 * KB
"""What a form says around the one file in it."""
limit(
    Config.model_fields["upload_mb"].default * MB,
    "bytes",
    of="an upload, besides what surrounds the file",
    per="request",
    said="413, naming the size.",
    setting="FIRSTLINE_UPLOAD_MB",
)

BODY = "firstline.body"
Application = Callable[[Any, Any, Any], Awaitable[None]]
Known = Callable[[Any], bool]

TOO_LARGE = _(
    "This is larger than the {mb} MB that are accepted here. Nothing was saved: please go back and send less."
)
NOT_SIGNED_IN = _("This is more than may be sent without signing in. Please sign in first, then send it again.")
TOO_SLOW = _("It came too slowly, and nothing was saved. Please try again on a better connection.")
TOO_MANY = _("Too many requests from your network are still on their way. Nothing was saved; please try again soon.")
FULL = _("Too many requests come at once just now. Nothing was done; please try again in a moment.")


class Away(Exception):
    """The other side has gone; nobody needs an answer."""


class Refusal(Exception):
    def __init__(self, status: int, sentence: str | Promise, retry_after: int = 0) -> None:
        super().__init__(status)
        self.status, self.sentence, self.retry_after = status, sentence, retry_after


class Body:
    """The bytes of one request, as they come."""

    def __init__(self) -> None:
        self.size = self.on_disk = 0
        self._held = bytearray()
        self._file: IO[bytes] | None = None

    async def add(self, piece: bytes) -> None:
        self._held += piece
        self.size += len(piece)
        if len(self._held) > (WRITTEN_AT_ONCE if self._file else IN_MEMORY):
            await asyncio.to_thread(self._write)

    def opened(self) -> IO[bytes]:
        """All of it, to be read from the start. For a thread: it may have to write what is still held."""
        if self._file is None:
            return BytesIO(bytes(self._held))
        self._write()
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _write(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._file.write(self._held)
        self.on_disk += len(self._held)
        self._held = bytearray()


class Bodies:
    """Hands requests on to the application with `scope["firstline.body"]`, whole; the others hear why not."""

    def __init__(self, application: Application, *, known: Known) -> None:
        """`known`: whether the one who asks is somebody, by the scope; asked in a thread, and only about much."""
        self.application, self.known = application, known
        self._half: Counter[str] = Counter()
        self._reading: set[Body] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        body = Body()
        self._reading.add(body)
        try:
            try:
                await self._read(scope, receive, body)
            finally:
                self._reading.discard(body)
            await self.application({**scope, BODY: body}, receive, send)
        except Refusal as refusal:
            await _refuse(scope, receive, send, refusal)
        except Away:
            pass
        finally:
            body.close()

    async def _read(self, scope: Any, receive: Any, body: Body) -> None:
        if not has_one(scope):
            return
        headers = dict(scope["headers"])
        said = headers.get(b"content-length", b"")
        most, known = limit_of(scope["path"], headers.get(b"content-type", b"")), False
        expected = int(said) if said.isdigit() else 0
        if expected > most:
            raise Refusal(413, format_lazy(TOO_LARGE, mb=most // MB))
        network = network_of(scope["client"][0]) if scope.get("client") else ""
        began, counted = time.monotonic(), False
        try:
            while True:
                if not known and max(expected, body.size) > ANONYMOUS:
                    known = await self._is_known(scope)
                    if not known:
                        raise Refusal(413, NOT_SIGNED_IN)
                message = await self._message(receive, began, body, counted)
                if message is None:
                    self._count(network)
                    counted = True
                    continue
                if message["type"] == "http.disconnect":
                    raise Away
                piece = message.get("body", b"")
                if body.size + len(piece) > most:
                    raise Refusal(413, format_lazy(TOO_LARGE, mb=most // MB))
                await self._add(body, piece)
                if not message.get("more_body"):
                    return
        finally:
            if counted:
                self._half[network] -= 1
                if not self._half[network]:
                    del self._half[network]

    async def _message(self, receive: Any, began: float, body: Body, counted: bool) -> Any:
        """The next one; None once, when it is time to count this request among the slow ones."""
        end = AT_ONCE_SECONDS if not counted else FIRST_SECONDS + body.size / LEAST_RATE
        try:
            async with asyncio.timeout(max(0.0, began + end - time.monotonic())):
                return await receive()
        except TimeoutError:
            if counted:
                raise Refusal(408, TOO_SLOW) from None
            return None

    async def _is_known(self, scope: Any) -> bool:
        try:
            return await asyncio.to_thread(self.known, scope)
        except DatabaseError as error:
            raise _refusal_of(error) from error

    async def _add(self, body: Body, piece: bytes) -> None:
        try:
            await body.add(piece)
        except OSError as error:
            raise _refusal_of(error) from error
        if body.on_disk and sum(each.on_disk for each in self._reading) > MOST_ON_DISK:
            raise Refusal(503, FULL, RETRY_SECONDS)

    def _count(self, network: str) -> None:
        if self._half[network] >= MOST_EACH:
            raise Refusal(429, TOO_MANY, RETRY_SECONDS)
        if self._half.total() >= MOST:
            raise Refusal(503, FULL, RETRY_SECONDS)
        self._half[network] += 1


def has_one(scope: Any) -> bool:
    """Whether anything is sent with the request."""
    headers = dict(scope["headers"])
    return b"transfer-encoding" in headers or bool(headers.get(b"content-length", b"").strip(b"0"))


def limit_of(path: str, kind: bytes) -> int:
    """How many bytes may be sent to this address, as this type."""
    file, form = most_mb()
    if path in ("/files/", "/api/v1/files"):
        return file * MB + ENVELOPE
    return form * MB + ENVELOPE if kind.startswith(b"multipart/form-data") else FIELDS


def most_mb() -> tuple[int, int]:
    """How many megabytes one file may have, and all files of a form together."""
    file = settings.CONFIG.upload_mb
    return file, FILES_OF_A_FORM * file


async def until_gone(receive: Any) -> None:
    """Ends when the other side has closed the connection, or everything is said."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _refusal_of(error: Exception) -> Refusal:
    """What is said of an outage; raises the error again if it is none."""
    outage = outage_of(error)
    if outage is None:
        raise error
    return Refusal(outage.status, outage.text, RETRY_SECONDS if outage.status == 503 else 0)


async def _refuse(scope: Any, receive: Any, send: Any, refusal: Refusal) -> None:
    logging.getLogger(__name__).info("Refused with %s while it came: %s", refusal.status, scope["path"])
    await turn_away(scope, send, refusal.status, refusal.sentence, retry_after=refusal.retry_after, more=True)
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while (message := await receive())["type"] != "http.disconnect" and message.get("more_body"):
                pass
    except TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b""})
