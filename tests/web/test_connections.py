"""No connection holds up the loop on which all others are answered; the oldest silent one makes room for a new one."""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from firstline.web import connections
from firstline.web.bodies import BODY, Bodies
from tests.loops import Heartbeat


async def answers(scope: Any, receive: Any, send: Any) -> None:
    size = str(scope[BODY].size).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(size))]})
    await send({"type": "http.response.body", "body": size})


@asynccontextmanager
async def serving(application: Any = None, silent: connections.Silent | None = None) -> AsyncIterator[int]:
    kind = connections.protocol()
    if silent:
        kind.silent = silent
    how = uvicorn.Config(
        application or Bodies(answers, known=lambda scope: True),
        port=0,
        http=kind,
        lifespan="off",
        log_config=None,
        h11_max_incomplete_event_size=connections.LONGEST_HEAD,
    )
    server = uvicorn.Server(how)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    how.load()
    server.lifespan = how.lifespan_class(how)
    await server.startup()
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        await server.shutdown()


def on_a_loop(work: Any) -> None:
    """Run it in a thread: the browser of other tests has a loop in this one."""
    with ThreadPoolExecutor() as thread:
        thread.submit(asyncio.run, work).result(60)


HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
HOSTILE = {
    "chunks of one byte": HEAD + b"1\r\na\r\n" * 20_000 + b"0\r\n\r\n",
    "a header of many fields": b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a:b\r\n" * 60_000 + b"\r\n",
    "many requests at once": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 5_000,
    "a chunk with a long extension": HEAD + b"1;" + b"x" * 300_000 + b"\r\na\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_that_is_sent_holds_up_the_loop(said: bytes) -> None:
    async def pour() -> None:
        async with serving() as port, Heartbeat() as heart:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            try:
                async with asyncio.timeout(3):
                    while await reader.read(65536):
                        pass
            except (TimeoutError, ConnectionResetError):
                pass
            writer.close()
        assert heart.was_steady, vars(heart)

    on_a_loop(pour())


@pytest.mark.parametrize("pieces", [[3], [50_000, 1, 7000], [1] * 300])
def test_what_comes_in_chunks_is_whole(pieces: list[int]) -> None:
    async def ask() -> bytes:
        async with serving() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(HEAD + b"".join(b"%x\r\n%s\r\n" % (size, b"y" * size) for size in pieces) + b"0\r\n\r\n")
            answer = await reader.read()
            writer.close()
            return answer

    answers: list[bytes] = []

    async def ask_and_keep() -> None:
        answers.append(await ask())

    on_a_loop(ask_and_keep())
    assert answers[0].partition(b"\r\n\r\n")[2] == str(sum(pieces)).encode()


def test_the_oldest_silent_connection_makes_room_for_a_new_one() -> None:
    async def crowd() -> None:
        async with serving(silent=connections.Silent(most=100, most_each=3)) as port:
            silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
            for reader, _writer in silent[:2]:
                async with asyncio.timeout(5):
                    assert await reader.read(1) == b""
            reader, writer = silent[4]
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            for _reader, writer in silent:
                writer.close()

    on_a_loop(crowd())


def test_the_heartbeat_notices_a_loop_that_is_held_up() -> None:
    async def hold(block: Any) -> None:
        async with Heartbeat() as heart:
            await asyncio.sleep(0.02)
            block()
            await asyncio.sleep(0.02)
        assert not heart.was_steady

    on_a_loop(hold(lambda: threading.Event().wait(2.6)))
    on_a_loop(hold(lambda: sum(range(20_000_000))))
