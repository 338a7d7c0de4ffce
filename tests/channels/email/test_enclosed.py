"""Files among the words of a text, and the text around them; and Japanese and Korean of seven bits, by their bytes."""

import binascii

import pytest

from firstline.channels.email.enclosed import taken_out
from firstline.channels.email.japanese import from_iso2022jp, from_shifted

DATA = bytes(range(32, 77)) + b"end of it"
FULL, LAST = (binascii.b2a_uu(piece).rstrip(b"\n") for piece in (DATA[:45], DATA[45:]))
BEGIN = b"begin 644 a.bin"
FILE = [("a.bin", DATA)]

# Rows, the text that is left, and the files
UU = [
    ([BEGIN, FULL, LAST, b"`", b"end"], b"", FILE),
    ([b"before", BEGIN, FULL, LAST, b"end", b"after"], b"before\nafter", FILE),
    ([BEGIN, FULL, LAST], b"", FILE),
    ([BEGIN, b"", FULL, LAST, b"", b"end", b"x"], b"x", FILE),
    ([BEGIN, FULL, LAST, b"words"], b"words", FILE),
    ([b"begin 0644 a.bin", FULL, LAST, b"end"], b"", FILE),
    ([b"begin 644 ...", FULL, LAST, b"end"], b"", [("attachment", DATA)]),
    # A row may be three characters longer or shorter than it says, of what programs add or leave out
    ([BEGIN, FULL[:-3], b"end"], b"", [("a.bin", DATA[:42] + b"H\0\0")]),
    # What is no such file
    *(([BEGIN, row, b"end"], None, []) for row in (FULL[:-4], FULL + b"AAA", FULL + b"AAAA", LAST.lower())),
    *(([BEGIN, row, b"end"], None, []) for row in (b"", b"`", b" AAAA", b"#abc~")),
    ([b"begin 6 a", FULL, LAST, b"end"], None, []),
    ([BEGIN, FULL, b"#abc~", b"end"], b"#abc~\nend", [("a.bin", DATA[:45])]),
]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize(("rows", "left", "files"), UU)
def test_uuencode_is_taken_out(
    rows: list[bytes], left: bytes | None, files: list[tuple[str, bytes]], end: bytes
) -> None:
    whole = end.join(rows)
    assert taken_out(whole)[:2] == (whole if left is None else left.replace(b"\n", end), files)


@pytest.mark.parametrize("size", range(1, 92))
def test_a_file_of_any_length_comes_out_whole(size: int) -> None:
    data = bytes(range(128, 128 + size))
    rows = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, size, 45)]
    assert taken_out(b"".join([BEGIN, b"\n", *rows, b"`\nend\n"])) == (b"", [("a.bin", data)], True)


def test_so_many_files_are_taken_out_and_the_rest_stays() -> None:
    one = b"\n".join((BEGIN, FULL, LAST, b"end", b""))
    assert taken_out(one * 50, most=50) == (b"", FILE * 50, True)
    assert taken_out(one * 53 + b"words", most=50) == (one * 3 + b"words", FILE * 50, False)
    assert taken_out(one, most=0) == (one, [], False)
    assert taken_out(b"begin 644 a\nwords\n", most=0) == (b"begin 644 a\nwords\n", [], True)


HELLO = bytes((byte + 42) % 256 for byte in b"hello")
YENC = [
    (b"=ybegin line=128 size=5 name=a.bin\n%b\n=yend size=5\nafter", b"after", [("a.bin", b"hello")]),
    (b"=ybegin size=5\n%b\n=yend", b"", [("attachment", b"hello")]),
    (b"x\n=ybegin name=  a b \r\n=ypart begin=1\r\n%b\r\n=yend\r\n", b"x\n", [("a b", b"hello")]),
    (b"=ybegin name=a\n%b\nno end", None, []),
    (b"=ybegin name=a\n=}%b\n=yend\nz", b"z", [("a", b"\x13hello")]),
    (b"=ybegin name=a\n%b\n=yend\n=ybegin name=b\nx\n", b"=ybegin name=b\nx\n", [("a", b"hello")]),
]


