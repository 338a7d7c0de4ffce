"""Fields of a head, taken apart: encoded words, parameters, names of files, ids and dates, each spelling in a row."""

import time
from datetime import UTC, datetime

import pytest

from firstline.channels.email.headers import extension, file_name, line, message_ids, moment, parameters, type_by_name
from firstline.channels.email.headers import words as words_of

# A value, its words, and those as one line
WORDS = [
    *(("=?utf-8?Q?a_b?= c", "a b c", "a b c"), ("x =?utf-8?Q?a?= y =?utf-8?Q?b?= z", "x a y b z", "x a y b z")),
    *(("=?utf-8?Q?a?= =?latin-1?Q?=E9?=", "aé", "aé"), ("=?utf-8?B?5omT5?=", "打", "打")),
    *(("=?utf-8?B?5omT5Q?=", "打\ufffd", "打\ufffd"), ("=?gbk*zh?B?tPI=?=", "打", "打")),
    *(("=?utf-8?q?a=3D=b?=", "a==b", "a==b"), ("a\r\n b", "a\r\n b", "a b"), ("=?utf-8?Q?a?=打", "a打", "a打")),
    *(("a\u200bb\x00c", "a\u200bb\ufffdc", "a b\ufffdc"), ("=?utf-8?B?5-om T?=", "打", "打"), ("", "", "")),
]


@pytest.mark.parametrize(("written", "words", "one_line"), WORDS)
def test_encoded_words_are_read(written: str, words: str, one_line: str) -> None:
    assert (words_of(written.encode()), line(written.encode())) == (words, one_line)


def test_words_side_by_side_that_only_make_sense_one_by_one_are_read_so() -> None:
    many = "".join(f"={byte:02X}" for byte in "打".encode() * 10)
    assert words_of(f"=?utf-8?Q?{many}?= =?utf-8?Q?=E9?=".encode()) == "打" * 10 + "é"
    assert words_of(f"=?utf-8?Q?{many}=E9?=".encode()) == "打" * 10 + "\ufffd"


def test_raw_words_are_in_the_charset_of_the_letter() -> None:
    raw = "镕".encode("gbk") + b" =?utf-8?Q?a?= " + "镕".encode("gbk")
    assert words_of(raw, "gb2312") == line(raw, "gb2312") == "镕 a 镕"


