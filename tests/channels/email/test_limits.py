"""Letters that are damaged, endless or made to hurt: read in bounded time, and nothing but Unreadable is raised."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.channels.email.letter import Limits, Unreadable, read
from tests.channels.email.reading import SAMPLES, made


def nested(depth: int) -> bytes:
    head = b"From: mei@example.test\nSubject: deep\n"
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(depth))
    return head + opened + b"Content-Type: text/plain\n\nbottom\n" + b"x" * 900 * depth


def bushy(width: int) -> bytes:
    inner = "Content-Type: multipart/mixed; boundary=in\n\n" + "--in\n\nx\n" * width + "--in--\n"
    return made("From: a@b.test\nContent-Type: multipart/mixed; boundary=out", f"--out\n{inner}" * width)


# Letters that cost a standard parser many seconds, or that are beyond a limit.
BOMBS = [
    ("3,000 nested parts", nested(3000)),
    ("3,000 parts side by side", made("Content-Type: multipart/mixed; boundary=b", "--b\n\nx\n" * 3000)),
    ("20 times 20 parts", bushy(20)),
    ("a header of 300 KB", b"From: a@b.test\nSubject: " + b"x" * 300_000 + b"\n\nwords"),
    ("5,000 fields", b"X: y\n" * 5_000 + b"\nwords"),
]


@pytest.mark.parametrize("raw", [raw for _, raw in BOMBS], ids=[name for name, _ in BOMBS])
def test_a_bomb_is_refused_at_once(raw):
    before = time.process_time()
    with pytest.raises(Unreadable) as refused:
        read(raw)
    assert time.process_time() - before < 1
    assert refused.value.reason


def test_a_letter_larger_than_the_limit_is_refused():
    with pytest.raises(Unreadable):
        read(b"From: a@b.test\n\n" + b"x" * 1_000, limits=Limits(size=500))


# Header values of 210 KB that must be read in linear time.
LONG = {
    "words": b"=?utf-8?q?a?= " * 15_000,
    "broken words": b"=?a?q?" * 35_000,
    "brackets": b"<" * 210_000,
    "quotes": b'"' * 210_001,
    "comments": b"(" * 210_000,
    "semicolons": b"a;" * 105_000,
    "commas": b"a@b.test," * 23_000,
    "dots": b"a." * 105_000,
    "backslashes": b"\\" * 210_000,
    "spaces": b" " * 210_000,
    "folded": b"a\n " * 70_000,
}


@pytest.mark.heavy
@pytest.mark.parametrize("value", LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize("name", ["From", "To", "Subject", "References", "Date", "Content-Type", "Content-Disposition"])
def test_a_very_long_field_is_read_in_less_than_a_second(name, value):
    before = time.process_time()
    read(name.encode() + b": " + value + b"\nMessage-ID: <a@b.test>\n\nwords")
    assert time.process_time() - before < 1


# Bodies of a megabyte that must be read in linear time.
BODIES = {
    "lone CR": b"\r" * 1_000_000,
    "boundaries": b"--b" * 330_000,
    "quoted-printable": b"=" * 1_000_000,
    "deep HTML": b"<div>" * 200_000,
    "entities": b"&amp;x" * 160_000,
    "pictures": b'<img src="data:image/png;base64,' * 30_000,
    "escapes": b"\x1b$B" * 330_000,
    "high bytes": b"\xff" * 1_000_000,
}


@pytest.mark.heavy
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("kind", ["text/plain; charset=gb2312", "text/html", "multipart/mixed; boundary=b"])
def test_a_large_odd_body_is_read_in_a_few_seconds(kind, body):
    before = time.process_time()
    read(b"From: a@b.test\nContent-Type: " + kind.encode() + b"\n\n" + body)
    assert time.process_time() - before < 3


@pytest.mark.heavy
def test_many_large_html_parts_are_read_in_bounded_time():
    part = "--b\nContent-Type: text/html\n\n" + "<p>x" * 20_000 + "\n"
    before = time.process_time()
    read(made("From: a@b.test\nContent-Type: multipart/mixed; boundary=b", part * 190))
    assert time.process_time() - before < 30


def test_too_many_links_leave_the_letter_without_a_body():
    found = read(made("From: a@b.test\nSubject: x", "http://example.test/ \n" * 5_001))
    assert (found.text, found.html, found.oversize) == ("", None, ("links",))


def test_a_very_long_text_is_cut_and_said_to_be():
    found = read(made("From: a@b.test\nSubject: x", "word " * 300_000))
    assert len(found.text) == 1_000_000
    assert found.oversize == ("text",)


def test_a_text_cut_while_it_was_still_bytes_is_said_to_be():
    raw = b"From: a@b.test\nContent-Type: text/plain; charset=iso-2022-jp\n\n" + b"\x1b$B-!\x1b(B" * 1_000_000
    assert read(raw).oversize == ("text",)


def test_codecs_that_are_no_charsets_are_never_used():
    raw = b"From: a@b.test\nContent-Type: text/plain; charset=%s\n\nabc-\\x41"
    for charset in (b"punycode", b"idna", b"unicode_escape", b"rot13", b"zlib", b"undefined", b"mbcs"):
        assert read(raw % charset).text == "abc-\\x41"


def test_nothing_that_a_database_refuses_comes_out():
    raw = b"From: a@b.test\nSubject: a\x00b\nContent-Type: text/plain; charset=utf-16\n\n\x00\x00\x3d\xd8\x00"
    found = read(raw)
    assert "\x00" not in found.text + found.subject
    (found.text + found.subject).encode()


@st.composite
def damaged(draw) -> bytes:
    """A sample cut, doubled, crossed with another, or with bytes changed."""
    raw = bytearray(draw(st.sampled_from(SAMPLES)).read_bytes())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        until = draw(st.integers(at, min(len(raw), at + 400)))
        how = draw(st.sampled_from(["drop", "twice", "change", "cross"]))
        if how == "drop":
            del raw[at:until]
        elif how == "twice":
            raw[at:at] = raw[at:until]
        elif how == "change":
            raw[at:until] = draw(st.binary(max_size=40))
        else:
            raw[at:] = draw(st.sampled_from(SAMPLES)).read_bytes()[at:]
    return bytes(raw)


@pytest.mark.heavy
@settings(max_examples=300, deadline=None)
@given(damaged())
def test_a_damaged_letter_raises_nothing_but_unreadable(raw):
    try:
        found = read(raw)
    except Unreadable:
        return
    assert "\n" not in found.subject
    assert all(one.name and "/" not in one.name for one in found.attachments)
    (found.text + found.subject + (found.html or "") + found.sender.name).encode()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2_000))
def test_bytes_that_are_no_letter_raise_nothing_but_unreadable(raw):
    assert read(raw).key.startswith(("sha256:", "<"))
