"""A letter as a tree: where its parts begin and end, which types they are of, and what stands around them."""

from base64 import b64encode
from typing import Any

import pytest

from firstline.channels.email.letter import read
from firstline.channels.email.mime import Limits, Part, Unreadable, parse

HEAD = b"Content-Type: multipart/mixed; boundary=b\n\n"
PARTS = b"--b\nContent-Type: text/plain\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--\n"
BOTH = [("text/plain", b"one"), ("text/html", b"two")]


def tree(raw: bytes, **limits: int) -> Part:
    return parse(raw, limits=Limits(**limits))


def parts(raw: bytes, **limits: int) -> list[tuple[str, bytes]]:
    return [(part.type, part.body) for part in tree(raw, **limits).walk() if not part.children]


# A letter, its parts, what stands around them, and whether its head does not say where they begin
LETTERS: list[tuple[bytes, Any, tuple[bytes, ...], bool]] = [
    (HEAD + PARTS, BOTH, (), False),
    ((HEAD + PARTS).replace(b"\n", b"\r\n"), BOTH, (), False),
    ((HEAD + PARTS).replace(b"\n", b"\r"), BOTH, (), False),
    (HEAD + b"before\n" + PARTS + b"behind", BOTH, (b"before\n", b"behind"), False),
    (HEAD + b"x --b\n" + PARTS, BOTH, (b"x --b\n",), False),
    (HEAD + b"\n" + PARTS + b"\n", BOTH, (), False),
    (HEAD + PARTS + b"--b\nContent-Type: a/b\n\nthree", [*BOTH, ("a/b", b"three")], (), False),
    (HEAD + PARTS + b"--b\n  \n", BOTH, (), False),
    (HEAD + b"--b\n\none", BOTH[:1], (), False),
    (HEAD + b"--b \t\n\none\n--b-- \nx", BOTH[:1], (b"x",), False),
    (HEAD + b"--bc\n\none\n--b\n\ntwo\n--b--", [("text/plain", b"two")], (b"--bc\n\none\n",), False),
    (HEAD + b"--b\n\none\n\n--b--", [("text/plain", b"one\n")], (), False),
    (HEAD + b"just words", [("text/plain", b"just words")], (), False),
    (HEAD + b"  <HTML>x", [("text/html", b"  <HTML>x")], (), False),
    # The boundary is another one, or nobody named any
    (b"Content-Type: multipart/mixed; boundary=z\n\n" + PARTS, BOTH, (), True),
    (b"Content-Type: multipart/mixed\n\n" + PARTS, BOTH, (), True),
    (PARTS, BOTH, (), True),
    (b"words\n" + PARTS, BOTH, (b"words\n",), True),
    (b"Content-Type: text/plain\n\n" + PARTS, BOTH, (), True),
    (b"Content-Type: text/plain\n\nThis is MIME.\n\n" + PARTS, BOTH, (b"This is MIME.\n\n",), True),
    (HEAD.replace(b"\n\n", b"\nContent-Transfer-Encoding: base64\n\n") + b64encode(PARTS), BOTH, (), False),
    # What is said of its encoding is true of none of its parts
    (HEAD.replace(b"\n\n", b"\nContent-Transfer-Encoding: base64\n\n") + PARTS, BOTH, (), False),
    # One part is enough where its boundary stands once more
    (b"--b\nContent-Type: text/html\n\none\n--b--\n", [("text/html", b"one")], (), True),
    (
        HEAD + b"\n--b\n\n\n--b\n\none\r\n--b\n\ntwo\r--b--",
        [("text/plain", b""), ("text/plain", b"one"), ("text/plain", b"two")],
        (),
        False,
    ),
    *(
        (head + PARTS, [(kind, words + PARTS)], (), False)
        for kind, words, head in (
            ("text/plain", b"words\n", b"Content-Type: text/plain\n\nwords\n"),
            ("text/plain", b"words\n", b"Content-Transfer-Encoding: 7bit\n\nwords\n"),
            ("text/plain", b"", b"Content-Disposition: inline; filename=a\n\n"),
            ("text/html", b"", b"Content-Type: text/html\n\n"),
            ("text/plain", b"w\n" * 10_100, b"Subject: x\n\n" + b"w\n" * 10_100),
        )
    ),
    (b"Subject: x\n\n" + b"w\n" * 9_990 + PARTS, BOTH, (b"w\n" * 9_990,), True),
    (b"Subject: x\n\n" + PARTS[:35], [("text/plain", PARTS[:35])], (), False),
    (
        b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b--",
        [("message/rfc822", b"Subject: x\n\ny")],
        (),
        False,
    ),
]


@pytest.mark.parametrize(("raw", "found", "outside", "guessed"), LETTERS, ids=range(len(LETTERS)))
def test_parts_are_found(raw: bytes, found: Any, outside: tuple[bytes, ...], guessed: bool) -> None:
    assert parts(raw) == found
    assert (tree(raw).outside, tree(raw).is_guessed) == (outside, guessed)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        *(("", "text/plain"), ("text", "text/plain"), ("html", "text/html"), ("HTML", "text/html"), ("a/b", "a/b")),
        *(("text/", "text/plain"), ("text/html x", "text/html"), ("x", "text/plain"), ("image", "text/plain")),
    ],
)
def test_what_is_no_type_is_text(written: str, kind: str) -> None:
    assert parts(f"Content-Type: {written}\n\nwords".encode()) == [(kind, b"words")]
    inner = f"--b\nContent-Type: {written}\n\nwords\n--b--"
    digest = f"Content-Type: multipart/digest; boundary=b\n\n{inner}".encode()
    assert parts(digest) == [(kind if written else "message/rfc822", b"words")]


