"""Anybody may use the id of somebody's email again: it leads nobody's answer to where others read it."""

from collections.abc import Iterator

import dkim
import pytest

from firstline.channels.email import seals
from firstline.channels.models import InboundMessage
from firstline.tickets import actions
from firstline.tickets.models import Message, Ticket
from tests.cast import Cast, fresh
from tests.channels.email.test_sender_authentication import PEM, txt
from tests.letters import arrives, back_to, letter

pytestmark = pytest.mark.django_db

OMAR, EVE = "Omar <omar@corp.example>", "Eve <eve@evil.example>"


@pytest.fixture(autouse=True)
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(seals, "ask", txt)
    return


def signed(**given: str) -> bytes:
    raw = letter(**given).as_bytes().replace(b"\n", b"\r\n")
    return bytes(dkim.sign(raw, b"s", b"corp.example", PEM)) + raw


def first() -> Ticket:
    ticket = arrives(signed(letter_id="<m@corp.example>", subject="Confidential"), at="it@desk.example").ticket
    assert ticket
    return ticket


def used_again(sender: str, **more: str) -> Ticket:
    raw = letter(sender=sender, letter_id="<m@corp.example>", text="hello\n", subject="Printer", **more).as_bytes()
    if sender == OMAR:
        raw = signed(sender=sender, letter_id="<m@corp.example>", text="hello\n", subject="Printer", **more)
    ticket = arrives(raw, at="it@desk.example").ticket
    assert ticket
    return ticket


def answered(sender: str = "Mei <mei@corp.example>", answers: str = "<m@corp.example>") -> InboundMessage:
    raw = signed(sender=sender, letter_id="<m2@corp.example>", answers=answers, text="The code is 4711.\n")
    return arrives(raw, at="it@desk.example")


@pytest.mark.parametrize("takes_part", [False, True])
@pytest.mark.parametrize("sender", [OMAR, EVE])
def test_an_answer_to_ones_own_email_stays_ones_own(cast: Cast, sender: str, takes_part: bool) -> None:
    own, other = first(), used_again(sender)
    assert own != other
    if takes_part:
        actions.add_participant(other, by=cast.bo if sender == EVE else cast.omar, person=cast.mei)
    three = answered()
    assert three.ticket == own
    assert three.message
    assert three.message.author == cast.mei
    assert not Message.objects.filter(ticket=other, text__contains="4711").exists()


def test_a_forged_one_of_ones_own_name_in_anothers_request_leads_nowhere_either(cast: Cast) -> None:
    own, other = first(), cast.asked(by=cast.omar)
    forged = letter(letter_id="<m@corp.example>", text="hi\n", to=back_to(other)).as_bytes()
    arrives(forged, at=back_to(other))
    assert answered().ticket == own


def test_of_requests_that_others_opened_none_is_taken_unless_one_takes_part_in_one(cast: Cast) -> None:
    first(), used_again(EVE)
    opened = answered(sender=OMAR).ticket
    assert opened
    assert opened.requester == cast.omar
    assert opened.messages.filter(text__contains="4711").exists()


def test_whoever_takes_part_in_one_of_them_answers_there(cast: Cast) -> None:
    own, _other = first(), used_again(EVE)
    actions.add_participant(fresh(own), by=cast.mei, person=cast.omar)
    assert answered(sender=OMAR).ticket == own


def test_an_answer_may_name_an_earlier_email_that_nobody_used_again(cast: Cast) -> None:
    ticket = cast.asked(by=cast.omar)
    first(), used_again(EVE)
    arrives(signed(sender=OMAR, letter_id="<o@corp.example>", to=back_to(ticket), text="And.\n"), at=back_to(ticket))
    found = answered(sender=OMAR, answers="<o@corp.example> <m@corp.example>").ticket
    assert found == ticket
