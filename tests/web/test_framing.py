"""Where a request ends is the same for everybody, or it is refused and the connection closed."""

import asyncio
from typing import Any

import pytest

from tests.loops import run
from tests.web.test_connections import serving

CHUNKED, EMPTY = b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n"
AMBIGUOUS = {
    "length and chunks": (b"Content-Length: 4\r\n" + CHUNKED, EMPTY),
    "chunks and length": (CHUNKED + b"Content-Length: 4\r\n", EMPTY),
    "chunks and an empty length": (CHUNKED + b"Content-Length: 0\r\n", EMPTY),
    "two lengths": (b"Content-Length: 4\r\nContent-Length: 5\r\n", b"abcde"),
    "one length twice": (b"Content-Length: 4\r\nContent-Length: 4\r\n", b"abcd"),
    "lengths in a row": (b"Content-Length: 4, 4\r\n", b"abcd"),
    "a signed length": (b"Content-Length: +4\r\n", b"abcd"),
    "a negative length": (b"Content-Length: -4\r\n", b"abcd"),
    "a length of digits that are none": ("Content-Length: ٤\r\n".encode(), b"abcd"),
    "no length": (b"Content-Length:\r\n", b"abcd"),
    "a folded length": (b"Content-Length:\r\n 4\r\n", b"abcd"),
    "a folded coding": (b"Transfer-Encoding:\r\n chunked\r\n", EMPTY),
    "a coding in a folded field": (b"X: a\r\n Transfer-Encoding: chunked\r\n", EMPTY),
    "a field folded with a tab": (b"X: a\r\n\tb\r\n", b""),
    "two codings": (CHUNKED * 2, EMPTY),
    "a coding in a row": (b"Transfer-Encoding: gzip, chunked\r\n", EMPTY),
    "chunked twice": (b"Transfer-Encoding: chunked, chunked\r\n", EMPTY),
    "another coding": (b"Transfer-Encoding: identity\r\n", b"abcd"),
    "a coding with a parameter": (b"Transfer-Encoding: chunked;a=b\r\n", EMPTY),
    "a coding in quotation marks": (b'Transfer-Encoding: "chunked"\r\n', EMPTY),
    "a coding after a control character": (b"Transfer-Encoding: \x0bchunked\r\n", EMPTY),
    "a blank before the colon": (b"Transfer-Encoding : chunked\r\n", EMPTY),
    "a length with a blank before the colon": (b"Content-Length : 4\r\n", b"abcd"),
    "a chunk whose length is none": (CHUNKED, b"x\r\na\r\n0\r\n\r\n"),
    "a chunk of a negative length": (CHUNKED, b"-1\r\na\r\n0\r\n\r\n"),
    "a chunk longer than it says": (CHUNKED, b"1\r\nabc\r\n0\r\n\r\n"),
    "a chunk of an endless length": (CHUNKED, b"f" * 40 + b"\r\na\r\n0\r\n\r\n"),
    "a folded trailer": (CHUNKED, b"0\r\nX: a\r\n b\r\n\r\n"),
}
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


class Site:
    """Answers whatever was understood with 200, and remembers for what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive())["type"] == "http.request" and message.get("more_body"):
            pass
        if message["type"] == "http.request":
            self.asked.append(scope["path"])
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": b"ok"})


async def said(raw: bytes) -> tuple[bytes, list[str]]:
    """All that is answered until the connection is closed, and for which addresses the site was asked."""
    site = Site()
    async with serving(site) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw)
        async with asyncio.timeout(4):
            answer = await reader.read()
        writer.close()
    return answer, site.asked


@pytest.mark.parametrize("head", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_a_request_whose_end_is_in_doubt_is_refused_and_nothing_behind_it_is_read(head: tuple[bytes, bytes]) -> None:
    fields, body = head
    answer, asked = run(said(b"POST / HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n" + body + SMUGGLED))
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 501 ")), answer
    assert answer.count(b"HTTP/1.1") == 1
    assert asked == []
    top, _blank, sentence = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in top.lower()
    assert "nothing of it was done" in sentence.decode()
    assert "这个请求" in sentence.decode()


def test_chunks_of_a_client_that_cannot_know_them_are_refused() -> None:
    answer, asked = run(said(b"POST / HTTP/1.0\r\nHost: a\r\n" + CHUNKED + b"\r\n" + EMPTY + SMUGGLED))
    assert (answer[:13], asked) == (b"HTTP/1.1 400 ", [])


def test_a_head_that_is_too_long_is_refused_as_such_in_both_languages() -> None:
    answer, asked = run(said(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 40_000))
    assert (answer[:13], asked) == (b"HTTP/1.1 431 ", [])
    assert "longer than is accepted" in answer.decode()
    assert "过长" in answer.decode()


CLOSE = b"Connection: close\r\n\r\n"
PLAIN = {
    "a length": b"POST /last HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n" + CLOSE + b"abcd",
    "chunks": b"POST /last HTTP/1.1\r\nHost: a\r\n" + CHUNKED + CLOSE + b"4;x\r\nabcd\r\n0\r\n" + b"X: 9\r\n\r\n",
    "a colon in its address": b"GET /last?content-length:transfer-encoding: HTTP/1.1\r\nHost: a\r\n" + CLOSE,
    "HTTP/1.0": b"POST /last HTTP/1.0\r\nContent-Length: 4\r\n\r\nabcd",
}  # fmt: skip


@pytest.mark.parametrize("last", PLAIN.values(), ids=PLAIN.keys())
def test_requests_one_after_another_are_each_answered(last: bytes) -> None:
    first = b"POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
    chunked = b"POST /second HTTP/1.1\r\nHost: a\r\n" + CHUNKED + b"\r\n" + b"1\r\na\r\n" * 50 + EMPTY
    answer, asked = run(said(first + chunked + last))
    assert asked == ["/first", "/second", "/last"]
    assert answer.count(b"HTTP/1.1 200 ") == 3


def test_what_comes_after_an_answer_has_begun_ends_it_and_gets_no_second_one() -> None:
    async def early(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"no", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    async def ask() -> bytes:
        async with serving(early) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\n" + CHUNKED + b"\r\n1\r\na\r\n")
            answer = await reader.readuntil(b"no")
            writer.write(b"nonsense\r\n")
            async with asyncio.timeout(4):
                answer += await reader.read()
            writer.close()
            return answer

    answer = run(ask())
    assert answer.startswith(b"HTTP/1.1 413")
    assert answer.count(b"HTTP/1.1") == 1
