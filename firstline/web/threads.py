"""Django in threads. A request has a thread while Django works on it, and none while its client reads the answer."""

import asyncio
import contextvars
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from a2wsgi.wsgi import build_environ
from django.db import close_old_connections

from firstline.kit.limits import limit
from firstline.web.bodies import BODY, until_gone

STALLED_SECONDS = limit(
    30.0, "seconds", of="the time to take the first of an answer", per="request", said="The connection is ended."
)
LEAST_RATE = limit(
    2 * 1024,
    "bytes a second",
    of="(at least) the pace of taking an answer",
    per="request",
    said="The connection is ended.",
)
MOST_UNREAD = limit(
    256 * 1024 * 1024,
    "bytes",
    of="answers in memory that nobody has taken yet",
    per="process",
    said="The connection with the oldest is ended.",
)
PIECE = 64 * 1024
READ_AT_ONCE = 256 * 1024
"""Of a file that is handed out; each time costs a turn in a thread."""


@dataclass(eq=False)
class Answer:
    """What Django said: its beginning, and where the rest comes from if that was not all."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None
    abort: Callable[[], None] = lambda: None


class Threads:
    """The ASGI application that asks the WSGI application `pages`."""

    def __init__(self, pages: Any, *, workers: int) -> None:
        self.pages = pages
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="WSGI")
        self._unread: dict[Answer, int] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        answer = await loop.run_in_executor(self._executor, context.run, self._begin, scope)
        answer.abort = scope.get("state", {}).get("abort", answer.abort)
        sending, gone = _Sending(send, answer), None
        try:
            self._holds(answer)
            await sending.start()
            await sending.all(answer.body, more=answer.rest is not None)
            gone = asyncio.create_task(until_gone(receive)) if answer.rest is not None else None
            while gone is not None and answer.rest is not None and not gone.done():
                piece = await loop.run_in_executor(self._executor, context.run, _some, answer.rest)
                if len(piece) < READ_AT_ONCE:
                    answer.rest = None
                await sending.all(piece, more=answer.rest is not None)
        except TimeoutError:
            logging.getLogger(__name__).info("An answer was not taken: %s", scope["path"])
            answer.abort()
        finally:
            self._unread.pop(answer, None)
            if gone is not None:
                gone.cancel()
            if answer.close is not None:
                await loop.run_in_executor(self._executor, context.run, answer.close)

    def _begin(self, scope: Any) -> Answer:
        """Let Django answer, up to the end or to as much of a file as goes out first."""
        body = scope.get(BODY)
        environ: Any = build_environ(scope, body.opened() if body else BytesIO())  # type: ignore[arg-type]
        if body:
            environ["CONTENT_LENGTH"] = str(body.size) if body.size else environ.get("CONTENT_LENGTH", "")
            environ.pop("HTTP_TRANSFER_ENCODING", None)
        answer = Answer()

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            answer.status = int(status.partition(" ")[0])
            answer.headers = [
                (name.strip().lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers
            ]

        said = self.pages(environ, start)
        rest = iter(said)
        answer.body = _some(rest)
        close = getattr(said, "close", lambda: None)
        if len(answer.body) < READ_AT_ONCE or not getattr(said, "streaming", True):
            answer.body += b"".join(rest)
            close()
        else:
            # The rest comes from a file, by whichever thread is free; this one keeps no connection to the database.
            close_old_connections()
            answer.rest, answer.close = rest, close
        return answer

    def _holds(self, answer: Answer) -> None:
        self._unread[answer] = len(answer.body)
        while sum(self._unread.values()) > MOST_UNREAD and len(self._unread) > 1:
            oldest = next(iter(self._unread))
            del self._unread[oldest]
            oldest.abort()


class _Sending:
    """One answer on its way out, in pieces, within a time."""

    def __init__(self, send: Any, answer: Answer) -> None:
        self._send, self._answer = send, answer
        self._began, self._sent = time.monotonic(), 0

    async def start(self) -> None:
        start = {"type": "http.response.start", "status": self._answer.status, "headers": self._answer.headers}
        await self._within(start)

    async def all(self, body: bytes, *, more: bool) -> None:
        for at in range(0, max(len(body), 1), PIECE):
            piece = body[at : at + PIECE]
            await self._within(
                {"type": "http.response.body", "body": piece, "more_body": more or at + PIECE < len(body)}
            )
            self._sent += len(piece)

    async def _within(self, message: Any) -> None:
        end = self._began + STALLED_SECONDS + self._sent / LEAST_RATE
        async with asyncio.timeout(max(0.0, end - time.monotonic())):
            await self._send(message)


def _some(rest: Iterator[bytes]) -> bytes:
    """The next of it, READ_AT_ONCE or more bytes unless it ends."""
    found, size = [], 0
    for piece in rest:
        found.append(piece)
        size += len(piece)
        if size >= READ_AT_ONCE:
            break
    return b"".join(found)


async def _live(receive: Any, send: Any) -> None:
    """The start and the stop of the process."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})
