"""Parts as they come: words are words and files files, whatever the letter says of how they were packed."""

import binascii
import contextlib
import time
from base64 import b64encode

import pytest

from firstline.channels.email.hints import is_hint
from firstline.channels.email.letter import Letter, Unreadable, read
from firstline.channels.email.transfer import decoded, decoded_text
from tests.channels.email.damage import STRUCTURES, TEXT

LONG = "您好，请问我的电脑无法连接公司网络，应该怎么办？谢谢！我是财务部的张三。" * 3
FOOTER = b"_______________________________________________\nit-all mailing list\nit-all@lists.corp.example\n"


def one(body: bytes, kind: str = "text/plain; charset=utf-8", encoding: str = "") -> Letter:
    head = f"From: eva@sample.example\nSubject: x\nContent-Type: {kind}\n"
    head += f"Content-Transfer-Encoding: {encoding}\n" if encoding else ""
    return read(head.encode() + b"\n" + body)


def several(*inner: str, kind: str = "mixed", edge: str = "b") -> Letter:
    body = "".join(f"--{edge}\n{part}\n" for part in inner) + f"--{edge}--\n"
    return one(body.encode(), f'multipart/{kind}; boundary="{edge}"')


def rows(data: bytes, width: int = 76) -> bytes:
    text = b64encode(data)
    return b"".join(text[at : at + width] + b"\n" for at in range(0, len(text), width))


@pytest.mark.parametrize("width", [60, 64, 72, 76])
@pytest.mark.parametrize("between", [b"", b"\n", b"\n\n", b"-- \n"])
def test_a_footer_that_nobody_encoded_stands_below_the_words(width: int, between: bytes) -> None:
    found = one(rows(LONG.encode(), width) + between + FOOTER, encoding="base64")
    assert found.text.startswith(LONG)
    assert "it-all@lists.corp.example" in found.text


def test_a_footer_of_plain_words_is_told_from_base64() -> None:
    words = b"\nSent to all\nUnsubscribe\nhere\n"
    assert one(rows(LONG.encode()) + words, encoding="base64").text == f"{LONG}\n\nSent to all\nUnsubscribe\nhere"


def test_words_above_the_encoded_ones_are_shown_as_well() -> None:
    found = one(b"[External sender, be careful]\n\n" + rows(LONG.encode()), encoding="base64")
    assert found.text == f"[External sender, be careful]\n\n{LONG}"


def test_html_keeps_its_footer_too() -> None:
    found = one(rows(f"<p>{LONG}</p>".encode()) + b"\n" + FOOTER, "text/html; charset=utf-8", "base64")
    assert LONG in found.text
    assert "it-all mailing list" in found.text


def test_noise_within_a_file_does_not_end_it() -> None:
    data = bytes(range(256)) * 4
    lines = rows(data).split(b"\n")
    assert decoded(b"\n".join([*lines[:3], b"!!! noise !!!", b"", *lines[3:]]), "base64")[1] == data


@pytest.mark.parametrize("words", ["Please help me.", "打印机坏了", "Two lines\nof words\n\nand more", "Thanks!\nBob"])
@pytest.mark.parametrize("encoding", ["base64", "BASE64", '"base64"', "quoted-printable", "x-unknown", "8bit"])
def test_words_that_were_not_encoded_after_all_stay_as_they_are(words: str, encoding: str) -> None:
    assert one(words.encode(), encoding=encoding).text == words


def test_words_whose_head_forgot_to_say_how_they_are_encoded_are_decoded() -> None:
    assert one(rows(LONG.encode())).text == LONG
    quoted = binascii.b2a_qp(LONG.encode())
    assert one(quoted).text == LONG
    assert one(b"a=3D1 and b=E4").text == "a=3D1 and b=E4"
    assert decoded_text(b"c2hvcnQgdG9rZW4gaGVyZQ==", "")[1] == b"c2hvcnQgdG9rZW4gaGVyZQ=="


def test_quoted_printable_is_read_though_it_is_broken() -> None:
    assert one(b"caf=C3=A9 = \ntogether=\n=3d =ZZ = end=", encoding="quoted-printable").text.startswith(
        "café together= =ZZ = end"
    )


UU = b"begin 644 a.log\n" + binascii.b2a_uu(b"first line\nsecond line\n") + b"`\nend\n"


def test_files_among_the_words_are_files() -> None:
    found = one(b"See below.\n\n" + UU + b"\nThanks\n" + UU.replace(b"a.log", "日志.log".encode()))
    assert [(file.name, file.content) for file in found.attachments] == [
        ("a.log", b"first line\nsecond line\n"),
        ("日志.log", b"first line\nsecond line\n"),
    ]
    assert found.text.split() == ["See", "below.", "Thanks"]


