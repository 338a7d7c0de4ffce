"""A letter of ours that a mail server sends back: what its delivery and its ticket say then."""

import pytest

from firstline.notices.models import Delivery
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, told

pytestmark = pytest.mark.django_db


def bounce(about: str, *, action: str = "failed") -> bytes:
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

Final-Recipient: rfc822; mei@corp.example
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
    received = arrives(
        bounce(Delivery.objects.get(template="resolved").letter_id), envelope_sender="", at="it@desk.example"
    )
    delivery = Delivery.objects.get(template="resolved")
    assert (received.ticket, delivery.state) == (ticket, "failed")
    assert "5.1.1" in delivery.error
    assert fresh(ticket).phase == "resolved"
    assert ticket.events.get(name="undelivered").data["reason"] == "bounced"
    assert told() == ["resolved"]


def test_a_delay_is_not_a_failure(cast: Cast) -> None:
    cast.ask()
    run_jobs()
    Delivery.objects.update(state="sent")
    arrives(bounce(Delivery.objects.get().letter_id, action="delayed"), envelope_sender="", at="it@desk.example")
    assert Delivery.objects.get().state == "sent"


def test_a_bounce_of_somebody_elses_letter_opens_nothing(cast: Cast) -> None:
    received = arrives(bounce("<not-ours@elsewhere.example>"), envelope_sender="", at="it@desk.example")
    assert received.state == "bounce"
    assert not Ticket.objects.exists()
