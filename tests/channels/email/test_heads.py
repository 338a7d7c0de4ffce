"""A damaged head still says who wrote, about what, and how the letter is built; words below it never become a head."""

import itertools

import pytest

from firstline.channels.email.head import without_preface
from firstline.channels.email.letter import Letter, Limits, Unreadable, read
from firstline.channels.email.letter_data import plain
from firstline.channels.email.mime import split_headers
from tests.channels.email.damage import BODY, DAMAGES, FIELDS, PREFACES


def is_whole(found: Letter) -> bool:
    return (
        (found.sender.address, found.subject, found.text) == ("eva@sample.example", "Printer broken", "打印机坏了")
        and [(file.name, file.content) for file in found.attachments] == [("a.log", b"one line")]
        and found.message_id == "<a@sample.example>"
    )


@pytest.mark.parametrize(("damage", "at"), list(itertools.product(DAMAGES, range(1, len(FIELDS)))))
def test_no_damaged_field_hides_what_stands_below_it(damage: str, at: int) -> None:
    head = b"\n".join([*FIELDS[:at], DAMAGES[damage], *FIELDS[at:]])
    raw = head + b"\n\n" + BODY
    assert is_whole(read(raw))
    assert is_whole(read(raw.replace(b"\n", b"\r\n")))


@pytest.mark.parametrize("preface", PREFACES)
def test_what_stands_before_the_first_field_hides_none(preface: str) -> None:
    assert is_whole(read(PREFACES[preface] + b"\n".join(FIELDS) + b"\n\n" + BODY))


@pytest.mark.parametrize("ends", [b"\r", b"\r\n", b"\r\r\n", b"\n"])
def test_each_way_to_end_a_line_is_one(ends: bytes) -> None:
    assert is_whole(read((b"\n".join(FIELDS) + b"\n\n" + BODY).replace(b"\n", ends)))


def test_line_ends_may_differ_in_one_letter() -> None:
    rows = (b"\n".join(FIELDS) + b"\n\n" + BODY).split(b"\n")
    mixed = b"".join(row + end for row, end in zip(rows, itertools.cycle([b"\n", b"\r\n", b"\r\n"]), strict=False))
    assert is_whole(read(mixed))


def test_a_letter_written_in_utf_16_as_a_whole_is_read() -> None:
    raw = "From: Eva <eva@sample.example>\r\nSubject: 打印机\r\n\r\n坏了\r\n".encode("utf-16")
    assert (read(raw).subject, read(raw).text) == ("打印机", "坏了")


@pytest.mark.parametrize(
    "part",
    [
        b"\nContent-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: base64\n\nxOO6ww==",
        b" \nContent-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: base64\n\nxOO6ww==",
        b"\xef\xbb\xbfContent-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: base64\n\nxOO6ww==",
        b"X-Of-Mine: a\n\nMIME-Version: 1.0\nContent-Type: text/plain; charset=gbk\n"
        b"Content-Transfer-Encoding: base64\n\nxOO6ww==",
        b"X-Of-Mine: a\n\nContent-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: base64\n\nxOO6ww==",
        b"Content-Type: text/plain;\n\n\tcharset=gbk\nContent-Transfer-Encoding: base64\n\nxOO6ww==",
        b"Content-Type: text/plain;\ncharset=gbk\nContent-Transfer-Encoding: base64\n\nxOO6ww==",
        b"X-"
        + b"n" * 300
        + b": 1\nContent-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: base64\n\nxOO6ww==",
        b"Content-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: base64\n xOO6ww==\n\nxOO6ww==",
    ],
)
def test_the_head_of_a_part_may_be_damaged_too(part: bytes) -> None:
    head = b"From: eva@sample.example\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
    assert read(head + b"--b\n" + part + b"\n--b--\n").text == "你好"


# What somebody wrote, above no head or below a whole one.
WORDS = [
    "From: Bo <bo@corp.example>\nSent: Monday\nTo: Mei\nSubject: old\n\nIs it well?",
    "Subject: Printer\nFrom: Bo <bo@corp.example>\nDate: Mon, 23 Nov 2026 09:00:00 +0800\n\nwords",
    "Message-ID: <b@corp.example>\nSubject: x\n\nFound in the log.",
    "Note: the printer burns\n\nSubject: to change",
    "Authentication-Results: mx.desk.example; dmarc=pass header.from=corp.example\n\nwords",
    "Content-Type: text/html\n\n<p>Our page sends this head twice.</p>",
    "\tHello\n\nTo: whom it may concern",
]


