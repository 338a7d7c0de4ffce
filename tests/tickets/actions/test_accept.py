"""Accepting."""

import pytest

from firstline.tickets import actions
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_the_agent_who_accepts_has_it_in_progress():
    cast = Cast.make()
    ticket = actions.accept(cast.ask(), by=cast.bo)
    assert (ticket.status_id, ticket.assignee) == ("in_progress", cast.bo)
    assert ticket.accepted_at


def test_what_was_accepted_cannot_be_accepted_again():
    cast = Cast.make()
    ticket = actions.accept(cast.ask(), by=cast.bo)
    with pytest.raises(WrongState, match="being worked on"):
        actions.accept(ticket, by=cast.chen)
    assert fresh(ticket).assignee == cast.bo


@pytest.mark.parametrize("who", ["mei", "omar", "hana"])
def test_only_the_desk_accepts(who):
    cast = Cast.make()
    with pytest.raises(NotAllowed):
        actions.accept(cast.ask(), by=getattr(cast, who))
