"""Clients that talk slowly, listen slowly or say too much, against a real `firstline serve`. Others notice nothing."""

import json
import shutil
import socket
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.cli.serving import Serving
from tests.cli.test_serve import OPEN_A_TICKET, SIGN_IN

pytestmark = pytest.mark.system

MANY = 200
QUICK = 5.0
"""Seconds for a page on a busy machine; alone it takes a few hundredths."""
LARGE_FILE = """import os
from firstline.people.models import Person
from firstline.tickets import files
print(files.keep(os.urandom(20_000_000), name="large.bin", by=Person.objects.by_email("mei@corp.example")).pk)
"""


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    folder = Path(tempfile.mkdtemp(prefix="firstline-slow-"))
    serving = Serving(folder / "data")
    try:
        serving.start()
        serving.python(OPEN_A_TICKET)
        yield serving
    finally:
        if serving.process:
            serving.stop()
        shutil.rmtree(folder)


def test_many_bodies_that_never_come_keep_no_page_from_anybody(serving: Serving) -> None:
    cookie = b"firstline_csrf=" + b"a" * 32
    kind = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\na"
    head = b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\n%s" % (cookie, kind)
    with talking(serving, head):
        assert slowest_page(serving) < QUICK
        assert said_by(serving, b"POST /sign-in/", b"a=b").startswith(b"HTTP/1.1 403")  # a form, whole


def test_many_heads_that_never_end_keep_no_page_from_anybody(serving: Serving) -> None:
    with talking(serving, b"GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "):
        assert slowest_page(serving) < QUICK


def test_a_head_that_does_not_end_is_not_waited_for(serving: Serving) -> None:
    with connected(serving) as one:
        one.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        one.settimeout(30)
        assert end_of(one) == b""


def test_many_who_do_not_take_their_answer_keep_no_page_from_anybody(serving: Serving) -> None:
    cookie, file = serving.python(SIGN_IN), serving.python(LARGE_FILE)
    head = f"GET /files/{file}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: firstline_session={cookie}\r\n\r\n"
    with talking(serving, head.encode(), many=60) as sockets:
        assert slowest_page(serving) < QUICK
        # Who takes it gets all of it, in order.
        taken = end_of(sockets[0], most=20_000_000)
        assert taken.startswith(b"HTTP/1.1 200")
        assert len(taken) >= 20_000_000


@pytest.mark.parametrize("cookie", ["", "Cookie: firstline_session=nobodys; firstline_csrf=x\r\n"])
@pytest.mark.parametrize("length", ["Content-Length: 20000000", "Transfer-Encoding: chunked"])
def test_much_from_nobody_is_refused_while_it_comes(serving: Serving, cookie: str, length: str) -> None:
    head = f"POST /files/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}Content-Type: multipart/form-data; boundary=x\r\n"
    answer, sent = poured(serving, f"{head}Accept-Language: zh-CN\r\n{length}\r\n\r\n".encode(), "chunked" in length)
    assert answer.startswith(b"HTTP/1.1 413")
    assert "登录" in json.loads(answer.partition(b"\r\n\r\n")[2])["error"]
    assert sent < 8_000_000