# A field, its value and its parameters
PARAMETERS = [
    ("TEXT/Plain;Charset=\"UTF-8\"; a=b", "text/plain", {"charset": "UTF-8", "a": "b"}),
    ("text/plain charset=gbk", "text/plain", {"charset": "gbk"}),
    ("text/plain, charset=gbk a=b", "text/plain", {"charset": "gbk", "a": "b"}),
    ("; charset=gbk; a=b", "", {"charset": "gbk", "a": "b"}),
    ('text/plain name="a b"', "text/plain", {"name": "a b"}),
    ("text/plain charset=gbk; a=b", "text/plain", {"charset": "gbk", "a": "b"}),
    ("a/b c", "a/b c", {}),
    ("a=b", "a=b", {}),
    ("text/plain; x; =v; y=1", "text/plain", {"y": "1"}),
    (" a/b ; n = v ", "a/b", {"n": "v"}),
    ('a/b; n="a;b"; m=c', "a/b", {"n": "a;b", "m": "c"}),
    ('a/b; n="a\\"b;c"; m=d', "a/b", {"n": 'a"b;c', "m": "d"}),
    ('a/b; n="open; m=c', "a/b", {"n": "open", "m": "c"}),
    ("a/b; n=\\; m=c", "a/b", {"n": "\\", "m": "c"}),
    ('a/b; n=\\"a;b; m=c', "a/b", {"n": '\\"a', "m": "c"}),
    ('a/b; n="', "a/b", {"n": ""}),
    ('a/b; n=""', "a/b", {"n": ""}),
    ('a/b; n="x\\\\"', "a/b", {"n": "x\\"}),
    ('a/b; n="x', "a/b", {"n": "x"}),
    ("a/b; n*0=a; n*1=b", "a/b", {"n": "ab"}),
    ("a/b;n*10=b;n*9=a", "a/b", {"n": "ab"}),
    ("a/b; n*0*=utf-8''%41; n*1=%42; n*2*=%43", "a/b", {"n": "A%42C"}),
    ("a/b; n*1*=%42; n*0*=utf-8''%41", "a/b", {"n": "AB"}),
    ("a/b; n*=utf-8''%41; n=old", "a/b", {"n": "A"}),
    ("a/b; n=old; n*=utf-8''%41", "a/b", {"n": "A"}),
    # Said twice, or once more for programs that join no pieces
    *(("a/b; n=x; n=y", "a/b", {"n": "x"}), ('a/b; n="x"; m=z; N=x', "a/b", {"n": "x", "m": "z"})),
    *((text, "a/b", {"n": "ab"}) for text in ("a/b; n=old; n*0=a; n*1=b", "a/b; n*0=a; n*0=c; n*1=b; n=old")),
    ("a/b; n*0=z; n*0*=utf-8''%41; n*1=B", "a/b", {"n": "AB"}),
    ("a/b; n*0*=utf-8''%41; n*0=z; n*1*=%42; n=old", "a/b", {"n": "AB"}),
    *((text, "a/b", {"n": "A"}) for text in ("a/b; n*0=x; n*=utf-8''%41; n*1=y", "a/b; n*=utf-8''%41; n*=utf-8''%42")),
    *(("a/b; n*=koi8-r''%C4%C1", "a/b", {"n": "да"}), ("a/b; n*=x'y'z", "a/b", {"n": "z"})),
    ("a/b; n*=utf-8'en'%C3%A9'x", "a/b", {"n": "é'x"}),
    ("a/b; n*=a'b", "a/b", {"n": "a'b"}),
    ("a/b; n*=''%C3%A9", "a/b", {"n": "é"}),
    ("a/b; n*0*=utf-8''a; n*1*=b'c'd'", "a/b", {"n": "ab'c'd'"}),
    ("a/b; n*=gbk''=?utf-8?Q?a?=", "a/b", {"n": "a"}),
    ("a/b; n=%E6%89%93", "a/b", {"n": "打"}),
    ("a/b; n=%41%42", "a/b", {"n": "%41%42"}),
    ("a/b; n=%E6", "a/b", {"n": "%E6"}),
    ("a/b; n=%E6%FF", "a/b", {"n": "%E6%FF"}),
    ("a/b; n=é%E6%89%93", "a/b", {"n": "é%E6%89%93"}),
]  # fmt: skip


@pytest.mark.parametrize(("written", "value", "found"), PARAMETERS)
def test_each_spelling_of_a_parameter_is_read(written: str, value: str, found: dict[str, str]) -> None:
    assert parameters(written.encode()) == (value, found)


def test_raw_bytes_of_a_parameter_are_in_the_charset_of_the_letter() -> None:
    raw = "a/b; n=镕; m*=%E9F; k*=''%E9F; j*=gb2312''%E9F".encode("gbk")
    assert parameters(raw, "gb2312") == ("a/b", dict.fromkeys("nmkj", "镕"))


def test_so_many_parameters_are_read() -> None:
    assert len(parameters(b"a/b" + b"".join(b"; p%d=v" % number for number in range(120)))[1]) == 100


LONG = "x" * 250
FILES = [
    *(("../a.txt", "a.txt"), ("c:\\x\\b.txt", "b.txt"), ('a<b>:"|?*.txt', "a_b______.txt"), (" .a. ", "a")),
    *(("a\u202eb.txt", "ab.txt"), ("a  b\t.txt", "a b.txt"), (LONG, "x" * 200), (f"{LONG}.pdf", f"{'x' * 196}.pdf")),
    *((f"{LONG}.{'e' * 19}", f"{'x' * 180}.{'e' * 19}"), (f"{LONG}.{'e' * 20}", "x" * 200), ("/", ""), ("a", "a")),
    *((f"{'x' * 196}.pdf", f"{'x' * 196}.pdf"), (f"{'x' * 197}.pdf", f"{'x' * 196}.pdf"), ("x" * 19, "x" * 19)),
]


