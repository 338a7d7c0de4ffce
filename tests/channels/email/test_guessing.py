"""What each kind of character says for and against a charset, as numbers: a row for each rule and its counter-case."""

import pytest

from firstline.channels.email.charset import WIDER
from firstline.channels.email.guessing import SAMPLE, guess, likeliness

# The codec, what somebody wrote, and how likely each of its strange characters makes this codec, on average
WRITTEN = [
    # In UTF-8, which is hardly ever so by chance
    *(("utf-8", "的", 2.0), ("utf-8", "é", 1.0), ("utf-8", "Ж", 1.0), ("utf-8", "†", 1.0), ("utf-8", "墉", 1.0)),
    *(("utf-8", "µ", 0.0), ("utf-8", "\u2000", 0.0), ("utf-8", "\ue000", -6), ("utf-8", "\u0378", -6)),
    *(("utf-8", "\x85", -6), ("utf-8", "的é", 1.5), ("utf-8", "plain\x7f", 0.0)),
    # Characters of several bytes: frequent ones, and one within a word of plain letters
    *(("gb18030", "的", 2.0), ("gb18030", "好的", 2.0), ("gb18030", "A的B", 2.0), ("gb18030", "a的b", -2.0)),
    *(("gb18030", "a的", -2.0), ("gb18030", "的b", -2.0), ("gb18030", "é的", 0.7), ("gb18030", "好的b", 2.0)),
    *(("gb18030", "\ue000", -6), ("gb18030", "\u0378", -6), ("gb18030", "\x85", -6)),
    *(("cp932", "ｱ", -0.5), ("cp932", "｡", -0.5), ("cp932", "ﾟ", -0.5), ("cp932", "の", 2.0), ("cp932", "ゐ", 1.0)),
    *(("euc_jp", "の", 2.0), ("euc_jp", "ゐ", 1.0), ("gb18030", "の", -0.5), ("gb18030", "ゐ", -0.5)),
    *(("cp949", "の", -0.5), ("cp950", "※", -1.0), ("gb18030", "〒", 0.2), ("gb18030", "＠", 0.2)),
    # Letters of one byte: frequent ones alone, among plain ones, in a row, large ones in the middle, signs within words
    *(("cp1252", "é", 1.0), ("cp1252", "É", 1.0), ("cp1252", "ð", -0.5), ("cp1252", "né", 1.0), ("cp1252", "én", 1.0)),
    *(("cp1252", "éé", 1.0), ("cp1252", "ééé", -0.2), ("cp1252", "1é1", -0.2), ("cp1252", "aÉ", -1.5)),
    *(("cp1252", "AÉ", 1.0), ("cp1252", "Éa", 1.0), ("cp1252", "ÉA", 0.7), ("cp1252", "éA", 1.0)),
    *(("cp1252", "a«b", -1.5), ("cp1252", "a’b", 0.5), ("cp1252", "«b", 0.5), ("cp1252", "a«", 0.5)),
    *(("cp1252", "a¤", -0.6), ("cp1252", "°", 0.5), ("cp1252", "a\xa0b", -1.5), ("cp1252", "\xa0", 0.5)),
    *(("latin-1", "\x85", -6), ("mac_roman", "\uf8ff", -6), ("cp1252", "é\x7f", 1.0)),
    *(("cp1251", "ж", -0.5), ("cp1251", "жж", 1.3), ("cp1251", "aж", -1.5), ("cp1251", "жa", -1.5)),
    *(("cp1251", "1ж", -0.5), ("cp1251", "ж1", -0.5), ("cp1251", "№", 0.5), ("cp1251", "№ж", 0.0)),
    *(("cp1251", "¤", -0.6), ("cp1251", "жЖ", -0.1), ("cp1251", "Жж", 1.3), ("cp1251", "ЖЖ", 1.15)),
    *(("cp1251", "Ж", -0.5), ("cp1251", "ъ", -2.0)),
    *(("cp874", "ที", 0.25), ("cp874", "ี", 1.0), ("cp874", "ฺ", 0.0), ("cp1255", "ִ", 0.0)),
]  # fmt: skip


@pytest.mark.parametrize(("codec", "words", "expected"), WRITTEN)
def test_each_kind_of_character_counts_so_much(codec: str, words: str, expected: float) -> None:
    assert likeliness(words.encode(codec), codec) == pytest.approx(expected)