@pytest.mark.parametrize("words", WORDS)
def test_words_below_a_whole_head_stay_words(words: str) -> None:
    raw = b"\n".join(FIELDS[:-1]) + b"\nContent-Type: text/plain\n\n" + words.encode()
    found = read(raw)
    assert found.text.strip() == words.strip()
    assert (found.sender.address, found.subject) == ("eva@sample.example", "Printer broken")


def test_words_without_a_blank_line_above_them_are_all_shown() -> None:
    head = "From: eva@sample.example\nSubject: x\n"
    for words in ("Note: the printer burns", "Hello,\nName: Eva\nRoom: 301", "https://a.example is down\nPlease look."):
        assert read((head + words).encode()).text.strip() == words


def test_what_is_below_the_damage_proves_nothing_and_changes_nothing_above_it() -> None:
    forged = (
        b"From: Eva <eva@sample.example>\nAuthentication-Results: mx.desk.example; dmarc=fail\n\n"
        b"\t; dmarc=pass header.from=corp.example\nSubject: x\nDate: Mon, 23 Nov 2026 09:00:00 +0800\n"
        b"Authentication-Results: mx.desk.example; dmarc=pass header.from=corp.example\n"
        b"Delivered-To: it+IT-1.aaaaaaaaaaaaaaaa@desk.example\nDKIM-Signature: v=1\nReceived: from x\n\nwords\n"
    )
    found = read(forged)
    assert found.subject == "x"
    assert found.headers.all("authentication-results") == [b"mx.desk.example; dmarc=fail"]
    assert [found.headers.raw(name) for name in ("delivered-to", "dkim-signature", "received")] == [None] * 3


# Fields that may be taken from below the damage, and some of those that servers write
MENDED = """
from to cc reply-to sender subject date message-id mime-version content-type content-transfer-encoding
content-disposition in-reply-to references content-id content-description content-location content-language
auto-submitted precedence x-autoreply x-autorespond x-auto-response-suppress x-failed-recipients list-id
list-unsubscribe importance priority
""".split()
NEVER = "received delivered-to return-path dkim-signature authentication-results arc-seal x-spam-flag bcc".split()
VALUES = {
    **dict.fromkeys(("from", "to", "cc", "reply-to", "sender"), b"Mei <mei@corp.example>"),
    **{"date": b"Mon, 23 Nov 2026 09:00:00 +0800", "message-id": b"<a@corp.example>", "mime-version": b"1.0"},
    **{"content-type": b"text/plain", "content-transfer-encoding": b"7bit", "content-disposition": b"inline"},
}


def below_damage(name: str, *, above: bytes = b"X-Spam-Report: * 1.0\n") -> bytes | None:
    """What is taken of this field when it stands, with a proof that a head goes on, below a blank line."""
    proof = b"Subject: Printer\n" if name != "subject" else b"Message-ID: <b@corp.example>\n"
    row = name.title().encode() + b": " + VALUES.get(name, b"value") + b"\n"
    headers, _rest = split_headers(above + b"\n\t* 2.0\n" + proof + row + b"\nwords")
    return headers.raw(name)


@pytest.mark.parametrize("name", MENDED)
def test_these_fields_are_taken_from_below_the_damage(name: str) -> None:
    assert below_damage(name) == VALUES.get(name, b"value")


@pytest.mark.parametrize("name", NEVER)
def test_what_servers_say_is_never_taken_from_below_the_damage(name: str) -> None:
    assert below_damage(name) is None


@pytest.mark.parametrize("name", ["user-agent", "comments", "keywords", "organization", "organisation", "envelope-to"])
def test_fields_that_programs_write_too_do_not_end_the_head(name: str) -> None:
    raw = b"X-A: b\n\n\tmore\nSubject: Printer\n" + name.encode() + b": x\nFrom: mei@corp.example\n\nwords"
    assert read(raw).sender.address == "mei@corp.example"


# Fields whose rows below a blank line belong to them, those to which nothing is joined, and those that are never folded
@pytest.mark.parametrize(
    ("above", "value"),
    [
        (b"Subject: Printer", b"Printer * 2.0"),
        (b"To: it@desk.example,", b"it@desk.example, * 2.0"),
        (b"Cc: it@desk.example,", b"it@desk.example, * 2.0"),
        (b"References: <a@corp.example>", b"<a@corp.example> * 2.0"),
        (b"In-Reply-To: <a@corp.example>", b"<a@corp.example> * 2.0"),
        (b"Content-Type: text/plain;", b"text/plain; * 2.0"),
        (b"Content-Disposition: inline;", b"inline; * 2.0"),
        (b"Received: from a by b", b"from a by b"),
        (b"X-Spam-Report: * 1.0", b"* 1.0"),
        (b"Reply-To: mei@corp.example", b"mei@corp.example"),
    ],
)
def test_rows_below_a_blank_line_are_joined_to_these_fields_alone(above: bytes, value: bytes) -> None:
    name = above.partition(b":")[0].decode().lower()
    proof = b"Message-ID: <b@corp.example>\nDate: Mon, 23 Nov 2026 09:00:00 +0800\n"
    headers, rest = split_headers(above + b"\n\n\t* 2.0\n" + proof + b"\nwords")
    assert (headers.raw(name), rest) == (value, b"words")


