"""Letters are read as they come: the right words, sender and files, and nothing but Unreadable is raised."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.channels.email.letter import Envelope, Letter, Limits, Unreadable, read

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.eml"))


def letter(name: str, **more) -> Letter:
    return read((Path(__file__).parent / "samples" / f"{name}.eml").read_bytes(), **more)


def made(headers: str, body: str = "words\n") -> bytes:
    return (headers.strip("\n") + "\n\n" + body).encode()


def from_field(value: str | bytes) -> Letter:
    value = value.encode() if isinstance(value, str) else value
    return read(b"From: " + value + b"\nSubject: x\nMessage-ID: <a@b.test>\n\nwords\n")


# Sample, and the attributes that it must have.
EXPECTED: list[tuple[str, dict]] = [
    (
        "plain-english",
        {
            "key": "<m1@example.test>",
            "subject": "Printer on floor 3",
            "text": "The printer is jammed.\n\n-- \nMei",
            "date": datetime(2026, 11, 22, 2, tzinfo=UTC),
            "html": None,
            "automatic": None,
            "problems": (),
        },
    ),
    ("plain-bare-lf", {"text": "Line ends are LF here.", "problems": ()}),
    (
        "subject-gbk-labelled-gb2312",
        {"subject": "朱镕基路的打印机", "text": "朱镕基路办公室的打印机卡纸了。"},
    ),
    ("subject-character-split-over-two-words", {"subject": "打印机又卡纸了"}),
    ("subject-raw-gbk-bytes", {"subject": "电脑开不了机", "text": "请帮忙看一下，谢谢。"}),
    ("subject-with-line-ends-inside-a-word", {"subject": "VPN down Bcc: victim@example.test"}),
    ("charset-unknown-8bit", {"text": "密码忘记了"}),
    ("charset-latin1-really-cp1252", {"text": "“It costs 5 €” café"}),
    ("charset-iso-2022-jp-vendor", {"text": "①プリンタ 3F"}),
    ("charset-big5", {"subject": "印表機壞了", "text": "請幫忙"}),
    ("alternative-blank-plain", {"text": "Only the HTML has words."}),
    ("alternative-both", {"text": "Plain words.", "html": "<p>HTML words.</p>"}),
    ("html-only", {"text": "你好\n\n房间 | 301"}),
    ("only-a-picture", {"text": "", "html": None}),
    ("out-of-office", {"automatic": "auto-submitted", "is_away": True, "bounce": None, "is_reply": True}),
    ("success-report", {"automatic": "null-sender", "text": "It arrived."}),
    ("read-receipt", {"automatic": "report", "bounce": None, "attachments": ()}),
    ("mailing-list", {"automatic": "precedence", "is_away": False}),
    ("machine-suppress", {"automatic": "suppress"}),
    ("own-loop", {"automatic": "auto-submitted"}),
    ("two-message-ids", {"key": "<first@example.test>", "problems": ("more than one Message-ID",)}),
    ("encrypted-pgp", {"text": "", "problems": ("encrypted",)}),
    ("signed-pgp", {"text": "Signed words.", "attachments": ()}),
    ("winmail", {"text": "Please see the file."}),
    ("multipart-without-parts", {"text": "There is no boundary in here."}),
    ("multipart-never-closed", {"text": "Cut off."}),
    ("body-without-blank-line", {"text": "This is no header field, it is the text.\nSecond line."}),
    ("mbox-from-line", {"text": "from a mailbox file", "subject": "Printer on floor 3"}),
    ("base64-glued-and-padded", {"text": "one two"}),
    (
        "reply-from-gmail",
        {
            "is_reply": True,
            "in_reply_to": ("<FL-42.8.b@desk.example.test>",),
            "references": ("<FL-42.1.a@desk.example.test>", "<FL-42.8.b@desk.example.test>"),
            "answers": ("<FL-42.8.b@desk.example.test>", "<FL-42.1.a@desk.example.test>"),
        },
    ),
    ("reply-from-qq", {"is_reply": True, "subject": "回复：[FL-42] 打印机"}),
    (
        "envelope-headers",
        {"delivered_to": ("help+fl-42.k3x9@desk.example.test", "help@desk.example.test"), "automatic": None},
    ),
]


@pytest.mark.parametrize(("name", "expected"), EXPECTED, ids=[name for name, _ in EXPECTED])
def test_a_sample_is_read_as_its_name_says(name, expected):
    found = letter(name)
    assert {attribute: getattr(found, attribute) for attribute in expected} == expected


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_line_ends_do_not_change_what_a_letter_says(path):
    raw = path.read_bytes()
    crlf, lf = read(raw), read(raw.replace(b"\r\n", b"\n"))
    assert (crlf.subject, crlf.text, crlf.sender, len(crlf.attachments)) == (
        lf.subject,
        lf.text,
        lf.sender,
        len(lf.attachments),
    )


def test_there_are_samples_enough():
    assert len(SAMPLES) >= 30


# Sample, and its files as (name, type, inline).
FILES = [
    ("inline-picture-and-loose-picture", [("shot.png", "image/png", True), ("image-2.png", "image/png", False)]),
    ("only-a-picture", [("screen.png", "image/png", False)]),
    ("filename-rfc2231-in-pieces", [("报销单.pdf", "application/pdf", False)]),
    ("filename-encoded-word", [("申请表.doc", "application/msword", False)]),
    ("filename-raw-gbk", [("日志;1.txt", "text/plain", False)]),
    ("filename-hostile", [("gnp.exeX_ y", "application/octet-stream", False)]),
    ("attached-letter", [("Old letter_ 2_3.eml", "message/rfc822", False)]),
    ("encrypted-pgp", [("encrypted.asc", "application/octet-stream", False)]),
    ("invitation", [("attachment-1.ics", "text/calendar", False)]),
    ("winmail", [("winmail.dat", "application/ms-tnef", False)]),
    ("multipart-never-closed", [("a.txt", "text/plain", False)]),
]


@pytest.mark.parametrize(("name", "files"), FILES, ids=[name for name, _ in FILES])
def test_files_are_kept_under_names_that_are_safe(name, files):
    assert [(one.name, one.type, one.inline) for one in letter(name).attachments] == files


def test_an_attached_letter_stays_whole():
    (inner,) = letter("attached-letter").attachments
    assert read(inner.content).text == "inner words"


def test_a_picture_written_into_the_html_becomes_an_inline_file():
    found = letter("picture-written-into-the-html")
    (picture,) = found.attachments
    assert (picture.name, picture.type, picture.inline) == ("image-1.png", "image/png", True)
    assert picture.content.startswith(b"\x89PNG")
    assert f'src="cid:{picture.content_id}"' in found.html


def test_a_failed_delivery_names_recipient_status_and_our_letter():
    bounce = letter("bounce-failed").bounce
    assert bounce is not None
    assert (bounce.recipient, bounce.status, bounce.failed) == ("gone@example.test", "5.1.1", True)
    assert bounce.original_id == "<FL-42.7.k3x9@desk.example.test>"


def test_a_delayed_delivery_has_not_failed():
    bounce = letter("bounce-delayed").bounce
    assert bounce is not None
    assert (bounce.recipient, bounce.failed) == ("slow@example.test", False)
    assert bounce.original_id == "<FL-43.1.a@desk.example.test>"


def test_a_bounce_in_words_is_one_too():
    bounce = letter("bounce-in-words-only").bounce
    assert bounce is not None
    assert (bounce.recipient, bounce.status, bounce.failed) == ("nobody@example.test", "5.1.1", True)


def test_the_null_sender_of_the_envelope_wins_over_the_return_path():
    assert letter("envelope-headers", envelope=Envelope(sender="")).automatic == "null-sender"
    assert letter("bounce-delayed", envelope=Envelope(sender="a@b.test")).automatic == "mailer-daemon"


def test_recipients_of_the_envelope_come_first():
    found = letter("envelope-headers", envelope=Envelope(recipients=("Queue@desk.example.test",)))
    assert found.delivered_to[0] == "queue@desk.example.test"


def test_what_we_wrote_is_a_loop_and_what_people_write_in_our_domain_is_none():
    own = {"own_hosts": frozenset({"desk.example.test"})}
    assert letter("own-loop", **own).automatic == "own-loop"
    ours = made("From: a@b.test\nMessage-ID: <IT-42.0123456789abcdef0123@desk.example.test>")
    assert read(ours, **own).automatic == "own-loop"
    assert read(made("From: a@b.test\nMessage-ID: <0a1b@desk.example.test>"), **own).automatic is None


def test_another_desk_of_our_make_is_a_machine_and_no_loop():
    assert letter("own-loop", own_hosts=frozenset({"another.test"})).automatic == "auto-submitted"


def test_who_writes_out_of_office_in_the_subject_may_be_a_person():
    found = read(made("From: a@b.test\nSubject: Out of office printers"))
    assert (found.automatic, found.is_away) == ("away-subject", False)
    assert read(made("From: a@b.test\nSubject: Out of office\nX-Auto-Response-Suppress: All")).is_away


def test_what_noreply_writes_of_a_delivery_is_no_bounce():
    assert read(made("From: noreply@shop.test\nSubject: Delivery status of your parcel")).bounce is None
    assert read(made("From: postmaster@shop.test\nSubject: Delivery status")).bounce is not None


def test_without_from_the_reply_to_is_taken_but_never_for_certain():
    found = letter("no-from")
    assert (found.sender.address, found.sender.certain) == ("mei@example.test", False)


def test_without_a_message_id_the_key_is_the_content():
    found = letter("no-message-id-no-date")
    assert found.key.startswith("sha256:")
    assert found.key == letter("no-message-id-no-date").key
    assert found.date is None


def test_an_answer_goes_to_reply_to_while_the_sender_stays_from():
    found = read(made("From: Mei <mei@example.test>\nReply-To: Omar <omar@example.test>\nSubject: x"))
    assert (found.sender.address, found.answer_to) == ("mei@example.test", "omar@example.test")


# A From field that names one person plainly.
HONEST = [
    ("Mei Lin <mei@example.test>", "Mei Lin", "mei@example.test"),
    ("mei@example.test", "", "mei@example.test"),
    ("<mei@example.test>", "", "mei@example.test"),
    ("MEI@Example.Test", "", "mei@example.test"),
    ('"Lin, Mei" <mei@example.test>', "Lin, Mei", "mei@example.test"),
    ('"Mei \\"M\\" Lin" <mei@example.test>', 'Mei "M" Lin', "mei@example.test"),
    ("mei@example.test (Mei Lin)", "Mei Lin", "mei@example.test"),
    ("=?utf-8?B?5qKF?= <mei@example.test>", "梅", "mei@example.test"),
    ("=?utf-8?Q?Lin,_Mei?= <mei@example.test>", "Lin, Mei", "mei@example.test"),
    ('"=?utf-8?B?5qKF?=" <mei@example.test>', "梅", "mei@example.test"),
    ("梅 <mei@example.test>", "梅", "mei@example.test"),
    ("Mei Lin\n <mei@example.test>", "Mei Lin", "mei@example.test"),
    ("O'Neil <o'neil@example.test>", "O'Neil", "o'neil@example.test"),
    ('"agent@victim.example" <attacker@evil.example>', "agent@victim.example", "attacker@evil.example"),
    (
        "=?utf-8?Q?agent=40victim.example?= <attacker@evil.example>",
        "agent@victim.example",
        "attacker@evil.example",
    ),
    ("attacker@evil.example (agent@victim.example)", "agent@victim.example", "attacker@evil.example"),
]


@pytest.mark.parametrize(("value", "name", "address"), HONEST)
def test_one_plain_mailbox_is_a_certain_sender(value, name, address):
    sender = from_field(value).sender
    assert (sender.name, sender.address, sender.certain) == (name, address, True)


# A From field that could be read as the agent, or as more than one, or as none.
SPOOFS: list[str | bytes] = [
    "agent@victim.example <attacker@evil.example>",
    "attacker@evil.example, agent@victim.example",
    "agent@victim.example, attacker@evil.example",
    "<agent@victim.example> <attacker@evil.example>",
    "<attacker@evil.example> <agent@victim.example>",
    "<attacker@evil.example> agent@victim.example",
    "attacker@evil.example; agent@victim.example",
    "<agent@victim.example> and others",
    "=?utf-8?Q?agent=40victim.example?=",
    "<=?utf-8?Q?agent=40victim.example?=>",
    "=?utf-8?Q?=3Cagent=40victim.example=3E?=",
    "x <=?utf-8?B?YWdlbnRAdmljdGltLmV4YW1wbGU=?=>",
    '"agent@victim.example"@evil.example',
    "agent@victim.example@evil.example",
    "<agent@victim.example@evil.example>",
    "<@evil.example:agent@victim.example>",
    "Agents: agent@victim.example;",
    "Agents: agent@victim.example, attacker@evil.example;",
    "agent @victim.example",
    "agent@ victim.example",
    "<agent@victim.example",
    "agent@victim.example>",
    '"agent@victim.example <attacker@evil.example>',
    '"Agent" agent@victim.example',
    "Agent agent@victim.example",
    "(agent@victim.example",
    "agent(comment)@victim.example, x@evil.example",
    b"agent@victim.example\x00@evil.example",
    b"agent@victim.example\x00",
    "agent@victim.example\x0b<attacker@evil.example>",
    "ａgent@victim.example",
    "agent@victim。example",
    "аgent@victim.example",
    "<agent@victim.example><",
    "<<agent@victim.example>>",
    "undisclosed-recipients:;",
    "",
    "@",
    "<>",
    "mailto:agent@victim.example",
    "agent@[192.0.2.1]",
]


@pytest.mark.parametrize("value", SPOOFS, ids=repr)
def test_an_odd_from_is_never_a_certain_sender(value):
    found = from_field(value)
    assert not found.sender.certain
    assert any(problem.startswith("From:") for problem in found.problems)


@pytest.mark.parametrize("second", ["attacker@evil.example", "agent@victim.example", ""])
def test_two_from_fields_are_never_a_certain_sender(second):
    found = read(made(f"From: agent@victim.example\nFrom: {second}\nSubject: x"))
    assert not found.sender.certain


def test_a_name_that_poses_as_an_address_is_told():
    found = from_field('"agent@victim.example" <attacker@evil.example>')
    assert "From: the name holds another address" in found.problems


def test_a_stray_space_in_an_address_is_mended_but_not_certain():
    sender = letter("address-with-stray-space").sender
    assert (sender.address, sender.certain) == ("mei@example.test", False)


def nested(depth: int) -> bytes:
    head = b"From: mei@example.test\nSubject: deep\n"
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(depth))
    return head + opened + b"Content-Type: text/plain\n\nbottom\n" + b"x" * 900 * depth


def bushy(width: int) -> bytes:
    inner = "Content-Type: multipart/mixed; boundary=in\n\n" + "--in\n\nx\n" * width + "--in--\n"
    return made("From: a@b.test\nContent-Type: multipart/mixed; boundary=out", f"--out\n{inner}" * width)


# Letters that cost a standard parser many seconds, or that are beyond a limit.
BOMBS = [
    ("3,000 nested parts", nested(3000)),
    ("3,000 parts side by side", made("Content-Type: multipart/mixed; boundary=b", "--b\n\nx\n" * 3000)),
    ("20 times 20 parts", bushy(20)),
    ("a header of 300 KB", b"From: a@b.test\nSubject: " + b"x" * 300_000 + b"\n\nwords"),
    ("5,000 fields", b"X: y\n" * 5_000 + b"\nwords"),
]


@pytest.mark.parametrize("raw", [raw for _, raw in BOMBS], ids=[name for name, _ in BOMBS])
def test_a_bomb_is_refused_at_once(raw):
    before = time.process_time()
    with pytest.raises(Unreadable) as refused:
        read(raw)
    assert time.process_time() - before < 1
    assert refused.value.reason


def test_a_letter_larger_than_the_limit_is_refused():
    with pytest.raises(Unreadable):
        read(b"From: a@b.test\n\n" + b"x" * 1_000, limits=Limits(size=500))


# Header values of 210 KB that must be read in linear time.
LONG = {
    "words": b"=?utf-8?q?a?= " * 15_000,
    "broken words": b"=?a?q?" * 35_000,
    "brackets": b"<" * 210_000,
    "quotes": b'"' * 210_001,
    "comments": b"(" * 210_000,
    "semicolons": b"a;" * 105_000,
    "commas": b"a@b.test," * 23_000,
    "dots": b"a." * 105_000,
    "backslashes": b"\\" * 210_000,
    "spaces": b" " * 210_000,
    "folded": b"a\n " * 70_000,
}


@pytest.mark.parametrize("value", LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize("name", ["From", "To", "Subject", "References", "Date", "Content-Type", "Content-Disposition"])
def test_a_very_long_field_is_read_in_less_than_a_second(name, value):
    before = time.process_time()
    read(name.encode() + b": " + value + b"\nMessage-ID: <a@b.test>\n\nwords")
    assert time.process_time() - before < 1


# Bodies of a megabyte that must be read in linear time.
BODIES = {
    "lone CR": b"\r" * 1_000_000,
    "boundaries": b"--b" * 330_000,
    "quoted-printable": b"=" * 1_000_000,
    "deep HTML": b"<div>" * 200_000,
    "entities": b"&amp;x" * 160_000,
    "pictures": b'<img src="data:image/png;base64,' * 30_000,
    "escapes": b"\x1b$B" * 330_000,
    "high bytes": b"\xff" * 1_000_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("kind", ["text/plain; charset=gb2312", "text/html", "multipart/mixed; boundary=b"])
def test_a_large_odd_body_is_read_in_a_few_seconds(kind, body):
    before = time.process_time()
    read(b"From: a@b.test\nContent-Type: " + kind.encode() + b"\n\n" + body)
    assert time.process_time() - before < 3


def test_many_large_html_parts_are_read_in_bounded_time():
    part = "--b\nContent-Type: text/html\n\n" + "<p>x" * 20_000 + "\n"
    before = time.process_time()
    read(made("From: a@b.test\nContent-Type: multipart/mixed; boundary=b", part * 190))
    assert time.process_time() - before < 30


def test_too_many_links_leave_the_letter_without_a_body():
    found = read(made("From: a@b.test\nSubject: x", "http://example.test/ \n" * 5_001))
    assert (found.text, found.html, found.oversize) == ("", None, ("links",))


def test_a_very_long_text_is_cut_and_said_to_be():
    found = read(made("From: a@b.test\nSubject: x", "word " * 300_000))
    assert len(found.text) == 1_000_000
    assert found.oversize == ("text",)


def test_a_text_cut_while_it_was_still_bytes_is_said_to_be():
    raw = b"From: a@b.test\nContent-Type: text/plain; charset=iso-2022-jp\n\n" + b"\x1b$B-!\x1b(B" * 1_000_000
    assert read(raw).oversize == ("text",)


def test_codecs_that_are_no_charsets_are_never_used():
    raw = b"From: a@b.test\nContent-Type: text/plain; charset=%s\n\nabc-\\x41"
    for charset in (b"punycode", b"idna", b"unicode_escape", b"rot13", b"zlib", b"undefined", b"mbcs"):
        assert read(raw % charset).text == "abc-\\x41"


def test_nothing_that_a_database_refuses_comes_out():
    raw = b"From: a@b.test\nSubject: a\x00b\nContent-Type: text/plain; charset=utf-16\n\n\x00\x00\x3d\xd8\x00"
    found = read(raw)
    assert "\x00" not in found.text + found.subject
    (found.text + found.subject).encode()


@st.composite
def damaged(draw) -> bytes:
    """A sample cut, doubled, crossed with another, or with bytes changed."""
    raw = bytearray(draw(st.sampled_from(SAMPLES)).read_bytes())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        until = draw(st.integers(at, min(len(raw), at + 400)))
        how = draw(st.sampled_from(["drop", "twice", "change", "cross"]))
        if how == "drop":
            del raw[at:until]
        elif how == "twice":
            raw[at:at] = raw[at:until]
        elif how == "change":
            raw[at:until] = draw(st.binary(max_size=40))
        else:
            raw[at:] = draw(st.sampled_from(SAMPLES)).read_bytes()[at:]
    return bytes(raw)


@settings(max_examples=300, deadline=None)
@given(damaged())
def test_a_damaged_letter_raises_nothing_but_unreadable(raw):
    try:
        found = read(raw)
    except Unreadable:
        return
    assert "\n" not in found.subject
    assert all(one.name and "/" not in one.name for one in found.attachments)
    (found.text + found.subject + (found.html or "") + found.sender.name).encode()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2_000))
def test_bytes_that_are_no_letter_raise_nothing_but_unreadable(raw):
    assert read(raw).key.startswith(("sha256:", "<"))