def test_too_large_an_upload_is_refused_while_it_comes_and_one_that_fits_is_taken(serving: Serving) -> None:
    cookie = serving.python(SIGN_IN)
    head = f"POST /files/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: firstline_session={cookie}\r\nAccept-Language: en\r\n"
    for length in ("Content-Length: 300000000", "Transfer-Encoding: chunked"):
        answer, sent = poured(serving, f"{head}{length}\r\n\r\n".encode(), "chunked" in length)
        assert answer.startswith(b"HTTP/1.1 413")
        assert b"larger than the 25 MB that are accepted here" in answer
        assert sent < 60_000_000

    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="five.bin"\r\n\r\n%s\r\n--x--\r\n'
    body = form % (b"x" * 5_000_000)
    token = "a" * 32
    head = (
        f"POST /files/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: firstline_session={cookie}; firstline_csrf={token}\r\n"
        f"X-CSRFToken: {token}\r\nContent-Type: multipart/form-data; boundary=x\r\nConnection: close\r\n"
    )
    for framing, said in (
        (f"Content-Length: {len(body)}", body),
        ("Transfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)),
    ):
        with connected(serving) as one:
            one.sendall(f"{head}{framing}\r\n\r\n".encode() + said)
            answer = end_of(one)
        assert answer.startswith(b"HTTP/1.1 201"), answer
        assert b'"size": 5000000' in answer


HUGE = 200_000_000
HUGE_ONES = {
    "as long as it says": b"Content-Length: %d\r\n" % HUGE,
    "in chunks": b"Transfer-Encoding: chunked\r\n",
    "asking first": b"Expect: 100-continue\r\nContent-Length: %d\r\n" % HUGE,
}


@pytest.mark.parametrize("path", ["/files/", "/live", "/sign-in/", "/api/v1/files", "/no/such/page/"])
@pytest.mark.parametrize("length", HUGE_ONES.values(), ids=HUGE_ONES.keys())
def test_two_hundred_megabytes_from_nobody_end_within_seconds(serving: Serving, path: str, length: bytes) -> None:
    """From a client that says all it has to say before it listens, and from one that listens first."""
    head = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n" % path.encode()
    began = time.monotonic()
    with connected(serving) as one:
        one.settimeout(20)
        one.sendall(head + length + b"Content-Type: multipart/form-data; boundary=x\r\n\r\n")
        if b"Expect" not in length:
            piece = b"x" * 65536 if b"Length" in length else b"10000\r\n" + b"x" * 65536 + b"\r\n"
            with suppress(ConnectionError):
                for _ in range(HUGE // 65536):
                    one.sendall(piece)
        answer = end_of(one)
    assert time.monotonic() - began < 15
    assert not answer or answer.startswith(b"HTTP/1.1 413"), answer[:200]
    if b"Expect" in length:
        assert answer.startswith(b"HTTP/1.1 413")  # and not "100 Continue"


def test_ten_thousand_small_chunks_are_one_body_and_many_bodies_one_after_another_are_many(serving: Serving) -> None:
    chunks = b"1\r\na\r\n" * 10_000 + b"0\r\n\r\n"
    head = b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
    began = time.monotonic()
    with connected(serving) as one:
        one.settimeout(20)
        one.sendall((head + b"\r\n" + chunks) * 3 + head + b"Connection: close\r\n\r\n" + chunks)
        answer = end_of(one)
    assert answer.count(b"HTTP/1.1 403 ") == 4
    assert time.monotonic() - began < 15


def poured(serving: Serving, head: bytes, chunked: bool) -> tuple[bytes, int]:
    """Send for as long as nothing is answered; the answer, and how many bytes went."""
    piece = b"x" * 65536
    framed = b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece
    with connected(serving) as one:
        one.sendall(head)
        one.setblocking(False)
        sent, answer, left, end = 0, b"", framed, time.monotonic() + 20
        while b"\r\n\r\n" not in answer and time.monotonic() < end:
            try:
                answer += one.recv(65536)
                continue
            except BlockingIOError:
                pass
            try:
                went = one.send(left)
                sent, left = sent + went, left[went:] or framed
            except BlockingIOError:
                time.sleep(0.001)
        one.settimeout(10)
        return answer + end_of(one), sent


def slowest_page(serving: Serving, count: int = 10) -> float:
    longest = 0.0
    for _ in range(count):
        began = time.monotonic()
        with urllib.request.urlopen(f"{serving.url}/sign-in/", timeout=10) as answer:
            answer.read()
        longest = max(longest, time.monotonic() - began)
    return longest


def said_by(serving: Serving, line: bytes, body: bytes) -> bytes:
    with connected(serving) as one:
        head = b"%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        one.sendall(head % (line, len(body)) + body)
        return end_of(one)


@contextmanager
def talking(serving: Serving, head: bytes, many: int = MANY) -> Iterator[list[socket.socket]]:
    """So many connections, each of which says this and then nothing."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(connected(serving)) for _ in range(many)]
        for one in sockets:
            one.sendall(head)
        threading.Event().wait(1)  # longer than what is not counted as slow
        yield sockets


@contextmanager
def connected(serving: Serving) -> Iterator[socket.socket]:
    host, _colon, port = serving.url.rpartition("/")[2].rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as one:
        yield one


def end_of(one: socket.socket, most: int | None = None) -> bytes:
    found = bytearray()
    try:
        while piece := one.recv(1 << 20):
            found += piece
            if most is not None and len(found) >= most:
                break
    except ConnectionResetError:
        pass
    return bytes(found)
