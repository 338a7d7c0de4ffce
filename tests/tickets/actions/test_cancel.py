"""Cancelling."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_the_requester_no_longer_needs_it():
    cast = Cast.make()
    ticket = actions.cancel(cast.ask(), by=cast.mei, reason="It works again by itself")
    assert ticket.phase == "cancelled"
    assert ticket.clocks.get().state == "void"
    assert ticket.messages.last().kind == "request"
    assert replay.differences(ticket) == []


def test_an_outsider_cannot_and_not_twice():
    cast = Cast.make()
    ticket = cast.ask()
    with pytest.raises(NotAllowed):
        actions.cancel(ticket, by=cast.omar)
    actions.cancel(ticket, by=cast.mei)
    with pytest.raises(WrongState, match="cancelled"):
        actions.cancel(ticket, by=cast.mei)
    assert fresh(ticket).phase == "cancelled"


def test_for_who_asks_what_has_not_left_has_not_happened():
    """A solution that waits to leave: no verb of theirs tells of it, and their own begins where they see it stand."""
    cast = Cast.make()
    for verb, words in (
        (actions.close, {}),
        (actions.reopen, {"reason": "x"}),
        (actions.rate, {"score": 1}),
    ):
        ticket = cast.ask()
        actions.resolve(ticket, by=cast.bo, resolution="Done.", undo_seconds=15)
        with pytest.raises(WrongState, match="being worked on"):
            verb(ticket, by=cast.mei, **words)
        if verb is not actions.rate:
            verb(ticket, by=cast.bo, **words)
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="Done.", undo_seconds=15)
    with pytest.raises(WrongState, match="already solved"):
        actions.cancel(ticket, by=cast.bo)
    assert actions.cancel(ticket, by=cast.mei).phase == "cancelled"
