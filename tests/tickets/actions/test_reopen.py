"""Reopening."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_the_work_goes_on_with_who_had_it():
    cast = Cast.make()
    ticket = actions.resolve(cast.ask(), by=cast.bo, resolution="Done.")
    actions.close(ticket, by=cast.mei)
    ticket = actions.reopen(ticket, by=cast.mei, reason="It drops again.")
    assert (ticket.phase, ticket.assignee, ticket.reopened, ticket.closed_at) == ("in_progress", cast.bo, 1, None)
    assert ticket.unanswered_since
    assert replay.differences(ticket) == []


def test_it_needs_a_reason_and_a_solution():
    cast = Cast.make()
    ticket = cast.ask()
    with pytest.raises(WrongState):
        actions.reopen(ticket, by=cast.mei, reason="x")
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    with pytest.raises(WrongState, match="still wrong"):
        actions.reopen(ticket, by=cast.mei, reason="")
    with pytest.raises(NotAllowed):
        actions.reopen(ticket, by=cast.omar, reason="x")
    assert fresh(ticket).phase == "resolved"
