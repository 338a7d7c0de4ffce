"""Tagging."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_tags_are_set_all_at_once():
    cast = Cast.make()
    ticket = actions.tag(cast.ask(), by=cast.bo, tags=["vpn", " vpn", "", "month end"])
    assert ticket.tags == ["vpn", "month end"]
    assert fresh(ticket).tags == ["vpn", "month end"]
    assert replay.differences(ticket) == []


def test_too_many_are_refused():
    cast = Cast.make()
    with pytest.raises(WrongState):
        actions.tag(cast.ask(), by=cast.bo, tags=[str(n) for n in range(21)])
    with pytest.raises(NotAllowed):
        actions.tag(cast.ask(), by=cast.mei, tags=["x"])


@pytest.mark.parametrize(("long", "is_taken"), [(40, True), (41, False)])
def test_one_that_is_too_long_is_refused_and_never_cut(long: int, is_taken: bool):
    cast = Cast.make()
    ticket = cast.ask()
    if is_taken:
        assert actions.tag(ticket, by=cast.bo, tags=["x" * long]).tags == ["x" * long]
    else:
        with pytest.raises(WrongState, match="at most 40 characters"):
            actions.tag(ticket, by=cast.bo, tags=["a", "x" * long])
        assert fresh(ticket).tags == []


def test_twenty_are_taken():
    cast = Cast.make()
    wanted = [str(n) for n in range(20)]
    assert actions.tag(cast.ask(), by=cast.bo, tags=[*wanted, "0"]).tags == wanted
