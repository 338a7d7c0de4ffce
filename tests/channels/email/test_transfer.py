"""What is encoded for its way is decoded, by every name of an encoding, and as far as it can be read."""

import binascii
from base64 import b64encode

import pytest

from firstline.channels.email.letter import read
from firstline.channels.email.transfer import decoded, decoded_text, from_base64, from_uuencode

DATA = bytes(range(200))


def uu(data: bytes) -> list[bytes]:
    return [binascii.b2a_uu(data[at : at + 45]).rstrip(b"\n") for at in range(0, len(data), 45)]


def test_rows_around_the_file_are_none_of_it() -> None:
    rows = uu(DATA)
    assert from_uuencode(rows) == DATA
    assert from_uuencode([b"begin 644 a.bin", *rows, b"`", b"end"]) == DATA
    assert from_uuencode([b"begin 644 a.bin", b"", *rows, b" ", b"end", b""]) == DATA


def test_a_row_that_counts_wrongly_is_read_as_far_as_it_says_and_noise_is_left_out() -> None:
    rows = uu(DATA)
    assert from_uuencode([*rows[:-1], rows[-1] + b"AAAA"]) == DATA
    assert from_uuencode([rows[0], b"\x01\xff\xfe", *rows[1:]]) == DATA


@pytest.mark.parametrize("name", ["x-uuencode", "uuencode", "x-uue", "uue", "X-UUENCODE"])
def test_each_name_of_uuencode_is_known(name: str) -> None:
    body = b"\n".join([b"begin 644 a.bin", *uu(DATA), b"`", b"end", b""])
    assert decoded(body, name)[1] == DATA


@pytest.mark.parametrize("name", ["quoted-printable", "quotedprintable", "Quoted-Printable"])
def test_each_name_of_quoted_printable_is_known(name: str) -> None:
    assert decoded(b"caf=C3=A9 =\nis open", name)[1] == "café is open".encode()


@pytest.mark.parametrize("name", ["", "7bit", "8bit", "binary", "x-of-nobody"])
def test_what_is_not_encoded_stays(name: str) -> None:
    assert decoded(b"caf=C3=A9", name)[1] == b"caf=C3=A9"


@pytest.mark.parametrize("length", range(1, 9))
def test_pieces_of_base64_are_read_with_and_without_their_padding(length: int) -> None:
    first, second = DATA[:length], DATA[length : 2 * length]
    for cut in (b"", b"="):
        pieces = [b64encode(each).rstrip(cut) for each in (first, second)]
        assert from_base64(pieces[0]) == first
        if cut == b"" and length % 3:
            assert from_base64(b"".join(pieces)) == first + second
    # One character more than a whole number of bytes takes is none of them.
    assert from_base64(b64encode(DATA[:6]) + b"A") == DATA[:6]
    assert from_base64(b" " + b64encode(DATA[:6])[:3] + b"\r\n!" + b64encode(DATA[:6])[3:]) == DATA[:6]


@pytest.mark.parametrize(
    "field", ["From", "To", "Subject", "Date", "Received", "Message-ID", "Content-Type", "MIME-Version", "X-Of-Nobody"]
)
def test_an_attached_letter_that_was_encoded_without_a_word_is_known_by_any_field_of_its_head(field: str) -> None:
    inner = f"{field}: text/plain\n\nwords\n".encode()
    raw = b"From: eva@corp.example\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
    raw += (
        b"--b\nContent-Type: text/plain\n\nSee.\n--b\nContent-Type: message/rfc822\n\n"
        + b64encode(inner)
        + b"\n--b--\n"
    )
    (file,) = read(raw).attachments
    assert (file.content == inner) is (field != "X-Of-Nobody")


WORDS = ("Words of somebody, " * 12).encode()
UMLAUTS = ("Größe und Straße für alle " * 6).encode()


def rows(data: bytes = WORDS, width: int = 76) -> list[bytes]:
    text = b64encode(data)
    return [text[at : at + width] for at in range(0, len(text), width)]


