"""What a letter says in its fields: whom it is from, and what it answers; and plain parts that say nothing."""

from datetime import UTC, datetime

import pytest

from firstline.channels.email.hints import is_hint
from firstline.channels.email.letter import Envelope, Letter, Limits, read, without_forward


def written(head: str, body: str = "words", envelope: Envelope | None = None, limits: Limits | None = None) -> Letter:
    return read(f"{head}\n\n{body}".encode(), envelope, limits=limits)


@pytest.mark.parametrize(
    "field", ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-Forwarded-To"]
)
def test_each_field_that_says_to_whom_it_was_delivered_counts(field: str) -> None:
    assert written(f"{field}: <IT@Desk.example>\n{field}: nobody").delivered_to == ("it@desk.example",)
    assert written("To: it@desk.example\nX-To: it@desk.example").delivered_to == ()
    envelope = Envelope("s@x.example", (" <C@x.example>", "a@x.example"))
    both = written("Delivered-To: a@x.example\nDelivered-To: b@x.example", envelope=envelope)
    assert both.delivered_to == ("c@x.example", "a@x.example", "b@x.example")


ANSWERS = ["Re: x", "AW: x", "sv: x", "antw: x", "RV: x", "回复：x", "回覆: x", "答复: x", "答覆: x", "回信: x"]
FORWARDS = ["Fwd: x", "FW: x", "WG: x", "TR: x", "转发: x", "轉寄: x", "轉發：x", "fwd[1]: x", " fw (2) : x"]


@pytest.mark.parametrize("subject", [*ANSWERS, "re[2]: x", "Re (3) : x"])
def test_a_subject_that_answers(subject: str) -> None:
    found = written(f"Subject: {subject}")
    assert (found.is_reply, found.is_forward) == (True, False)


@pytest.mark.parametrize("subject", FORWARDS)
def test_a_subject_that_passes_on(subject: str) -> None:
    found = written(f"Subject: {subject}")
    assert (found.is_reply, found.is_forward) == (False, True)
    assert without_forward(subject) == "x"


def test_what_only_looks_like_it_and_what_a_field_says() -> None:
    for subject in ("Regarding: x", "x Re: y", "Fwd", "x fwd: y", ""):
        assert (written(f"Subject: {subject}").is_reply, written(f"Subject: {subject}").is_forward) == (False, False)
    assert [without_forward(each) for each in ("Fwd:", "x", "WG: Fwd: x")] == ["Fwd:", "x", "Fwd: x"]
    assert written("In-Reply-To: <a@x>").is_reply
    assert written("References: <a@x>").is_reply


def test_what_it_answers_is_named_by_both_fields_the_likeliest_first() -> None:
    found = written("In-Reply-To: <a@x>\nIn-Reply-To: <b@x>\nReferences: <c@x>\nReferences: <d@x> <a@x>")
    assert (found.in_reply_to, found.references) == (("<a@x>", "<b@x>"), ("<c@x>", "<d@x>", "<a@x>"))
    assert found.answers == ("<a@x>", "<b@x>", "<d@x>", "<c@x>")


@pytest.mark.parametrize("count", [1, 99, 100, 101, 150])
def test_of_a_long_chain_the_first_and_the_last_count(count: int) -> None:
    ids = [f"<{number}@x>" for number in range(count)]
    found = written("References: " + " ".join(ids)).references
    assert found == (tuple(ids) if count <= 100 else (ids[0], *ids[-99:]))
    assert written("In-Reply-To: " + " ".join(ids)).in_reply_to == tuple(ids[:100])


def test_a_long_subject_is_cut_and_a_long_id_is_no_key() -> None:
    assert written(f"Subject: {'s' * 2_000}").subject == "s" * 998
    for length, is_key in ((250, True), (251, False)):
        own = f"<{'i' * (length - 2)}>"
        found = written(f"Message-ID: {own}")
        assert (found.message_id, found.key == own, found.key.startswith("sha256:")) == (own, is_key, not is_key)


MANY, TWO, NONE = "From: more than one From field", "From: more than one sender", "From: no usable From address"
# The head, who it is from, and what is odd about that
SENDERS = [
    ("From: Mei <mei@x.example>", "Mei", "mei@x.example", ()),
    ("From: A <a@x.example>, B <b@x.example>", "B", "b@x.example", (TWO,)),
    ("From: a@x.example\nFrom: b@x.example", "", "b@x.example", (MANY, TWO)),
    ("From: a@x.example\nFrom:", "", "a@x.example", (MANY,)),
    ("From: b@x.example, A <>", "", "b@x.example", (TWO,)),
    ("Reply-To: r@x.example\nSender: s@x.example", "", "r@x.example", (NONE,)),
    ("Return-Path: <p@x.example>\nSender: S <s@x.example>", "S", "s@x.example", (NONE,)),
    ("Return-Path: <p@x.example>", "", "p@x.example", (NONE,)),
    ("From: nobody\nReply-To: R <>, r@x.example", "", "r@x.example", (NONE,)),
    ('From: "Only name"', "Only name", "", ("From: no brackets around the address", NONE)),
    ("To: it@desk.example", "", "", (NONE,)),
    ('From: "b@x.example" <a@x.example>', "b@x.example", "a@x.example", ("From: the name holds another address",)),
    ('From: "a@x.example" <a@x.example>', "a@x.example", "a@x.example", ()),
]


