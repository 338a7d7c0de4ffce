"""Letters are read as they come: the right words, subject and files; what machines wrote is known as such."""

from datetime import UTC, datetime

import pytest

from firstline.channels.email.letter import Envelope, read
from tests.channels.email.reading import SAMPLES, letter, made

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


@pytest.mark.parametrize(
    ("shown", "kind", "inline"),
    [
        *(('<img src="cid:a@b">', "image/png", True), ("<IMG alt=x SRC=cid:a@b>", "image/jpeg", True)),
        *(('<img src="cid:a%40b">', "image/gif", True), ("<img width=1 src='CID:a@b'/>", "image/png", True)),
        *(('<img src="cid:a@b">', "application/pdf", False), ('<a href="cid:a@b">log</a>', "image/png", False)),
        *(('<attachment src="cid:a@b"></attachment>', "image/png", False), ("cid:a@b", "image/png", False)),
        *(('<!-- <img src="cid:a@b"> -->', "image/png", False), ('<img alt="cid:a@b">', "image/png", False)),
        *(('<td background="cid:a@b">x</td>', "image/png", False), ('<object data="cid:a@b">', "image/png", False)),
        ('<script><img src="cid:a@b"></script>', "image/png", False),
    ],
)
def test_only_a_picture_that_the_whole_letter_shows_is_no_file_of_its_own(shown, kind, inline):
    body = (
        "From: eva@sample.example\nContent-Type: multipart/related; boundary=b\n\n--b\n"
        f"Content-Type: text/html\n\n<p>See</p>{shown}\n--b\nContent-Type: {kind}\nContent-Id: <a@b>\n"
        "Content-Disposition: inline; filename=shot\n\nwords\n--b--"
    )
    assert [one.inline for one in read(body.encode()).attachments] == [inline]


@pytest.mark.parametrize(
    "plain",
    [
        *("This is a multi-part message.", "This is a multipart message in MIME format.", "[cid:image001.png@01]"),
        *("[image: logo.png]\n\n[cid:a@b]", "[图片：截图.png]"),
    ],
)
def test_a_plain_part_that_says_nothing_gives_way_to_the_words_of_the_html(plain):
    body = (
        "From: eva@sample.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{plain}\n--b\nContent-Type: text/html\n\n"
        '<p>Printer P-77 is broken in room 12.</p><img src="cid:a@b">\n--b--'
    )
    assert "Printer P-77 is broken in room 12." in read(body.encode()).text


def test_a_plain_part_that_names_a_picture_beside_words_stays():
    body = (
        "From: eva@sample.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain"
        "\n\nSee [cid:a@b]\n--b\nContent-Type: text/html\n\n<p>See</p><img src='cid:a@b'>\n--b--"
    )
    assert read(body.encode()).text == "See [cid:a@b]"


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
    assert letter("bounce-delayed", envelope=Envelope(sender="a@b.test")).automatic == "report"


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