ROWS, UNEVEN = rows(), rows(WORDS[:-6])
SHORT = rows(WORDS[:173])
"""Its last row has four letters."""
# The rows of a body that is said to be in base64, and what stands before the encoded part, what it holds, and behind
PIECES = [
    (ROWS, (b"", WORDS, b"")),
    ([*ROWS[:2], b"", *ROWS[2:]], (b"", WORDS, b"")),
    ([b"aGVs", b"bG8="], (b"", b"hello", b"")),
    ([], (b"", b"", b"")),
    ([*ROWS, b"a footer here"], (b"", WORDS, b"a footer here")),
    ([b"see this:", *ROWS, b"a footer here", b"x"], (b"see this:", WORDS, b"a footer here\nx")),
    ([*UNEVEN, b"footer"], (b"", from_base64(b"".join([*UNEVEN, b"footer"])), b"")),
    ([*UNEVEN, b"", b"footer"], (b"", WORDS[:-6], b"\nfooter")),
    # Rows that programs break elsewhere, and whether the words below are told from them
    ([*rows(WORDS[:-6], 56), b"", b"foot"], (b"", WORDS[:-6], b"\nfoot")),
    ([*rows(WORDS[:-6], 55), b"", b"foot"], (b"", from_base64(b"".join([*rows(WORDS[:-6], 55), b"foot"])), b"")),
    ([*rows(WORDS[:-6], 77), b"", b"foot"], (b"", from_base64(b"".join([*rows(WORDS[:-6], 77), b"foot"])), b"")),
    ([UNEVEN[-1], b"", b"foot"], (b"", from_base64(UNEVEN[-1] + b"foot"), b"")),
    # Something strange between the rows of one file
    ([*ROWS[:2], b"!! x", *ROWS[2:]], (b"", WORDS, b"")),
    ([*ROWS[:2], b"abc", b"!! x", *ROWS[2:]], (b"", WORDS, b"")),
    ([*ROWS[:1], b"!! x", *ROWS[1:]], (b"\n".join((ROWS[0], b"!! x")), from_base64(b"".join(ROWS[1:])), b"")),
    (
        [b"see: x", ROWS[0], b"!! x", *ROWS[1:]],
        (b"\n".join((b"see: x", ROWS[0], b"!! x")), from_base64(b"".join(ROWS[1:])), b""),
    ),
    ([*ROWS[:-1], ROWS[-1] + b"***"], (b"", WORDS, b"")),
    ([*SHORT[:2], b"!! x", *SHORT[2:]], (b"", WORDS[:173], b"")),
    # A word that looks like a row, above the file or below it
    ([b"see", *ROWS, b"a footer here"], (b"see", WORDS, b"a footer here")),
    ([*rows(WORDS, 60), b"A" * 70, b"x y"], (b"", WORDS, b"A" * 70 + b"\nx y")),
    # Words that only look like it
    ([b"no base64. here."], (b"", b"no base64. here.", b"")),
    ([b"one. two", b"three", b"four."], (b"", b"one. two\nthree\nfour.", b"")),
    ([b"x y", b"A" * 15, b"x y"], (b"", b"x y\n" + b"A" * 15 + b"\nx y", b"")),
    ([b"x y", b"A" * 16, b"x y"], (b"x y", bytes(12), b"x y")),
    ([b"x y", b"AA==", b"x y"], (b"x y", bytes(1), b"x y")),
]


@pytest.mark.parametrize(("body", "pieces"), PIECES)
def test_base64_is_told_from_what_stands_around_it(body: list[bytes], pieces: tuple[bytes, bytes, bytes]) -> None:
    assert decoded(b"\n".join(body), "base64") == pieces


@pytest.mark.parametrize("name", ["base64", "BASE64", " 'base64' ", '"base64"', "base64; x", "base64 x", "base-64"])
def test_each_name_of_base64_is_known(name: str) -> None:
    assert decoded(b"aGVsbG8=", name)[1] == b"hello"
    assert decoded(b"aGVsbG8=", "base 64")[1] == b"aGVsbG8="


