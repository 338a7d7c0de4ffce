"""Linking."""

import pytest

from firstline.tickets import actions, rebuild
from firstline.tickets.refusals import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_two_tickets_are_tied_and_untied():
    cast = Cast.make()
    one, two = cast.ask(), cast.ask()
    actions.link(one, by=cast.bo, other=two, kind="related")
    assert one.links.get().other == two
    actions.unlink(two, by=cast.bo, other=one)
    assert not one.links.exists()
    assert rebuild.differences(one) == []
    assert fresh(one).phase == "pending"


def test_what_the_agent_may_not_see_does_not_exist():
    cast = Cast.make()
    secret = cast.ask(desk=cast.hr)
    with pytest.raises(WrongState, match="no such request"):
        actions.link(cast.ask(), by=cast.bo, other=secret, kind="related")


def test_to_itself_is_refused():
    cast = Cast.make()
    ticket = cast.ask()
    with pytest.raises(WrongState):
        actions.link(ticket, by=cast.bo, other=ticket, kind="related")
    with pytest.raises(NotAllowed):
        actions.link(ticket, by=cast.mei, other=cast.ask(), kind="related")
