"""Whoever goes away while a file is handed out has nobody read the rest of it."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from firstline.web.threads import READ_AT_ONCE, Threads
from tests.loops import run

PIECES = 40


class Pages:
    """Hands out a file of many pieces, and notes how many were read and whether it was closed."""

    streaming = True

    def __init__(self) -> None:
        self.read, self.closed = 0, False

    def __call__(self, environ: Any, start: Callable[..., Any]) -> "Pages":
        start("200 OK", [])
        return self

    def __iter__(self) -> Iterator[bytes]:
        for _piece in range(PIECES):
            self.read += 1
            yield b"x" * READ_AT_ONCE

    def close(self) -> None:
        self.closed = True


SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/files/7/",
    "raw_path": b"/files/7/",
    "query_string": b"",
    "headers": [],
    "http_version": "1.1",
    "scheme": "http",
    "server": ("desk.example", 80),
    "client": ("198.51.100.7", 1),
}


@pytest.mark.parametrize("goes_after", [1, 5, None])
def test_the_rest_of_a_file_is_not_read_for_a_client_that_has_gone(goes_after: int | None) -> None:
    pages, sent = Pages(), []

    async def handed_out() -> None:
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if not sent:
                return {"type": "http.request", "body": b"", "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            # As a server does: what is sent to nobody is dropped without a word.
            sent.append(len(message.get("body", b"")))
            if goes_after is not None and sum(sent) >= goes_after * READ_AT_ONCE:
                gone.set()
            await asyncio.sleep(0)

        await Threads(pages, workers=1)(SCOPE, receive, send)

    run(handed_out())
    assert pages.closed
    assert pages.read == PIECES if goes_after is None else pages.read <= goes_after + 2
