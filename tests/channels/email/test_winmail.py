"""What Outlook packs into winmail.dat comes out of it: files by their names, and the words."""

import struct

import pytest

from firstline.channels.email.limits import MOST_FILES
from firstline.channels.email.winmail import Packed, unpacked

HEAD = struct.pack("<IH", 0x223E9F78, 1)
BODY, BEGIN, TITLE, DATA = 0x0002800C, 0x00069002, 0x00018010, 0x0006800F
PROPERTIES, OF_FILE, HTML, LONG_NAME, BINARY, TEXT = 0x00069003, 0x00069005, 0x1013, 0x3707, 0x0102, 0x001F


def row(level: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def file(name: str, data: bytes) -> bytes:
    return row(2, BEGIN, b"\x00" * 14) + row(2, TITLE, name.encode() + b"\x00") + row(2, DATA, data)


def properties(kind: int, name: int, data: bytes) -> bytes:
    """One property, as the data of a row."""
    return struct.pack("<IHHII", 1, kind, name, 1, len(data)) + data + b"\x00" * (-len(data) % 4)


def html(text: str) -> bytes:
    return row(1, PROPERTIES, properties(BINARY, HTML, text.encode()))


def packet(*rows: bytes) -> bytes:
    return HEAD + b"".join(rows)


def test_files_and_words_come_out() -> None:
    found = unpacked(packet(row(1, BODY, "Grüße\x00".encode()), file("a.txt", b"one"), file("b.txt", b"two")))
    assert found == Packed("Grüße", "", [("a.txt", b"one"), ("b.txt", b"two")])


def test_words_alone_and_a_file_alone_are_enough() -> None:
    assert unpacked(packet(row(1, BODY, b"Hello\x00"))) == Packed("Hello", "", [])
    assert unpacked(packet(file("a.txt", b"one"))) == Packed("", "", [("a.txt", b"one")])


def test_html_comes_out_beside_words_and_alone() -> None:
    assert unpacked(packet(html("<p>Grüße\x00"))) == Packed("", "<p>Grüße", [])
    assert unpacked(packet(row(1, BODY, b"Hello\x00"), html("<p>\xff"))) == Packed("Hello", "<p>ÿ", [])
    assert unpacked(packet(row(1, BODY, b"Hell\xff\x00"))) == Packed("Hell\ufffd", "", [])


def test_the_long_name_of_a_file_counts() -> None:
    long = row(2, OF_FILE, properties(TEXT, LONG_NAME, "Größe.txt".encode("utf-16-le")))
    found = unpacked(
        packet(row(2, BEGIN, b"\x00" * 14) + row(2, TITLE, b"GROESS~1.TXT\x00") + row(2, DATA, b"x") + long)
    )
    assert found is not None
    assert found.files == [("Größe.txt", b"x")]


def test_a_packet_whose_sums_are_wrong_is_read_all_the_same() -> None:
    spoilt = row(1, BODY, b"Hello\x00")[:-2] + b"\xff\xff"
    assert unpacked(packet(spoilt, file("a.txt", b"one"))) == Packed("Hello", "", [("a.txt", b"one")])


def test_a_file_without_a_name_is_numbered_and_an_empty_one_left_out() -> None:
    found = unpacked(packet(file("a.txt", b""), file("", b"two"), file("../c.txt", b"three")))
    assert found is not None
    assert found.files[0][0] == "attachment-2"
    assert all("/" not in name for name, _data in found.files)
    assert [data for _name, data in found.files] == [b"two", b"three"]


def test_more_files_than_a_letter_may_have_are_left_out() -> None:
    found = unpacked(packet(*(file(f"{number}.txt", b"x") for number in range(MOST_FILES + 5))))
    assert found is not None
    assert [name for name, _data in found.files] == [f"{number}.txt" for number in range(MOST_FILES)]


@pytest.mark.parametrize("content", [b"", b"x", HEAD, HEAD + b"\x01", packet(row(1, BODY, b"\x00"))])
def test_what_holds_nothing_or_cannot_be_read_is_none(content: bytes) -> None:
    assert unpacked(content) is None
