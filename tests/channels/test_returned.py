"""A letter of ours that a mail server sends back: what its delivery and its ticket say then."""

from typing import Any

import pytest

from firstline.channels.email.signed import letter_in, number_in, return_address
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, letter, returns_to, spoken, told

pytestmark = pytest.mark.django_db


def bounce(about: str, *, action: str = "failed", recipient: str = "mei@corp.example") -> bytes:
    return f"""From: MAILER-DAEMON@mx.corp.example
To: it@desk.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.corp.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mailbox is gone.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.corp.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: {about}
--b--
""".encode()


def test_a_bounce_marks_the_delivery_and_is_noted_but_reopens_nothing(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    run_jobs()
    Delivery.objects.update(state="sent")
    told_of = Delivery.objects.get(template="resolved")
    received = arrives(bounce(told_of.letter_id), envelope_sender="", at=returns_to(told_of))
    delivery = Delivery.objects.get(template="resolved")
    assert (received.ticket, delivery.state) == (ticket, "failed")
    assert "5.1.1" in delivery.error
    assert fresh(ticket).phase == "resolved"
    assert ticket.events.get(name="undelivered").data["reason"] == "bounced"
    assert [told(cast.mei), told(cast.bo)] == [["resolved"], ["undelivered"]]


def test_a_delay_is_not_a_failure(cast: Cast) -> None:
    cast.ask()
    run_jobs()
    Delivery.objects.update(state="sent")
    delivery = Delivery.objects.get()
    arrives(bounce(delivery.letter_id, action="delayed"), envelope_sender="", at=returns_to(delivery))
    assert Delivery.objects.get().state == "sent"


def test_a_bounce_of_somebody_elses_letter_opens_nothing(cast: Cast) -> None:
    received = arrives(bounce("<not-ours@elsewhere.example>"), envelope_sender="", at="it@desk.example")
    assert received.state == "bounce"
    assert not Ticket.objects.exists()


def sent_to_mei(cast: Cast) -> Delivery:
    cast.ask()
    run_jobs()
    Delivery.objects.update(state="sent")
    return Delivery.objects.select_related("ticket", "person").get()


# What is said to be about, where it comes to, and who is named in it: of `sent`, and of `other`, a letter like it.
FORGED: dict[str, Any] = {
    "to the desk, with the id": lambda sent, other: (sent.letter_id, "it@desk.example", sent.address),
    "to the signed address, with the id": lambda sent, other: (sent.letter_id, back_to(sent.ticket), sent.address),
    "to the signed address, without the id": lambda sent, other: ("", back_to(sent.ticket), sent.address),
    "to another letter's return address": lambda sent, other: (sent.letter_id, returns_to(other), sent.address),
    "to the return address, with another id": lambda sent, other: (other.letter_id, returns_to(sent), sent.address),
    "to the return address, of somebody else": lambda sent, other: ("", returns_to(sent), "omar@corp.example"),
    "to a return address that was guessed": lambda sent, other: (
        sent.letter_id,
        returns_to(other).replace(f".d{other.pk}.", f".d{sent.pk}."),
        sent.address,
    ),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_news_that_anybody_could_have_written_changes_nothing(cast: Cast, forged: Any) -> None:
    other = sent_to_mei(cast)
    ticket = cast.ask()
    run_jobs()
    Delivery.objects.update(state="sent")
    sent = Delivery.objects.select_related("ticket", "person").exclude(pk=other.pk).get()
    about, at, recipient = forged(sent, other)
    received = arrives(bounce(about, recipient=recipient), envelope_sender="", at=at)
    assert received.state == "bounce"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert not ticket.events.filter(name="undelivered").exists()
    assert not Person.objects.get(pk=cast.mei.pk).is_bounced


def test_news_of_a_letter_that_has_not_left_changes_nothing(cast: Cast) -> None:
    delivery = sent_to_mei(cast)
    Delivery.objects.update(state="dropped")
    arrives(bounce(delivery.letter_id), envelope_sender="", at=returns_to(delivery))
    assert Delivery.objects.get().state == "dropped"


def test_a_server_that_sends_nothing_back_is_believed_at_the_return_address(cast: Cast) -> None:
    delivery = sent_to_mei(cast)
    arrives(bounce("", recipient="MEI@corp.example"), envelope_sender="", at=returns_to(delivery))
    assert Delivery.objects.get().state == "failed"


def test_whose_letters_are_forwarded_bounces_from_elsewhere(cast: Cast) -> None:
    delivery = sent_to_mei(cast)
    arrives(bounce(delivery.letter_id, recipient="m.l@home.example"), envelope_sender="", at=returns_to(delivery))
    assert Delivery.objects.get().state == "failed"


def test_an_absence_that_answers_the_envelope_is_a_note_on_its_request(cast: Cast) -> None:
    delivery = sent_to_mei(cast)
    away = letter(subject="Out of office", text="Back on Monday.", Auto_Submitted="auto-replied")
    arrives(away, envelope_sender="", at=returns_to(delivery))
    assert spoken(delivery.ticket)[-1][0] == "note"
    assert fresh(delivery.ticket).phase == "pending"


def test_a_return_address_is_never_longer_than_a_mail_server_takes(cast: Cast) -> None:
    delivery = sent_to_mei(cast)
    long = return_address(delivery.ticket, 10**17, f"{'i' * 35}@desk.example")
    assert letter_in(long) == 0
    assert number_in(long) == delivery.ticket.number