def test_what_only_looks_like_such_a_file_stays_text() -> None:
    for words in ("begin 644 the day\nwith coffee", "=ybegin without an end", "begin 644 x\nend", "We begin 100 x"):
        assert one(words.encode()).text == words
        assert one(words.encode()).attachments == ()


def test_yenc_and_binhex_are_kept_as_files() -> None:
    data = bytes(range(256))
    encoded = b"".join(
        b"=" + bytes([(byte + 106) % 256]) if (byte + 42) % 256 in (0, 10, 13, 61) else bytes([(byte + 42) % 256])
        for byte in data
    )
    found = one(b"words\n=ybegin line=128 size=256 name=a.bin\n" + encoded + b"\n=yend size=256\nmore\n", "text/plain")
    assert [(file.name, file.content) for file in found.attachments] == [("a.bin", data)]
    assert found.text.split() == ["words", "more"]
    hexed = one(b'words\n(This file must be converted with BinHex 4.0)\n\n:$f*TEQKPH#jdCA0d,R0TG!"6594\n8!!!:\n')
    assert [file.name for file in hexed.attachments] == ["attachment.hqx"]
    assert hexed.text.strip() == "words"


# Rows of format=flowed, with and without DelSp, and the text that was written.
FLOWED = [
    ("one \ntwo \nthree\nfour", "no", "one two three\nfour"),
    ("http://a.example/ \nlong", "yes", "http://a.example/long"),
    (" From here \non", "no", "From here on"),
    ("  indented", "no", " indented"),
    ("> a \n> b\n>> c \n>> d\nmine", "no", "> a b\n>> c d\nmine"),
    ("> a \nmine", "no", "> a\nmine"),
    ("words \n-- \nEva \nBerg", "no", "words \n-- \nEva Berg"),
    ("中文 \n字", "yes", "中文字"),
    (" > no quote", "no", "> no quote"),
    ("", "no", ""),
    ("a\n\n\nb", "no", "a\n\n\nb"),
]


@pytest.mark.parametrize(("written", "delsp", "text"), FLOWED)
def test_flowed_rows_are_joined(written: str, delsp: str, text: str) -> None:
    assert one(written.encode(), f"text/plain; charset=utf-8; format=flowed; delsp={delsp}").text.strip(
        "\n"
    ) == text.strip("\n")


HTML = "<p>The invoice portal says <b>error 417</b> when I upload a file.</p>"
HINTS = [
    "HTML could be read here.",
    "Your mail client does not support HTML.",
    "This is a MIME-encoded HTML message.",
    "To view this message, please use an HTML capable e-mail program.",
    "View this email in your browser: https://a.example/x",
    "Ihr E-Mail-Programm kann leider kein HTML anzeigen.",
    "您的邮件客户端不支持HTML格式，请使用浏览器查看。",
    "Votre messagerie n'affiche pas le HTML.",
]


@pytest.mark.parametrize("hint", HINTS)
def test_a_plain_part_that_nobody_wrote_gives_way_to_the_html(hint: str) -> None:
    found = several(
        f"Content-Type: text/plain; charset=utf-8\n\n{hint}", f"Content-Type: text/html\n\n{HTML}", kind="alternative"
    )
    assert found.text == "The invoice portal says error 417 when I upload a file."


@pytest.mark.parametrize(
    "words", ["The browser says error 417 when I upload a file.", "Our HTML page is white.", "See the file."]
)
def test_words_about_html_are_words(words: str) -> None:
    assert not is_hint(words, f"<html><body><p>{words}</p></body></html>")


TOLD = "your browser shows this letter with many words"


@pytest.mark.parametrize(
    ("plain", "html", "hint"),
    [
        (TOLD, "<p>The invoice portal is closed</p>", True),
        # Two words alone are no letter.
        (TOLD, "<p>invoice portal</p>", False),
        (TOLD, "<p>invoice portal closed</p>", True),
        # Half of what it says stands in the HTML: somebody wrote it.
        (TOLD, "<p>your browser shows letter: invoice portal closed</p>", False),
        (TOLD, "<p>your browser shows: invoice portal closed</p>", True),
        (TOLD, f"<p>{TOLD}</p>", False),
        ("your printer shows this letter with many words", "<p>The invoice portal is closed</p>", False),
        # What stands in tags and links is no word of anybody's.
        (f"{TOLD} https://a.example/invoice/portal/closed", "<p>invoice portal closed</p>", True),
        (TOLD, '<p class="invoice portal closed">x</p>', False),
        (TOLD + " x" * 400, "<p>The invoice portal is closed</p>", False),
    ],
)
def test_a_hint_speaks_of_reading_and_the_html_says_something_else(plain: str, html: str, hint: bool) -> None:
    assert is_hint(plain, html) is hint


