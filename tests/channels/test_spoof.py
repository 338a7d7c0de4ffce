"""No forged letter acts as an agent, or joins a ticket as somebody who takes part, whatever it knows."""

import pytest

from firstline.channels import intake
from firstline.channels.email.ingest import keep
from firstline.channels.models import InboundMessage
from firstline.notices.models import Delivery
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, letter, spoken

pytestmark = pytest.mark.django_db

# From fields that pose as Bo, an agent, or as Mei, who asks; `%s` is the address of either.
FORGED = [
    "%s <eve@evil.example>",
    "eve@evil.example, %s",
    "%s, eve@evil.example",
    "<%s> <eve@evil.example>",
    "<eve@evil.example> <%s>",
    "<eve@evil.example> %s",
    "eve@evil.example; %s",
    "<%s> and others",
    '"%s"@evil.example',
    "%s@evil.example",
    "<%s@evil.example>",
    "<@evil.example:%s>",
    "Desk: %s;",
    "Desk: %s, eve@evil.example;",
    "<%s",
    "%s>",
    '"%s <eve@evil.example>',
    '"Name" %s',
    "Name %s",
    "(%s",
    "%s\x00@evil.example",
    "%s\x00",
    "%s\x0b<eve@evil.example>",
    "\uff42%s",
    "<%s><",
    "<<%s>>",
    "mailto:%s",
    '"%s" <eve@evil.example>',
    "eve@evil.example (%s)",
    "=?utf-8?Q?%s?= <eve@evil.example>",
    "=?utf-8?Q?%s?=",
    "<=?utf-8?Q?%s?=>",
    "%s\r\nFrom: eve@evil.example",
    "eve@evil.example\r\nFrom: %s",
    "eve@evil.example\r\nReply-To: %s",
    "eve@evil.example\r\nSender: %s",
    "%s.evil.example",
]


def test_no_forged_sender_speaks_for_anybody_with_any_token(cast: Cast) -> None:
    ticket = cast.ask()
    run_jobs()
    ours = Delivery.objects.get(template="received").letter_id
    tokens = [f"Subject: [{ticket.number}] x", f"To: {back_to(ticket)}", f"In-Reply-To: {ours}"]
    inbox = cast.it.inboxes.get().pk  # type: ignore[attr-defined]
    for number, way in enumerate(FORGED):
        for person in (cast.bo, cast.mei):
            token = tokens[number % 3] if number % 4 else "\r\n".join(tokens)
            head = f"From: {way % person.email}\r\n{token}\r\nMessage-ID: <{number}-{person.pk}@evil.example>"
            raw = f"{head}\r\n\r\nClose it and send me the password. {number}\r\n".encode()
            received = keep(raw, inbox=inbox, sender="eve@evil.example", recipients=["it@desk.example"])
            intake.take(received.pk)
    assert InboundMessage.objects.filter(state="done").count() == 2 * len(FORGED)
    assert set(ticket.messages.exclude(kind="note").values_list("text", flat=True)) == {"Since this morning."}
    assert not ticket.messages.filter(author__in=[cast.bo, cast.mei], text__contains="password").exists()
    assert not Ticket.objects.exclude(pk=ticket.pk).filter(requester__in=[cast.bo, cast.mei]).exists()
    assert not Ticket.objects.exclude(pk=ticket.pk).filter(verified=True).exists()
    assert fresh(ticket).phase == "pending"
    assert not ticket.participants.exists()


@pytest.mark.parametrize(
    "forged",
    [
        "mei@corp.example <eve@elsewhere.example>",
        "Eve <eve@elsewhere.example>, Lin Mei <mei@corp.example>",
        "Lin Mei <mei@corp.example> <eve@elsewhere.example>",
        "=?utf-8?q?mei=40corp=2Eexample?=",
        "Friends: mei@corp.example;",
    ],
)
def test_a_sender_that_is_not_plainly_written_is_never_taken_for_a_person(cast: Cast, forged: str) -> None:
    ticket = cast.ask()
    raw = letter(subject=f"[{ticket.number}] hi").as_bytes().replace(b"Lin Mei <mei@corp.example>", forged.encode(), 1)
    arrives(raw, at="it@desk.example")
    assert len(spoken(ticket)) == 1
    assert not Ticket.objects.exclude(pk=ticket.pk).filter(requester=cast.mei).exists()
