"""What each label of a charset means in practice: the codecs that are tried, in their order. A second time, as data."""

import pytest

from firstline.channels.email.charset import WIDER, codecs_for, decode

CODECS = {
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "cp936", "x-gbk", "gb18030"), "gb18030"),
    **{"hz-gb-2312": "hz gb18030", "big5": "cp950 big5hkscs", "big5-hkscs": "big5hkscs cp950"},
    **{"cp950": "cp950 big5hkscs", "iso-8859-1": "cp1252 latin-1", "latin1": "cp1252 latin-1"},
    **{"iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874"},
    **dict.fromkeys(("ks_c_5601", "ks_c_5601-1987", "euc-kr"), "cp949"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis"), "cp932 shift_jisx0213"),
    **{"windows-31j": "cp932", "cp932": "cp932", "euc-jp": "euc_jp euc_jisx0213"},
    **dict.fromkeys(("utf8", "utf-8", "utf8mb4"), "utf-8"),
    **{"unicode-1-1-utf-7": "utf-7", "utf-7": "utf-7", "utf-16": "utf-16", "utf-16le": "utf-16-le"},
    **{"utf-16be": "utf-16-be", "us-ascii": "ascii", "ascii": "ascii", "ansi_x3.4-1968": "ascii"},
    **{"iso-2022-kr": "iso2022_kr", "koi8-r": "koi8_r", "koi8-u": "koi8_u", "macintosh": "mac_roman"},
}


def test_each_label_is_read_by_these_codecs() -> None:
    assert {label: " ".join(codecs) for label, codecs in WIDER.items()} == CODECS
    assert {label: " ".join(codecs_for(label)) for label in CODECS} == CODECS