@pytest.mark.parametrize(("kind", "body", "text", "files"), STRUCTURES)
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_words_and_files_are_found_whatever_the_head_says(
    kind: str, body: str, text: str, files: list[str], ends: bytes
) -> None:
    head = f"From: eva@sample.example\nSubject: x\n{f'Content-Type: {kind}' if kind else 'MIME-Version: 1.0'}\n\n"
    found = read((head + body).encode("latin-1").replace(b"\n", ends))
    assert (found.text.strip(), [file.name for file in found.attachments]) == (text, files)


INNER = b"From: bo@corp.example\nSubject: Inner one\nMIME-Version: 1.0\n\nInner words, some of them.\n"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", INNER),
        ("base64", rows(INNER)),
        ("base64", INNER),
        ("quoted-printable", INNER),
        ("", rows(INNER)),
        ("8bit", rows(INNER)),
    ],
)
def test_an_attached_letter_is_a_letter_however_it_was_encoded(encoding: str, body: bytes) -> None:
    part = (
        f"Content-Type: message/rfc822\nContent-Transfer-Encoding: {encoding}\n\n"
        if encoding
        else "Content-Type: message/rfc822\n\n"
    )
    found = several(TEXT, part + body.decode())
    (file,) = found.attachments
    assert (file.name, read(file.content).text.strip()) == ("Inner one.eml", "Inner words, some of them.")


@pytest.mark.parametrize(
    "piece",
    [b"--b\nContent-Type: x/y\n", b"begin 644 a\n#0V%T\n", b"=ybegin name=a\n", b"Ab+/ \n", b"=E4=BD=A0\n", b"> a \n"],
)
def test_reading_grows_with_the_letter_and_no_faster(piece: bytes) -> None:
    def seconds(count: int) -> float:
        start = time.process_time()
        for kind in ("text/plain; format=flowed", "text/plain\nContent-Transfer-Encoding: base64"):
            with contextlib.suppress(Unreadable):
                one(piece * count, kind)
        return time.process_time() - start

    seconds(100)
    assert seconds(16_000) < 16 * max(seconds(2_000), 0.01)


PICTURE = "Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
NOTICES = [
    "This is a multi-part message in MIME format.",
    "This message is in MIME format. Since your mail reader does not understand\nthis format, some may not be legible.",
    "Dies ist eine mehrteilige Nachricht im MIME-Format.",
    "This is an OpenPGP/MIME signed message (RFC 4880 and 3156)",
]


def around(before: str, *inner: str, after: str = "", edge: str = "b", told: str = "b") -> Letter:
    body = f"{before}\n" + "".join(f"--{edge}\n{part}\n" for part in inner) + f"--{edge}--\n{after}"
    return one(body.encode(), f'multipart/mixed; boundary="{told}"')


@pytest.mark.parametrize("notice", ["", *NOTICES])
def test_words_that_stand_before_or_behind_all_parts_are_shown_where_no_part_has_any(notice: str) -> None:
    found = around(f"{notice}\n\nDer Drucker im 3. OG geht nicht.", PICTURE, after="Gruß, Eva\n")
    assert found.text == "Der Drucker im 3. OG geht nicht.\n\nGruß, Eva"
    assert [one.name for one in found.attachments] == ["a.png"]


@pytest.mark.parametrize("notice", NOTICES)
def test_what_only_says_that_there_are_parts_is_no_words(notice: str) -> None:
    assert around(notice, PICTURE).text == ""
    assert around(f"{notice}\n\nold words", "Content-Type: text/plain\n\nThe words.").text == "The words."


def test_words_before_parts_that_were_only_guessed_at_are_shown_with_the_others() -> None:
    inner = "Content-Type: text/plain\n\nInner words."
    assert around("Outer words.", inner, told="another").text == "Outer words.\n\nInner words."


@pytest.mark.parametrize("edge", ["never", ""])
def test_where_no_boundary_matches_all_of_it_is_shown(edge: str) -> None:
    found = one(b"Outer words.\n--b\nInner words.\n--b--\n", f'multipart/mixed; boundary="{edge}"')
    assert "Outer words." in found.text
    assert "Inner words." in found.text