@pytest.mark.parametrize(("written", "name"), FILES)
def test_a_files_name_is_made_safe_and_keeps_its_ending(written: str, name: str) -> None:
    assert file_name(written) == name


IDS = [
    *(("<a@b> <c@d> <a@b>", ["<a@b>", "<c@d>"]), ("<a b@\r\n c>", ["<ab@c>"]), ("a@b c d@e", ["<a@b>", "<d@e>"])),
    *(("<a@b> c@d", ["<a@b>"]), ("<>", []), ("< >", []), ("<a>", ["<a>"]), ("words", []), ("", [])),
    *((f"a@{'x' * 497}", [f"<a@{'x' * 497}>"]), (f"a@{'x' * 498}", []), (f"<{'i' * 996}>", [f"<{'i' * 996}>"])),
    *((f"<{'i' * 997}>", []),),
]


@pytest.mark.parametrize(("written", "ids"), IDS)
def test_ids_of_letters_are_found(written: str, ids: list[str]) -> None:
    assert message_ids(written.encode()) == tuple(ids)


NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
MOMENTS = [
    *(("Mon, 23 Nov 2026 17:00:00 +0800", NINE), ("23 Nov 2026 09:00:00", NINE), ("23 Nov 2026 09:00:00 -0000", NINE)),
    *(("Mon, 23 Nov 2026 04:00:00 -0500 (EST)", NINE),),
    *(("1 Jan 1990 09:00:00 +0000", datetime(1990, 1, 1, 9, tzinfo=UTC)),),
    *(("31 Dec 1989 09:00:00 +0000", None), ("31 Dec 2100 09:00:00 +0000", datetime(2100, 12, 31, 9, tzinfo=UTC))),
    *(("1 Jan 2101 09:00:00 +0000", None), ("never", None), ("", None), ("99 Nov 2026 99:00:00", None)),
    *(("31 Dec 9999 23:59:59 -2359", None),),
]  # fmt: skip


@pytest.mark.parametrize(("written", "at"), MOMENTS)
def test_a_date_is_one_of_our_century_in_utc(written: str, at: datetime | None) -> None:
    assert moment(written.encode()) == at


ENDINGS = {
    **{"message/rfc822": ".eml", "text/calendar": ".ics", "image/jpg": ".jpg", "image/pjpeg": ".jpg"},
    **{"image/jpeg": ".jpg", "image/x-png": ".png", "image/webp": ".webp", "image/heic": ".heic", "text/plain": ".txt"},
    **{"application/x-pdf": ".pdf", "application/x-zip-compressed": ".zip", "text/rtf": ".rtf", "image/png": ".png"},
    **{"application/mac-binhex40": ".hqx", "application/applefile": ".applefile", "application/pdf": ".pdf"},
    **{"x/of-nobody": ""},
}


def test_a_type_has_an_ending_and_an_ending_a_type() -> None:
    assert {kind: extension(kind) for kind in ENDINGS} == ENDINGS
    assert [type_by_name(name) for name in ("a.pdf", "a.txt", "a.unknown", "a")] == [
        "application/pdf",
        "text/plain",
        *["application/octet-stream"] * 2,
    ]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_a_moment_without_a_zone_is_in_utc_wherever_the_machine_is(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    with monkeypatch.context() as changed:
        changed.setenv("TZ", zone)
        time.tzset()
        try:
            for written in ("-0000", "+0000", "", "GMT"):
                found = moment(f"Mon, 23 Nov 2026 09:00:00 {written}".encode())
                assert found == datetime(2026, 11, 23, 9, tzinfo=UTC), written
        finally:
            changed.undo()
            time.tzset()
    assert moment(b"") is None
