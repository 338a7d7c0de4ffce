"""What people wrote is read in the charset in which they wrote it, whatever the letter says of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.channels.email.charset import decode
from firstline.channels.email.guessing import guess
from firstline.channels.email.letter import read
from tests.channels.email.damage import UNTOLD


@pytest.mark.parametrize(("codec", "words"), UNTOLD)
def test_words_without_a_label_are_read_in_body_and_subject(codec: str, words: str) -> None:
    raw = b"From: eva@sample.example\nSubject: " + words.encode(codec) + b"\n\n" + words.encode(codec)
    assert (read(raw).subject, read(raw).text) == (words, words)


@pytest.mark.parametrize(("codec", "words"), [(codec, words) for codec, words in UNTOLD if len(words) > 8])
def test_words_labelled_as_utf_8_or_latin_that_are_neither_are_read(codec: str, words: str) -> None:
    for label in ("utf-8", "us-ascii", "unknown-8bit", "no-such-charset"):
        assert decode(words.encode(codec), label) == words


@pytest.mark.parametrize("label", ["gb2312", "big5", "shift_jis", "euc-kr", "iso-8859-1", "windows-1251", "koi8-r"])
@pytest.mark.parametrize(
    "words", ["打印机卡纸了", "Größe: 5 €", "Принтер не работает", "プリンタが動きません", "naïve"]
)
def test_utf_8_that_is_labelled_otherwise_is_read(label: str, words: str) -> None:
    assert decode(words.encode(), label) == words


# Label, codec and words that look like UTF-8 or another charset, and are what they say.
TOLD = [
    *(("gb2312", "gbk", "囍字"), ("gb2312", "gbk", "朱镕基路"), ("iso-8859-7", "iso8859_7", "Ελλάδα")),
    *(("iso-8859-5", "iso8859_5", "Мир"), ("koi8-r", "koi8_r", "Принтер"), ("iso-8859-2", "iso8859_2", "příliš")),
    *(("big5-hkscs", "big5hkscs", "喺度"), ("euc-kr", "cp949", "똠방각하"), ("tis-620", "cp874", "สวัสดี")),
    *(("windows-1252", "cp1252", "œuf"), ("iso-8859-9", "cp1254", "şifre")),
]  # fmt: skip


@pytest.mark.parametrize(("label", "codec", "words"), TOLD)
def test_a_label_that_may_be_true_is_believed(label: str, codec: str, words: str) -> None:
    assert decode(words.encode(codec), label) == words


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252"])
@pytest.mark.parametrize(
    "words",
    [
        *("Test äöüß", "Test: éèà", "æøå test", "ÄÖÜ", "Größe", "éè", "«Été»", "ñ Ñ ¿?", "þð", "Öl für Žižek", "ÅÄÖ"),
        *("äöüßÄÖÜß", "ÆØÅæøåÆØÅ", "äöüß äöüß äöüß", "éèàùçêîôû", "áéíóúüñ ÁÉÍÓÚ", "þðÞÐæö áéí"),
    ],
)
def test_short_words_with_a_label_are_read_as_it_says_though_they_look_like_another_alphabet(
    label: str, words: str
) -> None:
    raw = words.encode("cp1252")
    head = f"From: eva@sample.example\nContent-Type: text/plain; charset={label}\nContent-Transfer-Encoding: 8bit\n"
    coded = "".join(f"={byte:02X}" for byte in raw)
    found = read(f"{head}Subject: =?{label}?Q?{coded}?=\n\n".encode() + raw)
    assert (found.subject, found.text) == (words, words)


@pytest.mark.parametrize(
    ("codec", "words"),
    [
        *(("cp1251", "Принтер не работает"), ("koi8_r", "Помогите с паролем"), ("gb18030", "打印机卡纸了")),
        *(("cp1253", "Ο εκτυπωτής δεν λειτουργεί"), ("cp932", "プリンタが動きません"), ("cp1255", "המדפסת לא עובדת")),
    ],
)
def test_a_careless_label_yields_to_many_letters_of_another_alphabet(codec: str, words: str) -> None:
    assert decode(words.encode(codec), "iso-8859-1") == words


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("big5", "印表機無法列印，請協助處理"),
        ("shift_jis", "会議室"),
        ("iso-8859-1", "Büro"),
        ("gbk", "朱镕基路"),
        ("euc-kr", "프린터"),
    ],
)
def test_raw_fields_are_in_the_charset_that_the_body_names(label: str, words: str) -> None:
    codec = {"iso-8859-1": "latin-1", "gbk": "gb18030", "euc-kr": "cp949"}.get(label, label)
    said = words.encode(codec)
    head = (
        b"From: "
        + said
        + b" <eva@sample.example>\nSubject: "
        + said
        + b"\nContent-Type: multipart/mixed; boundary=b\n\n"
    )
    raw = head + b"--b\nContent-Type: text/plain; charset=" + label.encode() + b"\n\n" + said
    raw += (
        b'\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="'
        + said
        + b'.pdf"\n\nx\n--b--\n'
    )
    found = read(raw)
    assert (found.subject, found.sender.name, found.text, found.attachments[0].name) == (
        words,
        words,
        words,
        f"{words}.pdf",
    )


def test_each_row_may_be_in_a_charset_of_its_own() -> None:
    raw = "打印机坏了\n".encode() + "Grüße aus Köln\n".encode("latin-1") + "谢谢，办公室\n".encode("gbk")
    assert decode(raw) == "打印机坏了\nGrüße aus Köln\n谢谢，办公室\n"
    assert decode(raw, "utf-8") == "打印机坏了\nGrüße aus Köln\n谢谢，办公室\n"


# Label and bytes of charsets whose bytes are not what they seem, and the words.
ODD = [
    ("", "打印机".encode("utf-16"), "打印机"),
    ("", "printer".encode("utf-16-le"), "printer"),
    ("utf-8", "打印机".encode("utf-16"), "打印机"),
    ("utf-16le", "打印机".encode("utf-16-le"), "打印机"),
    ("utf-16", b"plain words after all", "plain words after all"),
    ("", "打印机".encode("hz"), "打印机"),
    ("hz-gb-2312", "打印机".encode("hz"), "打印机"),
    ("utf-7", "打印机".encode("utf-7"), "打印机"),
    ("", "印刷できない".encode("iso2022_jp"), "印刷できない"),
    ("utf-8", "印刷できない".encode("iso2022_jp"), "印刷できない"),
    ("", "프린터 문제".encode("iso2022_kr"), "프린터 문제"),
    ("iso-2022-kr", "프린터".encode("iso2022_kr").replace(b"\x1b$)C", b""), "프린터"),
    ("iso-2022-kr", "프린터".encode("euc_kr"), "프린터"),
    ("iso-2022-cn", b"\x1b$)A\x0e4rS!;z\x0f ok", "打印机 ok"),
    ("utf-8", b"\xef\xbb\xbf" + "打印机".encode(), "打印机"),
    ("utf-8", "打印机".encode()[:-1], "打印\ufffd"),
    ("us-ascii", b"a ~{ b ~ c", "a ~{ b ~ c"),
]


@pytest.mark.parametrize(("label", "raw", "words"), ODD)
def test_charsets_of_seven_and_sixteen_bits_are_read(label: str, raw: bytes, words: str) -> None:
    assert decode(raw, label) == words


@pytest.mark.parametrize(
    ("kind", "html", "text"),
    [
        ("text/html", '<meta charset="gbk"><p>打印机', "打印机"),
        (
            "text/html; charset=us-ascii",
            '<meta http-equiv="Content-Type" content="text/html; charset=big5"><p>印表機',
            "印表機",
        ),
        ("text/html; charset=x-unknown", "<meta charset=shift_jis><p>プリンタ", "プリンタ"),
        ("text/html; charset=gbk", "<meta charset=iso-8859-1><p>打印机", "打印机"),
    ],
)
def test_html_is_read_in_the_charset_that_is_true_of_it(kind: str, html: str, text: str) -> None:
    codec = "gbk" if "gbk" in kind + html else "big5" if "big5" in html else "shift_jis"
    assert read(b"Subject: x\nContent-Type: " + kind.encode() + b"\n\n" + html.encode(codec)).text == text


# An encoded word as some program wrote it, and what it says.
WORDS = [
    ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
    ("=?utf-8?Q?Gr=C3=BC=C3=9Fe an alle?=", "Grüße an alle"),
    ("=?utf-8?Q?Gr=C3=BC=C3=9Fe", "Grüße"),
    ("=?utf-8?B?5omT5Y2w?", "打印"),
    ("=? utf-8 ?B?5omT5Y2w?=", "打印"),
    ("=?utf-8?B?5omT5Y2w?==?utf-8?B?5py6?=", "打印机"),
    ("=?utf-8?B?5omT?= \n\t =?UTF-8?B?5Y2w?=", "打印"),
    ("=?utf-8?B?5omT5Q==?= =?utf-8?Q?=8D=B0?=", "打印"),
    ("=?utf-8?Q?=E6=89=93=E5=8D?=\n =?utf-8?Q?=B0=E6=9C=BA?=", "打印机"),
    ("=?us-ascii?Q?caf=C3=A9?=", "café"),
    ("=?utf-8?Q?caf=E9?=", "café"),
    ("=?iso-8859-1?Q?=B4=F2=D3=A1=BB=FA=BB=B5=C1=CB?=", "打印机坏了"),
    ("=?gb2312?B?tPLTobv6?= =?utf-8?B?5Z2P5LqG?=", "打印机坏了"),
    ("=?utf-8*zh?B?5omT5Y2w?=", "打印"),
    ("=?utf-8?Q?What=3F_Why??=", "What? Why?"),
    ("=?utf-8?Q?a=b_=3D=zz?=", "a=b ==zz"),
    ('"=?utf-8?B?5omT5Y2w?="', '"打印"'),
    ("=?UTF8?b?5omT5Y2w?=", "打印"),
    ("Re: =?x-unknown?B?5omT5Y2w?=", "Re: 打印"),
]


@pytest.mark.parametrize(("written", "words"), WORDS)
def test_every_spelling_of_an_encoded_word_is_read(written: str, words: str) -> None:
    assert read(f"Subject: {written}\n\nx".encode()).subject == words


NAMES = [
    ("filename=\"a.pdf\"; filename*=utf-8''%E6%97%A5%E5%BF%97.pdf", "日志.pdf"),
    ("filename*=utf-8''%E6%97%A5%E5%BF%97.pdf; filename=a.pdf", "日志.pdf"),
    ("filename*=\"utf-8''%E6%97%A5%E5%BF%97.pdf\"", "日志.pdf"),
    ("filename*=%E6%97%A5%E5%BF%97.pdf", "日志.pdf"),
    ('filename="%E6%97%A5%E5%BF%97.pdf"', "日志.pdf"),
    ("filename*=us-ascii''W%F6lbung.jpg", "Wölbung.jpg"),
    ("filename*=gb2312''%C8%D5%D6%BE.pdf", "日志.pdf"),
    ("filename*1*=%BF%97.pdf; filename*0*=utf-8''%E6%97%A5%E5", "日志.pdf"),
    ('filename*0="=?utf-8?B?5pel5"; filename*1="b+XLnBkZg==?="', "日志.pdf"),
    ("filename*=utf-8''=?utf-8?B?5pel5b+XLnBkZg==?=", "日志.pdf"),
    ('filename="=?utf-8?B?5pel?= =?utf-8?B?5b+X?=.pdf"', "日志.pdf"),
    ("filename==?utf-8?B?5pel5b+XLnBkZg==?=", "日志.pdf"),
    ('filename="100%25 done.pdf"', "100%25 done.pdf"),
    ("filename=two words.pdf", "two words.pdf"),
    ("FileName = 'a.pdf'", "'a.pdf'"),
]


@pytest.mark.parametrize(("written", "name"), NAMES)
def test_every_spelling_of_a_file_name_is_read(written: str, name: str) -> None:
    raw = f"Content-Type: application/octet-stream\nContent-Disposition: attachment; {written}\n\nx"
    assert [file.name for file in read(raw.encode()).attachments] == [name]


@given(
    st.binary(max_size=200), st.sampled_from(["", "utf-8", "gb2312", "utf-16", "iso-2022-kr", "hz-gb-2312", "utf-7"])
)
def test_any_bytes_become_a_text_that_can_be_stored(data: bytes, label: str) -> None:
    text = decode(data, label)
    assert "\x00" not in text
    text.encode()


@given(st.sampled_from([words for codec, words in UNTOLD if codec == "cp1252"]), st.integers(1, 60))
def test_one_accent_in_many_english_words_is_one(words: str, count: int) -> None:
    text = "The printer in the office does not print. " * count + words
    assert text.encode("cp1252").decode(guess(text.encode("cp1252"))) == text