@pytest.mark.parametrize(("text", "left", "files"), YENC)
def test_yenc_is_taken_out(text: bytes, left: bytes | None, files: list[tuple[str, bytes]]) -> None:
    whole = text % HELLO
    assert taken_out(whole)[:2] == (whole if left is None else left, files)


HEX = b"(This file must be converted with BinHex 4.0)"
BINHEX = [
    *((b"\n\n:abc:\nafter", b"\nafter"), (b"\nx:abc:\n", None), (b"\n:abc\n", None), (b"\nabc", None)),
    *((b"\n" + b" " * 198 + b":abc:\n", b"\n"), (b"\n" + b" " * 199 + b":abc:\n", None), (b"\n::\nz", b"\nz")),
    *((b"\n:" + b"a" * 999_998 + b":x", b"x"), (b"\n:" + b"a" * 999_999 + b":x", None)),
]


@pytest.mark.parametrize(("behind", "left"), BINHEX, ids=range(len(BINHEX)))
def test_binhex_is_taken_out_as_it_is(behind: bytes, left: bytes | None) -> None:
    whole = HEX + behind
    if left is None:
        assert taken_out(whole)[:2] == (whole, [])
    else:
        file = whole.removesuffix(left) + b"\n"
        assert taken_out(whole)[:2] == (left, [("attachment.hqx", file)])


# Bytes of ISO-2022-JP as the standard has it, and as programs write it, and what they say
JAPANESE = [
    *((b"\x1b$B-!\x1b(B ok", "① ok"), (b"\x1b$@0l\x1b(J\\", "一¥"), (b"\x1b$B0l-!\x1b(I1\x1b(B", "一①ｱ")),
    *(("①プ".encode("cp932"), "①プ"), (b"\x1b$B-", "-"), (b"\x1b$B-! -\x1b(B", "① -"), (b"\x1b$B-!\x1b(T|", "①|")),
    *((b"\x1b$B-! !\x1b(B", "① !"), (b"\x1b$B-!! ", "①! "), (b"\x1b$B-!^!_!", "①沺漾"), (b"\x1b$@-!\x1b(J\\", "①\\")),
    *((b"\x1b$B-!0_0`0~", "①胃萎蔭"), (b"\x1b$B-!1_1`1~", "①円園応"), (b"\x1b$B-!0\x7f", "①0\x7f")),
    *((b"\x1b$B-!\x7f0", "①\x7f0"), (b"\x1b$(D0!\x1b(B", "丂"), (b"\x1b$B-!!!", "①\u3000"), (b"\x1b$B-!!~", "①◇")),
]


@pytest.mark.parametrize(("raw", "words"), JAPANESE)
def test_japanese_of_seven_bits_is_read(raw: bytes, words: str) -> None:
    assert from_iso2022jp(raw) == words


@pytest.mark.parametrize(("more", "first"), [(999_992, "①"), (999_993, "\ufffd")])
def test_so_much_of_it_is_read_by_hand(more: int, first: str) -> None:
    assert from_iso2022jp(b"\x1b$B-!\x1b(B" + b"a" * more) == first + "a" * more


# Bytes between SO and SI, with their designation and without, and what they say
SHIFTED = [
    *(
        (b"\x1b$)C\x0eGA\x0f a", "프 a"),
        (b"\x0eGA", "프"),
        (b"\x0eGA\nGA", "프\nGA"),
        (b"a\x0f\x0eGA\x0fb\x0f", "a프b"),
    ),
    *((b"\x1b$*A\x0eGA\x0f", "프"), (b"\x1b$+Z\x0e!!\x0f", "\u3000"), (b"\x0e \x0f", " "), (b"\x0e\t\x0f", "\t")),
]


@pytest.mark.parametrize(("raw", "words"), SHIFTED)
def test_what_stands_between_shifts_is_in_two_bytes(raw: bytes, words: str) -> None:
    assert from_shifted(raw, "cp949") == words
