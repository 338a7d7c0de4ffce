"""Whatever is attached to an email of ours is opened by whoever gets it: its bytes, type, charset and name."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from firstline.channels.base import File
from firstline.channels.email.attaching import attached_as
from firstline.channels.email.outgoing import Outgoing
from firstline.channels.email.writing import as_mime

INNER = b"From: mei@a.test\r\nSubject: Old\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
FILES = [
    ("图纸 一.txt", "text/plain", "你好，世界\n".encode(), "text/plain", "utf-8"),
    ("notes.txt", "text/plain", b"plain\r\nlines\n", "text/plain", "us-ascii"),
    ("旧.csv", "text/csv", "姓名,部门\n".encode("gb18030"), "text/csv", "gb18030"),
    ("wide.txt", "text/plain", "Größe".encode("utf-16"), "text/plain", "utf-16"),
    ("page.html", "text/html", "<p>é".encode(), "text/html", "utf-8"),
    ("odd.txt", "text/plain", b"\x81\x00\xff", "text/plain", None),
    ("old.eml", "message/rfc822", INNER, "message/rfc822", None),
    ("eight.eml", "message/rfc822", INNER + "é".encode(), "application/octet-stream", None),
    ("wide.eml", "message/rfc822", INNER + b"x" * 2_000, "application/octet-stream", None),
    ("long.eml", "message/rfc822", INNER + b"x" * 998, "message/rfc822", None),
    ("longer.eml", "message/rfc822", INNER + b"x" * 999, "application/octet-stream", None),
    ("nul.eml", "message/rfc822", INNER + b"\0", "application/octet-stream", None),
    ("note.msg", "application/vnd.ms-outlook", b"\xd0\xcf\x11\xe0" * 9, "application/vnd.ms-outlook", None),
    ("all.zip", "application/zip", b"PK\x03\x04\x00\r\n.\r\n", "application/zip", None),
    ("x.bin", "nonsense", b"\x00\x01", "application/octet-stream", None),
    ("x.bin", "multipart/mixed", b"--a\r\n", "application/octet-stream", None),
    ("x.bin", "message/partial", b"x", "application/octet-stream", None),
    ("x.bin", 'text/plain; name="a', b"x", "application/octet-stream", None),
    ("empty.txt", "text/plain", b"", "text/plain", "us-ascii"),
    ("a" * 150 + "很长的名字.pdf", "application/pdf", b"%PDF-1.4", "application/pdf", None),
]


def test_an_email_without_anything_in_it_is_one() -> None:
    assert attached_as(b"", "Message/RFC822") == {"maintype": "message", "subtype": "rfc822", "cte": "7bit"}


def outgoing() -> Outgoing:
    said = dict.fromkeys(("sender_name", "to_name", "unsubscribe"), "")
    addresses = dict.fromkeys(("sender", "to", "reply_to", "return_to"), "it@desk.example")
    return Outgoing(
        desk=1,
        letter_id="<1@desk.example>",
        subject="Files",
        text="Here.",
        html="<p>Here.</p>",
        date=datetime(2026, 11, 30, tzinfo=UTC),
        automatic=False,
        thread=(),
        files=(),
        **said,
        **addresses,
    )


@pytest.mark.parametrize(("name", "type", "content", "said", "charset"), FILES)
def test_a_file_arrives_as_what_it_is(name: str, type: str, content: bytes, said: str, charset: str | None) -> None:
    file = File(name=name, type=type, content=content)
    read = message_from_bytes(as_mime(replace(outgoing(), files=(file,))), policy=default)
    assert isinstance(read, EmailMessage)
    (part,) = list(read.iter_attachments())
    assert (part.get_content_type(), part.get_filename()) == (said, name)
    assert part.get_content_charset() == charset
    if said == "message/rfc822":
        assert part.get_payload()[0]["subject"] == "Old"
        assert part["content-transfer-encoding"] == "7bit"
    else:
        assert part.get_payload(decode=True) == content