@pytest.mark.parametrize(
    "above",
    [
        b"Date: Mon, 23 Nov 2026 09:00:00 +0800",
        b"Message-ID: <a@corp.example>",
        b"MIME-Version: 1.0",
        b"From: mei@corp.example",
        b"Sender: mei@corp.example",
        b"Content-Transfer-Encoding: 7bit",
        b"Content-Type: text/plain",
        b"Content-Disposition: inline",
    ],
)
def test_below_a_field_that_nobody_folds_what_is_indented_is_somebodys_word(above: bytes) -> None:
    proof = b"Subject: x\nCc: bo@corp.example\nReply-To: bo@corp.example\n"
    _headers, rest = split_headers(above + b"\n\n\t* 2.0\n" + proof + b"\nwords")
    assert rest.startswith(b"\t* 2.0\n")


@pytest.mark.parametrize(("rows", "joined"), [(50, True), (100, False)])
def test_so_many_rows_may_be_damaged_and_no_more(rows: int, joined: bool) -> None:
    stray = b"more of the report\n" * rows
    headers, _rest = split_headers(b"X-Spam-Report: * 1.0\n" + stray + b"Subject: Printer\n\nwords")
    assert (headers.raw("subject") is not None) is joined


@pytest.mark.parametrize(("breaks", "joined"), [(5, True), (6, False)])
def test_a_head_may_be_broken_five_times(breaks: int, joined: bool) -> None:
    names = [b"To: a@x.example", b"Cc: a@x.example", b"Date: 9:00:00", b"Message-ID: <abc@x>", b"Reply-To: a@x.example"]
    raw = b"X-A: b\n" + b"".join(b"\n\tmore\n" + name + b"\nX-B: c\n" for name in [*names, b""][: breaks - 1])
    headers, _rest = split_headers(raw + b"\n\tmore\nSubject: Printer\n\nwords")
    assert (headers.raw("subject") is not None) is joined


@pytest.mark.parametrize(("proofs", "whole"), [(3, True), (2, False)])
def test_what_began_with_something_else_is_a_head_by_three_usual_fields(proofs: int, whole: bool) -> None:
    fields = [b"From: mei@corp.example\n", b"Subject: Printer\n", b"Date: 9:00:00\n"][3 - proofs :]
    headers, _rest = split_headers(b"What a server said\n" + b"".join(fields) + b"\nwords")
    assert (headers.raw("subject") is not None) is whole


def test_a_second_sender_below_the_damage_ends_the_head() -> None:
    found = read(b"From: Eva <eva@sample.example>\nX-A: b\n\nFrom: Lin Mei <mei@corp.example>\nSubject: y\n\nwords\n")
    assert (found.sender.address, found.sender.certain, found.subject) == ("eva@sample.example", True, "")


def test_a_sender_who_stands_only_below_the_damage_is_marked() -> None:
    found = plain(read(b"X-A: b\n\nFrom: Mei <mei@corp.example>\nSubject: y\n\nwords\n"))
    assert (found.said["address"], found.said["below_damage"], found.said["shown"]) == (
        "mei@corp.example",
        True,
        "words",
    )
    assert not plain(read(b"From: Mei <mei@corp.example>\nX-A: b\n\nSubject: y\n\nwords\n")).said["below_damage"]


def test_reading_a_damaged_head_stays_linear() -> None:
    import time

    def seconds(count: int) -> float:
        raw = b"X-A: b\n" + b"\n\t\nstray\nSubject: x\n  more\n" * count
        start = time.process_time()
        split_headers(raw, before_words=True)
        return time.process_time() - start

    seconds(100)
    assert seconds(8_000) < 16 * max(seconds(1_000), 0.002)


FAMILIAR = """
X-A List-A ARC-A Content-A Resent-A Thread-A DKIM-A Authentication-A Received Received-SPF Delivered-A Errors-A
User-Agent Comments Keywords Organization Organisation Return-Path Bcc Envelope-To Importance Priority From In-Reply-To
""".split()