# The codec, one character at the edge of the part of its table that holds what is written often, and what it counts
RANKED = [
    *(("cp950", b"\xa3\x40", -0.6), ("cp950", b"\xa4\x41", 0.6), ("cp950", b"\xc6\x40", 0.6)),
    *(("cp950", b"\xc9\x40", -0.6), ("cp932", b"\x83\x9f", -0.6), ("cp932", b"\x88\x9f", 0.6)),
    *(("cp932", b"\x98\x40", 0.6), ("cp932", b"\x99\x40", -0.6), ("cp949", b"\xb0\xa2", 0.6)),
    *(("cp949", b"\xc8\xa1", 0.6), ("cp949", b"\xca\xa1", -1.0), ("cp949", b"\xb0\x41", -1.0)),
    *(("cp949", b"\xa0\x41", -1.0), ("cp949", b"\xa5\x41", -1.0)),
    *(("gb18030", b"\xa8\xa1", -0.6), ("gb18030", b"\xb0\xa3", 0.6), ("gb18030", b"\xd7\xa3", 0.6)),
    *(("gb18030", b"\xd8\xa1", -0.6), ("gb18030", b"\xb0\x40", -1.5), ("gb18030", b"\x90\xa1", -1.5)),
    *(("gb18030", "㐀".encode("gb18030"), -1.5), ("euc_jp", b"\xa7\xa1", -0.6), ("euc_jp", b"\xb0\xa1", 0.6)),
    *(("euc_jp", b"\xd7\xa1", 0.6), ("euc_jp", b"\xd8\xa1", -0.6), ("euc_jp", "々".encode("euc_jp"), -0.6)),
    *(("cp850", b"\x82", -1.5), ("euc_jp", b"\x8f\xb0\xa1", -1.5)),
    # Bytes that are nothing in it
    *(("gb18030", b"\xff", -6), ("cp932", b"\x81", -6), ("cp1252", b"\x81", -6), ("utf-8", b"\xff", -6)),
]  # fmt: skip


@pytest.mark.parametrize(("codec", "raw", "expected"), RANKED)
def test_a_rare_character_counts_by_its_place_in_the_charset(codec: str, raw: bytes, expected: float) -> None:
    assert likeliness(raw, codec) == pytest.approx(expected)


# A codec and those that are judged as it is, with a letter of each
@pytest.mark.parametrize(
    ("codec", "words", "expected"),
    [
        *(("cp1250", "řa", 1.0), ("cp1254", "ğa", 1.0), ("koi8_r", "жж", 1.3), ("cp866", "жж", 1.3)),
        *(("cp1253", "λλ", 1.3), ("cp1255", "שש", 1.3), ("cp1256", "سس", 1.3), ("cp874", "นน", 1.3)),
        *(("mac_roman", "éa", 1.0), ("cp437", "éa", 1.0), ("latin-1", "éa", 1.0), ("iso8859_15", "éa", 1.0)),
        *(("iso8859_2", "řa", 1.0), ("iso8859_16", "ța", 1.0), ("iso8859_5", "жж", 1.3), ("koi8_u", "жж", 1.3)),
        *(("iso8859_7", "λλ", 1.3), ("iso8859_8", "שש", 1.3), ("iso8859_6", "سس", 1.3), ("iso8859_9", "ğa", 1.0)),
    ],
)
def test_letters_of_one_byte_are_judged_by_what_their_language_writes(codec: str, words: str, expected: float) -> None:
    assert likeliness(words.encode(codec), codec) == pytest.approx(expected)


def test_ascii_says_nothing() -> None:
    assert likeliness(b"plain words", "gb18030") == 0.0
    assert likeliness(b"", "cp1251") == 0.0
    assert guess(b"plain words") == guess(b"") == "cp1252"


@pytest.mark.parametrize("before", [0, 1, 10, 39, 40, 41, 5_000])
def test_the_first_strange_character_is_seen_wherever_it_stands(before: int) -> None:
    raw = b"." * before + "好".encode("gb18030")
    assert likeliness(raw, "gb18030") == 2.0
    assert guess(raw) == "gb18030"


@pytest.mark.parametrize(("before", "judged"), [(0, SAMPLE), (1, SAMPLE - 1), (40, SAMPLE - 40), (90, SAMPLE - 40)])
def test_so_much_is_judged_from_a_little_before_the_first_strange_character(before: int, judged: int) -> None:
    assert SAMPLE == 4_000
    words = b"." * before + "ж".encode("cp1251") * (judged - 1)
    within, beyond = words + b"\xa4", words + b"\xe6\xa4"
    assert likeliness(beyond, "cp1251") == likeliness(words + b"\xe6", "cp1251")
    assert likeliness(within, "cp1251") < likeliness(words, "cp1251")


def test_a_character_that_the_sample_ends_within_says_nothing_and_a_broken_one_does() -> None:
    assert likeliness(b"." + "好".encode("gb18030") * 2_000, "gb18030") == 2.0
    assert likeliness("好".encode("gb18030") + b"\xba", "gb18030") == pytest.approx((2.0 - 6) / 2)


# Words that two charsets can hold equally well, and which is taken
@pytest.mark.parametrize(("raw", "codec"), [("é".encode("cp1252"), "cp1252"), ("好".encode("gb18030"), "gb18030")])
def test_between_equals_what_is_usual_is_taken(raw: bytes, codec: str) -> None:
    assert guess(raw) == codec


@pytest.mark.parametrize("codec", sorted({codec for codecs in WIDER.values() for codec in codecs} - {"utf-7"}))
def test_any_bytes_can_be_judged_in_every_charset_that_a_label_leads_to(codec: str) -> None:
    every_byte = bytes(range(256)) + b"\x1b\xe5" + bytes(range(255, -1, -1))
    assert -6 <= likeliness(every_byte, codec) <= 2