@pytest.mark.parametrize(("head", "name", "address", "problems"), SENDERS)
def test_whom_it_is_from(head: str, name: str, address: str, problems: tuple[str, ...]) -> None:
    found = written(f"{head}\nMessage-ID: <a@x>\nDate: Mon, 23 Nov 2026 09:00:00 +0000")
    assert (found.sender.name, found.sender.address) == (name, address)
    assert found.problems == problems
    assert found.sender.certain is (not problems or problems == ("From: the name holds another address",))
    assert found.date == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_without_from_the_envelope_counts_before_the_return_path() -> None:
    envelope = Envelope("e@x.example")
    assert written("Return-Path: <p@x.example>", envelope=envelope).sender.address == "e@x.example"
    assert written("Sender: s@x.example", envelope=envelope).sender.address == "s@x.example"
    assert written("Return-Path: <p@x.example>", envelope=Envelope(None)).sender.address == "p@x.example"


def test_what_is_lacking_or_told_twice_is_said() -> None:
    head = "From: a@x.example\nDate: never"
    assert written(head).problems == ("no Message-ID", "no usable Date")
    assert written(f"{head}\nMessage-ID: <a@x> <a@x>").problems == ("no usable Date",)
    two = written(f"{head}\nMessage-ID: <a@x>\nMessage-ID: <b@x>")
    assert (two.problems, two.message_id) == (("more than one Message-ID", "no usable Date"), "<a@x>")


# What the envelope says, what the return path says, and whether that is the null sender of machines
@pytest.mark.parametrize(
    ("envelope", "path", "is_null"),
    [
        *((None, "", False), (None, "\nReturn-Path: <>", True), (None, "\nReturn-Path:", True)),
        *((None, "\nReturn-Path: <a@x>", False), (Envelope(None), "\nReturn-Path: < >", True)),
        *((Envelope(None), "", False), (Envelope(""), "", True), (Envelope("<>"), "\nReturn-Path: <a@x>", True)),
        *((Envelope("a@x"), "\nReturn-Path: <>", False),),
    ],
)
def test_the_null_sender_is_known(envelope: Envelope | None, path: str, is_null: bool) -> None:
    found = written(f"From: a@x.example{path}", envelope=envelope)
    assert found.automatic == ("null-sender" if is_null else None)


def test_every_address_of_a_field_counts_however_often_it_stands_there() -> None:
    found = written(
        "From: a@x.example\nReply-To: B <b@x.example>, c@x.example\nTo: d@x.example\nTo: e@x.example\nCc: f@x.example"
    )
    assert [one.address for one in (*found.reply_to, *found.to, *found.cc)] == [f"{name}@x.example" for name in "bcdef"]
    assert found.answer_to == "b@x.example"
    assert written("From: a@x.example\nReply-To: B <>, c@x.example").answer_to == "c@x.example"
    assert written("From: a@x.example\nReply-To: B <>").answer_to == "a@x.example"
    raw = "From: 镕 <a@x.example>\nTo: 镕 <b@x.example>\nContent-Type: text/plain; charset=gb2312\n\n镕".encode("gbk")
    assert (read(raw).sender.name, read(raw).to[0].name) == ("镕", "镕")


def test_what_was_cut_is_said() -> None:
    assert written("Subject: x", "y" * 11, limits=Limits(text=10)).marks == ("cut",)
    assert written("Subject: x", "y" * 10, limits=Limits(text=10)).marks == ()
    for count, marks in ((4, ()), (5, ("links",))):
        for kind in ("plain", "html"):
            head = f"Subject: x\nContent-Type: text/{kind}"
            assert written(head, "http://a.example " * count, limits=Limits(links=4)).marks == marks
    head = "Subject: x\nContent-Type: text/html"
    for count, oversize in ((10, ()), (11, ("html",))):
        found = written(head, "<p>" + "y" * (count - 3), limits=Limits(html=10))
        assert (found.oversize, found.html is None) == (oversize, bool(oversize))


FOUR = "<p>one two three four"
# A plain part, the HTML beside it, and whether that alone says something
HINTS = [
    *(("html", "<p>one two three", True), ("html", "<p>one two", False), ("html one", FOUR, False)),
    *(("html mail one", FOUR, True), ("html one two mail", FOUR, False), ("words", FOUR, False)),
    *(("html" + " " * 796, FOUR, True), ("html" + " " * 797, FOUR, False)),
    *(("[cid:a]", FOUR, True), ("[cid:a]", "<img>", False), ("[image: a] words", FOUR, False)),
    *(("[图片：a]", FOUR, True), ("[圖片:a]", FOUR, True), ("[CID:a] 1", FOUR, True), ("[cid:a]", "<p>aa", True)),
    *(("html https://one.two/three", "<p>four five six", True), ("html www.one.two", "<p>one two six", True)),
    *(("html", '<a href="one two three">four five', False), ("html", "<p>" + " " * 199_980 + "one two three", True)),
    *(("html", "<p>" + " " * 200_000 + "one two three", False), ("HTML Mail", "<p>MAIL one two three", False)),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "html", "expected"), HINTS, ids=range(len(HINTS)))
def test_a_plain_part_that_only_says_how_to_read_it_says_nothing(plain: str, html: str, expected: bool) -> None:
    assert is_hint(plain, html) is expected


@pytest.mark.parametrize(
    "word",
    [
        *(
            "html",
            "MIME",
            "multipart",
            "multi-part",
            "browser",
            "webmail",
            "mail client",
            "mail program",
            "mail reader",
        ),
        *("E-Mail-Programm", "navigateur", "navegador", "浏览器", "瀏覽器", "网页", "網頁", "富文本", "超文本"),
        *("ブラウザ", "브라우저", "браузер"),
    ],
)
def test_each_word_about_reading_is_known(word: str) -> None:
    assert is_hint(word, "<p>one two three four five six")
