"""When two letters are the same: whatever servers write on top of one and however they end its lines."""

from datetime import UTC, datetime

import pytest

from firstline.channels.email.ingest import fingerprint
from firstline.kit import clock

LETTER = b"From: mei@corp.example\r\nDate: Mon, 23 Nov 2026 09:00:00 +0800\r\nSubject: a\r\n b\r\n\r\nHello\r\n"


@pytest.mark.parametrize(
    "same",
    [
        b"Received: from a by b; today\r\nReturn-Path: <x@y>\r\nDelivered-To: it@desk.example\r\n" + LETTER,
        LETTER.replace(b"\r\n", b"\n"),
        LETTER + b"\r\n",
        LETTER.replace(b"a\r\n b", b"a b"),
        # More than is looked at in one go
        LETTER + b"\r\n" * 600_000,
        LETTER + b"\n" * 600_000,
        b"Received: from a by mx (Postfix) with ESMTP id 4XABCDEF12; today\r\n"
        b"Message-Id: <20261122.4XABCDEF12@mx.corp.example>\r\n" + LETTER,
    ],
)
def test_what_servers_on_its_way_do_makes_no_other_letter(same: bytes) -> None:
    assert fingerprint(same) == fingerprint(LETTER)


@pytest.mark.parametrize(
    "other",
    [
        LETTER.replace(b"Hello", b"Hullo"),
        LETTER.replace(b"09:00:00", b"09:00:01"),
        b"Message-ID: <1@corp.example>\r\n" + LETTER,
        LETTER + b"\r\n" * 600_000 + b"x",
        LETTER.replace(b"Hello", b"\r\nHello"),
        LETTER.replace(b"\r\n\r\n", b"\r\n\r\nReceived: in the body\r\n"),
    ],
)
def test_all_else_does(other: bytes) -> None:
    assert fingerprint(other) != fingerprint(LETTER)


TONER = b"From: printer@corp.example\r\nSubject: Toner is empty\r\n\r\n"
MADE_ON_THE_WAY = b"Received: from a by mx with ESMTP id 4XABCDEF12; today\r\nMessage-Id: <4XABCDEF12@mx>\r\n"
# What comes again on another day, and whether it is the same
AGAIN = [
    *((TONER, False), (MADE_ON_THE_WAY + TONER, False), (b"Received: from a by b; today\r\n" + TONER, False)),
    *((b"Message-ID: <1@printer>\r\n" + TONER, True), (b"Date: today\r\n" + TONER, True), (LETTER, True)),
    *((b"Message-ID: <1@printer>\r\n" + LETTER, True), (MADE_ON_THE_WAY + LETTER, True)),
    *((b"", True), (b"no header at all", True), (b"\xff\xfe\x00", True)),
]


@pytest.mark.parametrize(("raw", "same"), AGAIN)
def test_what_says_neither_its_id_nor_its_date_is_another_one_on_another_day(raw: bytes, same: bool) -> None:
    with clock.moved(datetime(2026, 11, 23, 9, tzinfo=UTC)):
        today = fingerprint(raw)
    with clock.moved(datetime(2026, 11, 23, 21, tzinfo=UTC)):
        assert fingerprint(raw) == today
    with clock.moved(datetime(2026, 11, 24, 9, tzinfo=UTC)):
        assert (fingerprint(raw) == today) is same


@pytest.mark.parametrize("odd", [b"", b"\r\n", b"\xff\xfe\x00", b"no header at all", b"a: " + b"x" * 300_000])
def test_anything_has_one(odd: bytes) -> None:
    assert len(fingerprint(odd)) == 64
