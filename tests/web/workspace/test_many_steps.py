"""A request to which much happens without a word: its page shows the last part, and the rest by parts."""

import re

import pytest
from django.urls import reverse

from firstline.tickets import actions
from firstline.tickets.models import Ticket
from firstline.tickets.write_guard import quietly
from firstline.web.workspace import conversation
from tests.cast import Cast, fresh
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
STEP = re.compile(r'id="event-(\d+)"')
EARLIER = re.compile(r"before=([\d-]+)")


@pytest.fixture
def ticket(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    monkeypatch.setattr(conversation, "MOST_STEPS", 8)
    ticket = cast.asked(by=cast.omar, requester=cast.mei)
    with quietly():
        for number in range(15):
            actions.rename(fresh(ticket), by=cast.bo, subject=f"VPN {number}")
            if number % 6 == 0:
                actions.reply(fresh(ticket), by=cast.mei, text=f"word {number}")
    return fresh(ticket)


def test_no_step_and_no_word_is_left_out_or_shown_twice(cast: Cast, ticket: Ticket) -> None:
    talk = conversation.conversation(ticket, by=cast.bo)
    parts = [talk]
    while talk.earlier:
        talk = conversation.conversation(ticket, by=cast.bo, before=talk.earlier)
        parts.insert(0, talk)
    assert len(parts) > 1
    assert max(len([each for each in part.entries if each.happening]) for part in parts) <= 8
    keys = [entry.key for part in parts for entry in part.entries]
    assert len(keys) == len(set(keys))
    shown = {key.partition("-")[2] for key in keys if key.startswith("event-")}
    renamed = ticket.events.filter(name="renamed").values_list("pk", flat=True)
    assert {str(pk) for pk in renamed} <= shown
    assert {f"message-{pk}" for pk in ticket.messages.values_list("pk", flat=True)} <= set(keys)


def test_the_page_offers_the_part_before_it_and_is_renewed_as_it_is(cast: Cast, ticket: Ticket) -> None:
    bo = signed_in(cast.bo)
    page = bo.get(reverse("ticket", args=[ticket.number])).content.decode()
    before = EARLIER.search(page)
    assert before is not None
    part = bo.get(reverse("ticket-earlier", args=[ticket.number]), {"before": before[1]}).content.decode()
    assert set(STEP.findall(part)).isdisjoint(STEP.findall(page))
    talk = conversation.conversation(ticket, by=cast.bo)
    again = conversation.conversation(ticket, by=cast.bo, since=talk.since)
    assert [each.key for each in again.entries] == [each.key for each in talk.entries]
