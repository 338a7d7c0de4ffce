"""What is encoded for its way is decoded, by every name of an encoding, and as far as it can be read."""

import binascii
from base64 import b64encode

import pytest

from firstline.channels.email.letter import read
from firstline.channels.email.transfer import decoded, from_base64, from_uuencode

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
