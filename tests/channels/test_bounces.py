"""What is heard of our letters: every kind of news, of a letter that is ours, of one that is not, and unproved."""

from dataclasses import replace
from typing import Any

import pytest

from firstline.channels import bounces
from firstline.channels.base import News
from firstline.channels.email.incoming import IncomingMail
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from tests.cast import Cast
from tests.deliveries import failed_letter

pytestmark = pytest.mark.django_db

FAILED = News("mei@corp.example", "5.1.1", True, "")
MAIL = IncomingMail("email", "<b@mx.example>", "", "daemon@mx.example", True, "Undelivered", "x")


@pytest.fixture
def sent(cast: Cast) -> Delivery:
    return failed_letter(cast.asked(), state="sent", reason="", error="")


def hear(sent: Delivery, *, returned: int | None = None, **more: Any) -> tuple[Any, str]:
    """What is heard of it at its own return address, unless `returned` says another one."""
    at = sent.pk if returned is None else returned
    said = replace(FAILED, original_id=more.pop("original_id", sent.letter_id), returned=at, **more)
    return bounces.hear(replace(MAIL, news=said))


def state(sent: Delivery) -> tuple[str, str, str]:
    return Delivery.objects.values_list("state", "reason", "error").get(pk=sent.pk)


# What is said, what is heard of it, and whether the letter has failed
HEARD: list[tuple[dict[str, Any], str, bool]] = [
    ({}, bounces.CAME_BACK, True),
    ({"original_id": ""}, bounces.CAME_BACK, True),
    ({"original_id": "", "recipient": " MEI@corp.example"}, bounces.CAME_BACK, True),
    ({"original_id": "", "recipient": "omar@corp.example"}, bounces.UNKNOWN, False),
    ({"recipient": "omar@corp.example"}, bounces.CAME_BACK, True),
    ({"original_id": "<another@x.example>"}, bounces.UNKNOWN, False),
    ({"failed": False, "status": "4.4.1"}, bounces.DELAYED, False),
    ({"failed": False, "status": "2.0.0"}, bounces.ARRIVED, False),
    ({"failed": False, "status": "5.2.0"}, bounces.DELAYED, False),
    ({"failed": False, "status": ""}, bounces.DELAYED, False),
    ({"complaint": True}, bounces.UNWANTED, False),
    ({"complaint": True, "failed": False}, bounces.UNWANTED, False),
    ({"returned": 0}, bounces.UNPROVED, False),
    ({"returned": 0, "complaint": True}, bounces.UNWANTED, False),
    ({"returned": 0, "original_id": ""}, bounces.UNKNOWN, False),
    ({"returned": 0, "original_id": "<x@y.example>", "complaint": True}, bounces.UNKNOWN, False),
]


@pytest.mark.parametrize(("said", "heard", "failed"), HEARD, ids=str)
def test_each_news_is_heard_as_what_it_is(
    cast: Cast, sent: Delivery, said: dict[str, Any], heard: str, failed: bool
) -> None:
    ticket, reason = hear(sent, **said)
    assert reason == heard
    assert ticket == (None if heard == bounces.UNKNOWN else sent.ticket)
    assert (state(sent)[0] == "failed") is failed
    assert sent.ticket.events.filter(name="undelivered").exists() is failed


def test_a_letter_that_came_back_says_why_and_marks_the_address(cast: Cast, sent: Delivery) -> None:
    hear(sent)
    assert state(sent) == ("failed", "bounced", "5.1.1 mei@corp.example")
    event = sent.ticket.events.get(name="undelivered")
    assert event.data == {**event.data, "delivery": sent.pk, "person": cast.mei.pk, "reason": "bounced"}
    mei = Person.objects.get(pk=cast.mei.pk)
    assert (mei.is_bounced, mei.bounced_why) == (True, "no_address")
    assert hear(sent)[1] == bounces.CAME_BACK
    assert sent.ticket.events.filter(name="undelivered").count() == 1


@pytest.mark.parametrize(("status", "error"), [("5.2.2", "5.2.2 mei@corp.example"), ("", "mei@corp.example")])
def test_what_says_nothing_of_the_address_marks_none(cast: Cast, sent: Delivery, status: str, error: str) -> None:
    hear(sent, status=status)
    assert state(sent) == ("failed", "bounced", error)
    assert not Person.objects.get(pk=cast.mei.pk).is_bounced


@pytest.mark.parametrize("was", ["queued", "sending", "dropped", "failed", "given_up"])
def test_what_has_not_left_cannot_come_back(cast: Cast, sent: Delivery, was: str) -> None:
    Delivery.objects.update(state=was, reason="")
    assert hear(sent) == (sent.ticket, bounces.CAME_BACK)
    assert state(sent)[:2] == (was, "")
    assert not sent.ticket.events.filter(name="undelivered").exists()
    assert not Person.objects.get(pk=cast.mei.pk).is_bounced


def test_what_an_agent_was_to_be_sent_is_not_said_on_the_ticket(cast: Cast, sent: Delivery) -> None:
    actions.assign(sent.ticket, by=cast.dana, to=cast.bo)
    Delivery.objects.update(person=cast.bo, address="bo@corp.example")
    hear(sent)
    assert state(sent)[0] == "failed"
    assert not sent.ticket.events.filter(name="undelivered").exists()


def test_of_two_letters_only_the_one_that_it_is_about_has_failed(cast: Cast, sent: Delivery) -> None:
    other = failed_letter(cast.asked(), state="sent")
    hear(sent)
    assert [state(each)[0] for each in (sent, other)] == ["failed", "sent"]