# Labels that are no rows of the table, and what they mean
NAMED = [
    *((f"windows-{number}", f"cp{number}") for number in range(1250, 1259)),
    *((f"cp{number}", f"cp{number}") for number in (437, 850, 852, 866, 874, 1252)),
    *(("cp-1251", "cp1251"), ("x-cp1251", "cp1251"), ("windows-1259", ""), ("cp500", "")),
    *((f"iso-8859-{number}", f"iso8859_{number}") for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *(("iso8859-1", "cp1252 latin-1"), ("x-iso-8859-1", "cp1252 latin-1"), ("ISO_8859-1", "cp1252 latin-1")),
    *(("iso8859-11", "iso8859_11"), ("iso-8859-8-i", "iso8859_8"), ("x-iso-8859-2", "iso8859_2")),
    *(("iso-8859-12", ""), ("iso-8859-17", ""), ("iso-8859-0", ""), ("iso-8859", ""), ("punycode", ""), ("", "")),
    *(("'GB2312'", "gb18030"), (' "utf-8" ', "utf-8"), ("utf-8*en*x", "utf-8"), ("big 5", "cp950 big5hkscs")),
    *(("us_ascii", "ascii"), ("koi8_r", "koi8_r")),
]


@pytest.mark.parametrize(("label", "codecs"), NAMED)
def test_a_label_that_is_no_row_means_what_it_is_like(label: str, codecs: str) -> None:
    assert " ".join(codecs_for(label)) == codecs


# A label and bytes that only the last of its codecs knows, and the words
SECOND = [
    *(("big5", b"\x87\x40", "䏰"), ("cp950", b"\x87\x40", "䏰"), ("big5-hkscs", b"\xa3\xe1", "€")),
    *(("shift_jis", b"\x81\xad", "＇"), ("euc-jp", b"\xa2\xaf", "＇"), ("iso-8859-1", b"\x81", "\x81")),
    *(("hz-gb-2312", "打印机".encode("gbk"), "打印机"), ("latin1", b"\x81", "\x81")),
]


@pytest.mark.parametrize(("label", "raw", "words"), SECOND)
def test_what_the_first_codec_does_not_know_is_read_by_the_second(label: str, raw: bytes, words: str) -> None:
    assert decode(raw, label) == words


KATAKANA = b"\x1b(I1\x1b(B"


@pytest.mark.parametrize(
    "label",
    ["iso-2022-jp", "iso2022-jp", "iso-2022-jp-1", "iso-2022-jp-2", "iso-2022-jp-ms", "cp50220", "csISO2022JP"],
)
def test_each_name_of_iso_2022_jp_is_known(label: str) -> None:
    assert decode(KATAKANA, label) == decode(KATAKANA, label.replace("-", "_")) == "ｱ"
    assert decode(KATAKANA) == "\x1b(I1\x1b(B"


# The label and bytes that begin or look like a charset of sixteen or seven bits, and what they are
SEVEN_AND_SIXTEEN = [
    *(("", "打印机".encode("utf-16") + b"A", "打印机\ufffd"), ("", "printer".encode("utf-16-be"), "printer")),
    *(("", "abcd打".encode("utf-16-le"), "abcd打"), ("", "ab".encode("utf-16-le"), "ab")),
    *(("", b"\x00a\x00", "\ufffda\ufffd"), ("", b"a\x00", "a\ufffd")),
    *(("", "abcd打印".encode("utf-16-le"), "a\ufffdb\ufffdc\ufffdd\ufffdSbpS"),),
    *(("", b"\x00\x00a\x00b\x00c\x00", "\ufffd\ufffda\ufffdb\ufffdc\ufffd"),),
    *(("us-ascii", "abcd".encode("utf-16-le"), "a\ufffdb\ufffdc\ufffdd\ufffd"),),
    *(("utf-16", b"a b", "a b"), ("utf-16", b"a\nb", "a\nb"), ("utf-16", b"<p>", "<p>")),
    *(("utf-16le", b"Sb", "打"), ("utf-16le", "a 打".encode("utf-16-le"), "a 打")),
    *(("", b"~{4r~}", "打"), ("utf-8", b"~{4r~}", "~{4r~}"), ("", b"~{4r", "~{4r"), ("", b"4r~}", "4r~}")),
    *(("", "é ~{4r~}".encode(), "é ~{4r~}"), ("", b"a\x0eb", "a\x0eb"), ("gbk", b"a\x0eb", "a\x0eb")),
    *(("iso-2022-kr", b"a b", "a b"), ("iso_2022-kr", b"\x0eGA\x0f", "프")),
]


@pytest.mark.parametrize(("label", "raw", "words"), SEVEN_AND_SIXTEEN)
def test_bytes_of_seven_and_sixteen_bits_are_known_by_their_look(label: str, raw: bytes, words: str) -> None:
    assert decode(raw, label) == words


def test_a_mark_of_utf_16_that_no_such_text_follows_is_none() -> None:
    assert "Ø" in decode(b"\xff\xfe\x00\xd8A\x00 plain words", "iso-8859-1")


# The label, what other places name, the bytes and the words
HINTED = [
    *((None, "gb2312", "朱镕".encode("gbk"), "朱镕"), ("gb2312", "big5", "打印".encode("gbk"), "打印")),
    *((None, "utf-7", b"a+ZlM-", "a+ZlM-"), ("x-unknown", "koi8-r", "Да".encode("koi8_r"), "Да")),
    *(("utf-7", None, b"a+ZlM-", "a晓"), (None, None, b"a+ZlM-", "a+ZlM-"), (None, "big5", "打印".encode(), "打印")),
]


@pytest.mark.parametrize(("label", "hint", "raw", "words"), HINTED)
def test_what_other_places_name_counts_where_this_one_names_none(
    label: str | None, hint: str | None, raw: bytes, words: str
) -> None:
    assert decode(raw, label, hint=hint) == words


# Bytes labelled as UTF-8 of which some are broken, and what is shown
BROKEN = [
    *((b"\xe6\x89\x93" * 5 + b"\xff", "打打打打打\ufffd"), (b"\xe6\x89\x93\xe5\x8d", "打\ufffd")),
    *((b"\xff" + b"\xe6\x89\x93" * 5, "\ufffd打打打打打"), (b"\xe6\x89\x93\xe5\x8d\r\n", "打\ufffd\r\n")),
]


@pytest.mark.parametrize(("raw", "words"), BROKEN)
def test_a_stray_byte_here_and_there_leaves_a_text_what_it_says_it_is(raw: bytes, words: str) -> None:
    assert decode(raw, "utf-8") == words


def test_more_broken_bytes_than_one_in_five_are_another_charset() -> None:
    assert "\ufffd" not in decode(b"\xff" + "打".encode() * 4, "utf-8")
    assert decode(b"\xe9", "utf-8") == "é"


def test_so_many_rows_are_guessed_one_by_one() -> None:
    rows = ["打印机".encode()] + ["好的".encode("gbk")] * 199 + ["é".encode("cp1252"), "好的".encode("gbk")]
    text = decode(b"\n".join(rows)).split("\n")
    assert (text[0], text[199], text[200]) == ("打印机", "好的", "é")
    assert text[201] != "好的"
