"""Every letter of the catalogue becomes exactly what its label says, within seconds; a second pouring adds nothing."""

import time
from typing import Any

import pytest

from firstline.channels import intake
from firstline.channels.email import signed
from firstline.channels.email.ingest import keep
from firstline.channels.models import InboundMessage
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets.models import Message, Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.channels.email import catalogue as c
from tests.channels.email.catalogue import Sample, catalogue, stored

pytestmark = pytest.mark.django_db

SAMPLES = [*catalogue(), *stored()]
SECONDS = 5
# The state of the row, and how many tickets, words of the asking side and notes it adds.
EXPECTED = {
    c.TICKET: ("done", 1), c.MESSAGE: ("done", 0), c.NOTE: ("done", 0),
    c.BOUNCE: ("bounce", 0), c.ASIDE: ("ignored", 0), c.UNREADABLE: ("unreadable", 0),
}  # fmt: skip


def test_there_are_letters_enough_and_none_twice() -> None:
    assert len(SAMPLES) >= 150
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)


def test_each_letter_becomes_exactly_one_thing_and_a_second_pouring_adds_nothing() -> None:
    cast = Cast.make()
    Person.objects.filter(pk=cast.mei.pk).update(language="en")
    Person.objects.create_person(name="Eva", email="eva@sample.example")
    ticket = cast.ask()
    run_jobs()
    words = {
        b"{back}": signed.reply_address(ticket, "it@desk.example").encode(),
        b"{ours}": Delivery.objects.get(template="received").letter_id.encode(),
        b"{number}": ticket.number.encode(),
    }
    Delivery.objects.update(state="sent")
    inbox = cast.it.inboxes.get().pk  # type: ignore[attr-defined]
    wrong: list[str] = []
    for sample in SAMPLES:
        before = _count(ticket)
        received, took = _pour(sample, words, inbox)
        wrong += [f"{sample.name}: {fault}" for fault in _faults(sample, received, before, _count(ticket), took)]
    assert not wrong, "\n".join(wrong)
    before = (*_count(ticket), InboundMessage.objects.count())
    for sample in SAMPLES:
        _pour(sample, words, inbox)
    assert (*_count(ticket), InboundMessage.objects.count()) == before


def _pour(sample: Sample, words: dict[bytes, bytes], inbox: int) -> tuple[InboundMessage, float]:
    raw = sample.raw
    for name, value in words.items():
        raw = raw.replace(name, value)
    start = time.monotonic()
    received = keep(raw, inbox=inbox, sender=sample.envelope, recipients=["it@desk.example"])
    intake.take(received.pk)
    took = time.monotonic() - start
    return InboundMessage.objects.select_related("ticket__requester", "message", "person").get(pk=received.pk), took


def _count(ticket: Ticket) -> tuple[int, int, int]:
    mine = Message.objects.filter(ticket=ticket)
    return Ticket.objects.count(), mine.filter(kind="request").count(), mine.filter(kind="note").count()


def _faults(sample: Sample, received: InboundMessage, before: Any, after: Any, took: float) -> list[str]:
    state, tickets = EXPECTED[sample.outcome]
    grown = tuple(now - then for now, then in zip(after, before, strict=True))
    faults = []
    if received.state != state:
        faults.append(f"is {received.state} ({received.reason}), not {state}")
    elif grown[0] != tickets or (sample.outcome == c.MESSAGE) != bool(grown[1]):
        faults.append(f"adds {grown}")
    elif sample.outcome == c.NOTE and grown[2] != 1:
        faults.append("adds no note")
    if took > SECONDS:
        faults.append(f"takes {took:.1f} s")
    if faults or received.ticket is None or received.message is None or sample.outcome != c.TICKET:
        return faults
    if sample.sender and received.ticket.requester.email != sample.sender:
        faults.append(f"is from {received.ticket.requester.email}")
    if sample.subject and received.ticket.subject != sample.subject:
        faults.append(f"is about {received.ticket.subject!r}")
    if sample.says not in received.message.text:
        faults.append(f"says {received.message.text[:200]!r}")
    names = list(received.message.attachments.values_list("name", flat=True))
    faults += [f"has {names}" for name in sample.files if not any(found.startswith(name) for found in names)]
    return faults
