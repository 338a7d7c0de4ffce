"""Rows that a mail program broke are joined, and words that stand outside of all parts are found."""
# ruff: noqa: E501  tables as they stand

import pytest

from firstline.channels.email.flowed import unflowed
from firstline.channels.email.mime import Limits, parse
from firstline.channels.email.outside import MOST, words_outside

# What was written, the text, and the text where the last blank of a row was none of it
FLOWED = [
    *(
        ("", "", ""),
        ("a", "a", "a"),
        ("a\n", "a\n", "a\n"),
        ("a \nb", "a b", "ab"),
        ("a \nb\n\nc", "a b\n\nc", "ab\n\nc"),
    ),
    # The last row of all may be an open one.
    *(("a ", "a ", "a"), ("a\nb ", "a\nb ", "a\nb"), ("a \nb ", "a b ", "ab"), ("a \n", "a ", "a")),
    *(("> a \n> b", "> a b", "> ab"), ("> a \n> b ", "> a b", "> ab"), (">a\n>>b", "> a\n>> b", "> a\n>> b")),
    *((">\nx", ">\nx", ">\nx"), ("> a \nb", "> a\nb", "> a\nb"), (" >a", ">a", ">a"), ("  a", " a", " a")),
    *(("a \n-- \nb \nc", "a \n-- \nb c", "a\n-- \nbc"), ("> -- \n> b", "> --\n> b", "> --\n> b")),
]


@pytest.mark.parametrize(("written", "text", "without"), FLOWED)
def test_broken_rows_are_joined_and_none_is_lost(written: str, text: str, without: str) -> None:
    assert unflowed(written, without_blank=False) == text
    assert unflowed(written, without_blank=True) == without


NOTICE = b"This is a multi-part message in MIME format.\n"
YES = "да".encode("koi8-r")
# What the head says besides, what stands before the part and behind it, and the words of these
OUTSIDE: list[tuple[str, bytes, bytes, list[str]]] = [
    *(("", b"", b"", []), ("", b" \n\n", b"\n", []), ("", NOTICE, b"", []), ("", NOTICE, b"words\n", ["words"])),
    *(("", b"one\r\n\r\ntwo\n", b"three", ["one\n\ntwo", "three"]), ("", b"one\n\n" + NOTICE + b"\ntwo\n", b"", ["one\n\ntwo"])),
    *(("; charset=koi8-r", YES + b"\n", b"", ["да"]), ("; charset=x-of-nobody", "да\n".encode(), b"", ["да"])),
    ("\nContent-Transfer-Encoding: quoted-printable", b"caf=C3=A9\n", b"", ["café"]),
    ("", b"x" * (MOST + 5) + b"\n", b"", ["x" * MOST]),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(OUTSIDE)))
def test_words_that_stand_outside_of_the_parts_are_found(number: int) -> None:
    more, before, behind, found = OUTSIDE[number]
    head = f"Subject: x\nContent-Type: multipart/mixed; boundary=b{more}\n\n".encode()
    part = parse(head + before + b"--b\n\nx\n--b--\n" + behind, limits=Limits())
    assert words_outside(part) == found


def test_words_outside_are_in_the_charset_that_a_part_names() -> None:
    inner = b"--b\nContent-Type: text/plain; charset=koi8-r\n\nx\n--b--\n"
    part = parse(b"Content-Type: multipart/mixed; boundary=b\n\n" + YES + b"\n" + inner, limits=Limits())
    assert words_outside(part) == ["да"]