def nested(depth: int) -> bytes:
    heads = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(depth))
    return b"".join(heads) + b"\nx"


# A letter at a limit, and one beyond it
@pytest.mark.parametrize(
    ("within", "beyond", "limit", "reason"),
    [
        (HEAD + b"--b\n\nx\n" * 3 + b"--b--", HEAD + b"--b\n\nx\n" * 4 + b"--b--", {"parts": 4}, "parts"),
        (nested(3), nested(4), {"depth": 3}, "depth"),
        (b"Subject: x\n\n" + b"y" * 8, b"Subject: x\n\n" + b"y" * 9, {"size": 20}, "size"),
        (b"Subject: x\nTo: y\n\nz", b"Subject: x\nTo: y\nCc: y\n\nz", {"fields": 2}, "header"),
        (b"Subject: x\n\nz", b"Subject: " + b"x" * 300 + b"\n\nz", {"header": 200}, "header"),
    ],
    ids=["parts", "depth", "size", "fields", "header"],
)
def test_a_letter_may_hold_so_much(within: bytes, beyond: bytes, limit: dict[str, int], reason: str) -> None:
    assert parts(within, **limit)
    with pytest.raises(Unreadable) as refused:
        parts(beyond, **limit)
    assert refused.value.reason == reason


@pytest.mark.parametrize(("length", "known"), [(500, True), (501, False)])
def test_a_boundary_has_a_length(length: int, known: bool) -> None:
    edge = b"e" * length
    raw = b"Content-Type: multipart/mixed; boundary=" + edge + b"\n\n--" + edge + b"\nX-A: b\n\none"
    assert (parts(raw) == [("text/plain", b"one")]) is known


def test_line_ends_that_were_mended_once_too_often_are_mended_where_most_are_so() -> None:
    most = b"Subject: a\r\r\nX-A: b\r\r\n\r\r\none\r\r\ntwo\n"
    assert (tree(most).headers.text("x-a"), tree(most).body) == ("b", b"one\r\ntwo\n")
    few = b"Subject: a\r\nX-A: b\r\n\r\none\r\r\ntwo\r\r\nthree\r\r\n"
    assert tree(few).body == b"one\r\r\ntwo\r\r\nthree\r\r\n"
    third = b"Subject: a\nX-A: b\n\none\r\r\ntwo\r\r\n"
    assert tree(third).body == b"one\r\r\ntwo\r\r\n"


# What a letter names somewhere, and the charset in which its raw fields are taken to be
@pytest.mark.parametrize(
    ("named", "words"),
    [
        *(("charset=gbk", "镕"), ("charset=us-ascii charset=utf-8 charset=gb2312", "镕")),
        *(("charset=utf-16 charset=utf-7 charset=x-none charset='gbk'", "镕"), ("CharSet = gbk", "镕")),
        *((" " * 199_900 + "charset=gbk", "镕"), (" " * 200_000 + "charset=gbk", "")),
    ],
    ids=range(6),
)
def test_the_first_charset_that_says_something_is_that_of_raw_fields(named: str, words: str) -> None:
    found = read("Subject: 镕\nContent-Type: text/plain\n\n".encode("gbk") + named.encode())
    assert (found.subject == words) is (words == "镕")


# What HTML names, what its head names, and the words
@pytest.mark.parametrize(
    ("told", "named", "codec"),
    [
        *(("", "gb2312", "gbk"), ("us-ascii", "big5", "big5"), ("x-unknown", "gb2312", "gbk")),
        *(("gb2312", "iso-8859-1", "gbk"),),
    ],
)
def test_what_html_says_of_its_charset_counts_where_the_head_says_nothing(told: str, named: str, codec: str) -> None:
    kind = f"Content-Type: text/html; charset={told}\n\n<meta charset={named}>".encode()
    word = "謝" if codec == "big5" else "镕"
    assert read(kind + word.encode(codec)).text == word


def test_what_holds_parts_without_a_word_is_mixed() -> None:
    assert [part.type for part in tree(PARTS).walk()] == ["multipart/mixed", "text/plain", "text/html"]


YES = "да".encode("koi8-r")
# What a part says of its charset, what its words say of it, and how they are read
TOLD = [
    *(("text/html", b'<meta charset="koi8-r">', "да"), ("text/html; charset=us-ascii", b"<meta charset=koi8-r>", "да")),
    *(("text/html; charset=x-of-nobody", b"<meta charset=koi8-r>", "да"),),
    ("text/html; charset=koi8-r", b"<meta charset=iso-8859-5>", "да"),
    ("text/plain; charset=koi8-r", b"charset=iso-8859-5", "да"),
    ("text/plain; charset=iso-8859-5", b"charset=koi8-r", YES.decode("iso-8859-5")),
]


@pytest.mark.parametrize(("kind", "said", "words"), TOLD)
def test_html_says_its_charset_where_the_head_says_none_that_can_be_used(kind: str, said: bytes, words: str) -> None:
    part = tree(f"Content-Type: {kind}\n\nx".encode())
    assert part.read_as_text(said + YES).endswith(words)
