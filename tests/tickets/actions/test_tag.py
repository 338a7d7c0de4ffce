"""Tagging."""

import pytest

from firstline.tickets import actions, rebuild
from firstline.tickets.refusals import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_tags_are_set_all_at_once():
    cast = Cast.make()
    ticket = actions.tag(cast.ask(), by=cast.bo, tags=["vpn", " vpn", "", "month end"])
    assert ticket.tags == ["vpn", "month end"]
    assert fresh(ticket).tags == ["vpn", "month end"]
    assert rebuild.differences(ticket) == []


def test_too_many_are_refused():
    cast = Cast.make()
    with pytest.raises(WrongState):
        actions.tag(cast.ask(), by=cast.bo, tags=[str(n) for n in range(21)])
    with pytest.raises(NotAllowed):
        actions.tag(cast.ask(), by=cast.mei, tags=["x"])
