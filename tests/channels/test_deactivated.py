"""Whoever was deactivated speaks by email no more; what comes from their address is kept and seen as a stranger's."""

from itertools import product

import pytest

from firstline.channels.models import InboundMessage
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Message, Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, config, letter, spoken, told

pytestmark = pytest.mark.django_db

SAID = {
    "pass": "mx.desk.example; dmarc=pass header.from=corp.example",
    "none": "mx.desk.example; dmarc=none",
    "fail": "mx.desk.example; dmarc=fail header.from=corp.example",
}
WORDS = "Please give my files to Eve."


@pytest.fixture
def ticket(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    """Of Mei, with Hana taking part; both have left, and so has Bo, who works on it."""
    config(monkeypatch, mail_authserv="mx.desk.example")
    asked = cast.ask()
    actions.add_participant(asked, by=cast.bo, person=cast.hana)
    run_jobs()
    Person.objects.filter(pk__in=[cast.mei.pk, cast.hana.pk, cast.bo.pk]).update(is_active=False)
    return fresh(asked)


def written(ticket: Ticket, who: str, *, way: str = "new", proof: str = "pass") -> InboundMessage:
    to = back_to(ticket) if way == "signed" else "it@desk.example"
    subject = f"Re: [{ticket.number}] VPN" if way == "number" else "My files"
    ours = Delivery.objects.filter(ticket=ticket).order_by("pk")[0].letter_id if way == "answered" else ""
    given = {"text": WORDS, "letter_id": "<now@corp.example>", "Authentication_Results": SAID[proof]}
    return arrives(letter(f"{who.title()} <{who}@corp.example>", to=to, subject=subject, answers=ours, **given))


@pytest.mark.parametrize(("who", "way", "proof"), [*product(("mei", "hana", "bo"), ("signed", "answered"), SAID)])
def test_their_answer_is_a_note_that_moves_nothing(ticket: Ticket, who: str, way: str, proof: str) -> None:
    actions.resolve(ticket, by=Person.objects.system(), resolution="New profile.")
    count = len(told())
    received = written(ticket, who, way=way, proof=proof)
    assert (received.state, received.ticket, received.person) == ("done", ticket, None)
    kind, text = spoken(ticket)[-1]
    assert kind == "note"
    assert WORDS in text
    assert f"{who}@corp.example" in text
    assert proof == "fail" or "deactivated" in text
    assert fresh(ticket).phase == "resolved"
    assert not {"answered", "reopened"} & {*told()[count:]}


@pytest.mark.parametrize(
    ("who", "way", "proof"), [*product(("mei", "hana", "bo"), ("new", "number"), ("pass", "none"))]
)
def test_their_new_request_is_nobodys_account_and_shows_the_address(
    ticket: Ticket, who: str, way: str, proof: str
) -> None:
    count = len(told())
    opened = written(ticket, who, way=way, proof=proof).ticket
    assert opened is not None
    assert opened != ticket
    assert (opened.requester.email, opened.requester.has_account, opened.verified) == (None, False, False)
    assert opened.requester_name == f"{who.title()} <{who}@corp.example>"
    (request, words), (note, why) = spoken(opened)
    assert (request, words, note) == ("request", WORDS, "note")
    assert "deactivated" in why
    assert f"{who}@corp.example" in why
    assert (ticket.number in why) is (way == "number" and who != "bo")
    assert (
        not Ticket.objects.exclude(pk=ticket.pk).filter(requester__in=Person.objects.filter(is_active=False)).exists()
    )
    assert "received" not in told()[count:]


def test_to_a_closed_request_theirs_is_a_new_one_of_nobodys_that_follows_it(cast: Cast, ticket: Ticket) -> None:
    actions.resolve(ticket, by=Person.objects.system(), resolution="New profile.")
    actions.close(ticket, by=Person.objects.system())
    opened = written(ticket, "mei", way="signed").ticket
    assert opened not in (ticket, None)
    assert opened.requester.email is None
    assert opened.links.filter(other=ticket, kind="follows").exists()
    assert not Message.objects.filter(author=cast.mei, text__contains="Eve").exists()


def test_a_proof_that_failed_is_still_an_unknown_senders(ticket: Ticket) -> None:
    opened = written(ticket, "mei", proof="fail").ticket
    assert opened is not None
    assert opened.requester_name == "Unknown sender"
    assert [kind for kind, _text in spoken(opened)] == ["request", "note"]


def test_made_active_again_they_speak_as_before(cast: Cast, ticket: Ticket) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(is_active=True)
    written(ticket, "mei", way="signed")
    assert ticket.messages.filter(author=cast.mei, text__contains="Eve").exists()


def test_in_chinese_it_is_said_as_well(cast: Cast, ticket: Ticket) -> None:
    Person.objects.filter(pk=cast.bo.pk).update(is_active=True, language="zh-hans")
    actions.assign(ticket, by=cast.bo, to=cast.bo)
    written(ticket, "mei", way="signed")
    assert "停用" in spoken(ticket)[-1][1]
