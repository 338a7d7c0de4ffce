"""Damaged letters on their way to a ticket: nothing is lost, and nothing below the damage proves who wrote."""

import pytest

from tests.cast import Cast
from tests.letters import arrives

pytestmark = pytest.mark.django_db

HEAD = b"To: it@desk.example\nMessage-ID: <one@corp.example>\nDate: Mon, 23 Nov 2026 09:00:00 +0800\n"
PROOF = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=corp.example\n"
MEI = b"From: Lin Mei <mei@corp.example>\n"


def test_a_sender_below_the_damage_is_taken_but_never_proved(cast: Cast, proving: dict[str, str]) -> None:
    damaged = arrives(PROOF + HEAD + b"X-A: b\n\n" + MEI + b"Subject: VPN\n\nbroken\n", at="it@desk.example")
    assert damaged.ticket is not None
    assert (damaged.ticket.requester, damaged.ticket.subject) == (cast.mei, "VPN")
    assert not damaged.ticket.verified
    assert "damaged" in damaged.proof["why"]
    whole = arrives(PROOF + HEAD.replace(b"one", b"two") + MEI + b"Subject: VPN\n\nbroken\n", at="it@desk.example")
    assert whole.ticket is not None
    assert whole.ticket.verified


def test_words_about_a_proof_below_the_damage_prove_nothing(cast: Cast, proving: dict[str, str]) -> None:
    forged = arrives(MEI + b"X-A: b\n\n" + PROOF + HEAD + b"Subject: VPN\n\nbroken\n", at="it@desk.example")
    assert forged.ticket is not None
    assert not forged.ticket.verified


def test_an_empty_file_is_named_on_the_ticket_in_the_language_of_its_reader(cast: Cast) -> None:
    part = b'--b\nContent-Type: text/plain; name="nightly.log"\nContent-Disposition: attachment\n\n--b--\n'
    kind = b"Subject: log\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the log.\n"
    received = arrives(MEI + HEAD + kind + part, at="it@desk.example")
    assert received.message is not None
    assert received.message.text == "See the log.\n\n（附件 nightly.log 是空的。）"
    english = arrives(
        b"From: Eva <eva@sample.example>\n" + HEAD.replace(b"one", b"2") + kind + part, at="it@desk.example"
    )
    assert english.message is not None
    assert english.message.text == "See the log.\n\n(The attached file nightly.log is empty.)"
