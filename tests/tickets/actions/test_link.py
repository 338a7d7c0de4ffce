"""Linking."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_two_tickets_are_tied_and_untied():
    cast = Cast.make()
    one, two = cast.ask(), cast.ask()
    actions.link(one, by=cast.bo, other=two, kind="related")
    assert one.links.get().other == two
    actions.unlink(two, by=cast.bo, other=one)
    assert not one.links.exists()
    assert replay.differences(one) == []
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


def test_it_is_tied_in_the_ways_that_there_are_each_of_them_once():
    cast = Cast.make()
    one, two = cast.ask(), cast.ask()
    for kind in ("related", "duplicate", "child", "caused", "follows"):
        assert actions.link(one, by=cast.bo, other=two, kind=kind) == actions.link(
            one, by=cast.bo, other=two, kind=kind
        )
    assert one.links.count() == 5
    for kind in ("cousin", "split"):  # that comes about by splitting alone
        with pytest.raises(WrongState, match="cannot be linked"):
            actions.link(one, by=cast.bo, other=two, kind=kind)