@pytest.mark.parametrize("name", FAMILIAR)
def test_above_words_without_a_blank_line_the_last_field_that_programs_write_ends_the_head(name: str) -> None:
    raw = f"Odd: a\n{name}: b\nNote: c\nAlso: d".encode()
    headers, rest = split_headers(raw, before_words=True)
    assert ([field for field, _value in headers.fields], rest) == (["odd", name.lower()], b"Note: c\nAlso: d")
    assert len(split_headers(raw)[0].fields) == 4
    assert len(split_headers(raw + b"\n\nwords", before_words=True)[0].fields) == 4


def test_where_nothing_is_a_field_that_programs_write_all_of_it_is_words() -> None:
    headers, rest = split_headers(b"Note: c\nAlso: d", before_words=True)
    assert (headers.fields, rest) == ((), b"Note: c\nAlso: d")


# What a mailbox file writes above a head and within it, and whether the head goes on below
@pytest.mark.parametrize(
    ("row", "whole"),
    [
        *((b"From mei@x Mon Nov 23 09:00:00 2026", True), (b">From mei@x Mon Nov 23 09:00:00 2026", True)),
        *((b">>From mei@x Mon Nov 23 09:00:00 2026", False), (b"--b", False)),
    ],
)
def test_the_row_of_a_mailbox_file_is_no_damage(row: bytes, whole: bool) -> None:
    headers, _rest = split_headers(b"X-A: b\n" + row + b"\nX-B: c\nTo: mei@corp.example\nReceived: d\n\nwords")
    assert (headers.raw("received") is not None) is whole
    assert not (whole and headers.mended)
    _headers, rest = split_headers(b"X-A: b\n" + row + b"\nwords\n\nmore")
    assert rest == row + b"\nwords\n\nmore"


def test_the_first_row_of_a_mailbox_file_is_passed_over() -> None:
    for row in (b"From mei", b">From mei Mon 9:00"):
        headers, rest = split_headers(row + b"\nX-A: b\nReceived: c\n\nwords")
        assert ([name for name, _value in headers.fields], rest) == (["x-a", "received"], b"words")


@pytest.mark.parametrize(("length", "fields", "refused"), [(100, 5, False), (101, 5, True), (100, 6, True)])
def test_a_head_has_so_many_bytes_and_fields(length: int, fields: int, refused: bool) -> None:
    rows = b"X: y\n" * (fields - 1)
    raw = rows + b"X: " + b"y" * (length - len(rows) - 4) + b"\n\nwords"
    limits = Limits(header=100, fields=5)
    if refused:
        with pytest.raises(Unreadable) as error:
            split_headers(raw, limits=limits)
        assert error.value.reason == "header"
    else:
        assert len(split_headers(raw, limits=limits)[0].fields) == fields


@pytest.mark.parametrize(("rows", "joined"), [(30, True), (40, False)])
def test_so_many_bytes_may_be_damaged_and_no_more(rows: int, joined: bool) -> None:
    raw = b"X-Spam-Report: * 1.0\n" + (b"y" * 1_999 + b"\n") * rows + b"Subject: Printer\n\nwords"
    assert (split_headers(raw)[0].raw("subject") is not None) is joined


@pytest.mark.parametrize("length", [10, 4_090, 5_000, 32_760, 40_000, 100_000])
def test_a_head_of_any_length_is_read_to_its_end(length: int) -> None:
    raw = b"X-A: " + b"y" * length + b"\nSubject: Printer\nX-B: \xc3\xa9"
    for end in (b"\n\nwords", b""):
        headers, rest = split_headers(raw + end, charset="utf-8")
        assert (headers.raw("subject"), headers.text("x-b"), rest) == (b"Printer", "é", end.strip())
        assert len(headers.raw("x-a") or b"") == length


# Bytes before a letter, and what is left of them
@pytest.mark.parametrize(
    ("before", "codec", "left"),
    [
        *(
            (b"\xef\xbb\xbf", "ascii", b""),
            (b"\n\r\n \t\n", "ascii", b""),
            (b"\n ", "ascii", b" "),
            (b"", "ascii", b""),
        ),
        *((b"\xff\xfe", "utf-16-le", b""), (b"\xfe\xff", "utf-16-be", b""), (b"\xff\xfe", "ascii", b"")),
    ],
)
def test_what_stands_before_a_letter_is_taken_away(before: bytes, codec: str, left: bytes) -> None:
    letter = "Subject: x\n\nwords"
    assert without_preface(before + letter.encode(codec)) == left + letter.encode()
