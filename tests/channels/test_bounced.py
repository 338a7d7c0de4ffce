"""An address from which letters come back: what marks it, what is done while it is marked, and how the mark goes."""

import pytest

from firstline.channels import outbox
from firstline.channels.email import sender_authentication
from firstline.channels.email.ingest import keep
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.channels.mailserver import MailServer
from tests.deliveries import marked
from tests.letters import arrives, letter, returns_to

pytestmark = pytest.mark.django_db


POSTFIX = """From: MAILER-DAEMON@mx.corp.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
Message-Id: <20261122073000.1F2A@mx.corp.example>

--b
Content-Description: Notification

This is the mail system at host mx.corp.example.
--b
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.corp.example
X-Postfix-Queue-ID: 1F2A
Arrival-Date: Sun, 22 Nov 2026 07:29:58 +0000 (UTC)

Final-Recipient: rfc822; mei@corp.example
Original-Recipient: rfc822;mei@corp.example
Action: {action}
Status: {status}
Remote-MTA: dns; mail.corp.example
Diagnostic-Code: smtp; {said}

--b
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Message-ID: {about}
Subject: [IT-1001]
--b--
"""
QMAIL = """From: MAILER-DAEMON@mx.corp.example
Subject: failure notice
To: {to}

Hi. This is the qmail-send program at mx.corp.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<mei@corp.example>:
Sorry, no mailbox here by that name. (#{status})

--- Below this line is a copy of the message.

Message-ID: {about}
"""


def comes_back(
    status: str = "5.1.1", *, form: str = POSTFIX, action: str = "failed", said: str = "550 No", about: str = ""
) -> None:
    """A mail server says of the last letter to Mei what became of it."""
    last = Delivery.objects.filter(address="mei@corp.example").latest("id")
    raw = form.format(to="it@desk.example", about=about or last.letter_id, status=status, action=action, said=said)
    keep(raw.encode(), inbox=None, sender="", recipients=[returns_to(last)])
    run_jobs()


def mei() -> Person:
    return Person.objects.get(email="mei@corp.example")


def written_to(cast: Cast) -> Ticket:
    """Mei asked, and has had her number confirmed."""
    ticket = cast.ask()
    run_jobs()
    assert Delivery.objects.get().state == "sent"
    return ticket


@pytest.mark.parametrize(
    ("status", "said", "why"),
    [
        ("5.1.1", "550 5.1.1 No such user", "no_address"),
        ("5.1.2", "550 5.1.2 Bad destination system", "no_address"),
        ("5.2.1", "550 5.2.1 Mailbox disabled", "off"),
        ("5.1.10", "556 5.1.10 Null MX", "no_address"),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "bounced"),
        ("5.0.0", "550 mailbox unavailable", "bounced"),
        ("5.0.0", "550 5.1.1 unrouteable", "no_address"),
        ("5.2.2", "552 5.2.2 Mailbox full", ""),
        ("5.3.4", "552 5.3.4 Message too big", ""),
        ("5.7.1", "554 5.7.1 Spam", ""),
        ("5.0.0", "554 5.7.1 Spam", ""),
        ("5.1.8", "553 5.1.8 Bad sender", ""),
        ("4.4.1", "no answer for five days", ""),
    ],
)
def test_what_is_the_fault_of_the_address_marks_it_and_nothing_else(
    cast: Cast, server: MailServer, status: str, said: str, why: str
) -> None:
    written_to(cast)
    comes_back(status, said=said)
    assert Delivery.objects.get().state == "failed"
    assert (mei().is_bounced, mei().bounced_why) == (bool(why), why)


def test_the_letter_of_a_server_without_reports_marks_too(cast: Cast, server: MailServer) -> None:
    written_to(cast)
    comes_back(form=QMAIL)
    assert mei().bounced_why == "no_address"


def test_a_delay_marks_nothing(cast: Cast, server: MailServer) -> None:
    written_to(cast)
    comes_back("4.4.1", action="delayed")
    assert not mei().is_bounced


def test_a_letter_leaves_under_the_return_address_at_which_news_of_it_is_believed(
    cast: Cast, server: MailServer
) -> None:
    written_to(cast)
    assert server.envelopes[0].mail_from == returns_to(Delivery.objects.get())


def test_a_refusal_at_the_door_marks_the_address(cast: Cast, server: MailServer) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(email="gone@corp.example")
    ticket = cast.asked(by=Person.objects.get(pk=cast.mei.pk))
    run_jobs()
    assert ticket.events.filter(name="undelivered").exists()
    assert Person.objects.get(pk=cast.mei.pk).bounced_why == "no_address"


def test_a_refusal_of_the_letter_does_not(cast: Cast, server: MailServer) -> None:
    server.answers[:] = ["554 5.7.1 Looks like spam"]
    cast.ask()
    run_jobs()
    assert Delivery.objects.get().state == "failed"
    assert not mei().is_bounced


def test_a_marked_address_is_written_to_no_more_and_the_reply_says_why(cast: Cast, server: MailServer) -> None:
    ticket = written_to(cast)
    comes_back()
    said = actions.reply(ticket, by=cast.bo, text="Which network?")
    run_jobs()
    held = Delivery.objects.get(message=said)
    assert (held.state, held.is_held) == ("dropped", True)
    assert "come back" in held.why
    assert "send the email again" in held.advice
    assert len(server.letters) == 1
    assert ticket.events.filter(name="undelivered").count() == 1  # of the one that did leave


def test_sending_a_held_letter_tries_the_address_again(cast: Cast, server: MailServer) -> None:
    ticket = written_to(cast)
    comes_back()
    said = actions.reply(ticket, by=cast.bo, text="Which network?")
    run_jobs()
    assert outbox.send_again(Delivery.objects.get(message=said), by=cast.bo)
    run_jobs()
    assert Delivery.objects.get(message=said).state == "sent"
    assert not mei().is_bounced
    assert len(server.letters) == 2
    assert not outbox.send_again(Delivery.objects.get(message=said), by=cast.bo)


def test_another_address_is_written_to_at_once(cast: Cast, server: MailServer) -> None:
    ticket = written_to(cast)
    comes_back()
    Person.objects.filter(pk=cast.mei.pk).update(email="lin.mei@corp.example")
    assert not Person.objects.get(pk=cast.mei.pk).is_bounced
    actions.reply(ticket, by=cast.bo, text="Which network?")
    run_jobs()
    assert server.letters[-1]["To"].addresses[0].addr_spec == "lin.mei@corp.example"


@pytest.mark.parametrize(("result", "stays"), [("pass", False), ("none", True), ("fail", True)])
def test_a_proved_letter_from_the_address_takes_the_mark_away(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, result: str, stays: bool
) -> None:
    marked(cast.mei)
    monkeypatch.setattr(
        "firstline.channels.email.channel.prove", lambda *_args, **_more: sender_authentication.Proof(result, "")
    )
    arrives(letter())
    assert mei().is_bounced is stays
