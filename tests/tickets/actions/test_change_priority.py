"""Changing the priority."""

import pytest

from firstline.tickets import actions
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_priority_follows_from_impact_and_urgency():
    cast = Cast.make()
    ticket = actions.change_priority(cast.ask(), by=cast.bo, impact=2, urgency=3)
    assert (ticket.impact, ticket.urgency, ticket.priority) == (2, 3, 2)


def test_what_is_not_in_the_lists_is_refused():
    cast = Cast.make()
    with pytest.raises(WrongState):
        actions.change_priority(cast.ask(), by=cast.bo, impact=4, urgency=1)


def test_the_requester_may_not():
    cast = Cast.make()
    with pytest.raises(NotAllowed):
        actions.change_priority(cast.ask(), by=cast.mei, impact=3, urgency=3)