TOLD = b"\n".join(rows(UMLAUTS))
# Words, how they are said to be encoded, and what they are
SAID = [
    (b"abcdefgh", "base64", b"abcdefgh"),
    (b64encode(WORDS), "base64", WORDS),
    (b64encode(WORDS), "7bit", b64encode(WORDS)),
    *((TOLD, name, UMLAUTS) for name in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "BINARY")),
    (TOLD, "x-of-nobody", TOLD),
    # Told by nobody: several rows of one usual length, of which UTF-8 comes
    (b64encode(UMLAUTS[:54]), "", b64encode(UMLAUTS[:54])),
    (b"\n".join(rows(UMLAUTS, 56)), "", UMLAUTS),
    (b"\n".join(rows("é".encode() * 45)), "", "é".encode() * 45),
    (b"\n".join(rows(UMLAUTS, 55)), "", b"\n".join(rows(UMLAUTS, 55))),
    (b"\n".join(rows(UMLAUTS, 77)), "", b"\n".join(rows(UMLAUTS, 77))),
    (b"\n".join([ROWS[0], b"AAAA", *ROWS[1:]]), "", b"\n".join([ROWS[0], b"AAAA", *ROWS[1:]])),
    (b"\n".join([*ROWS, b"a b"]), "", b"\n".join([*ROWS, b"a b"])),
    (b"A" * 59 + b"=\n" + b"A" * 60, "", b"A" * 59 + b"=\n" + b"A" * 60),
    (b"\n".join(rows(bytes(range(256)))), "", b"\n".join(rows(bytes(range(256))))),
    (b"\n".join(rows(b"\x01" * 90)), "", b"\n".join(rows(b"\x01" * 90))),
    (b"\n".join(rows(b"\xe9 " * 80)), "", b"\n".join(rows(b"\xe9 " * 80))),
    # Six escapes of letters beyond ASCII that make UTF-8 are no accident
    (b"=C3=A9=C3=A9=C3=A9", "", "ééé".encode()),
    (b"=C3=A9=C3=A9=C3", "", b"=C3=A9=C3=A9=C3"),
    (b"=E9=E9=E9=E9=E9=E9 a", "", b"=E9=E9=E9=E9=E9=E9 a"),
    (b"=3D" * 9, "", b"=3D" * 9),
    ("é".encode() + b"=C3=A9=C3=A9=C3=A9", "", "é".encode() + b"=C3=A9=C3=A9=C3=A9"),
    (b"x" * 200_000 + b"=C3=A9" * 3, "", b"x" * 200_000 + b"=C3=A9" * 3),
    (b"=C3=A9" * 3 + b"x" * 1_999_982, "", "ééé".encode() + b"x" * 1_999_982),
    (b"=C3=A9" * 3 + b"x" * 1_999_983, "", b"=C3=A9" * 3 + b"x" * 1_999_983),
]


@pytest.mark.parametrize(("body", "said", "words"), SAID, ids=range(len(SAID)))
def test_words_are_decoded_where_that_makes_words_of_them(body: bytes, said: str, words: bytes) -> None:
    assert decoded_text(body, said) == (b"", words, b"")


# What base64 holds, and whether it is text in some charset, so that it is shown as words
HELD = [
    *((b"a" * 19 + b"\x01", True), (b"a" * 18 + b"\x01", False), (b"\x01", False), (b"\xff\xfe\x01", True)),
    *((b"\xfe\xff\x01", True), (b"a\0" * 21, True), (b"a\0" * 20, False), (b"a" * 4_000 + b"\x01" * 4_000, True)),
]


@pytest.mark.parametrize(("held", "is_text"), HELD, ids=range(len(HELD)))
def test_what_holds_many_controls_is_no_text(held: bytes, is_text: bool) -> None:
    assert decoded_text(b64encode(held), "base64")[1] == (held if is_text else b64encode(held))
