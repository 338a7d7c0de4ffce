"""Classifying."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_kind_and_service_are_set_and_the_clocks_of_the_kind_start():
    cast = Cast.make()
    ticket = actions.classify(cast.ask(), by=cast.bo, kind="incident", service=cast.vpn)
    assert (ticket.kind, ticket.service) == ("incident", cast.vpn)
    assert set(ticket.clocks.values_list("kind", flat=True)) == {"acceptance", "first_response", "resolution"}


def test_back_to_inquiry_the_clocks_of_the_kind_are_gone():
    cast = Cast.make()
    ticket = cast.ask()
    actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    actions.classify(ticket, by=cast.bo, kind="inquiry", service=None)
    assert set(ticket.clocks.values_list("kind", flat=True)) == {"acceptance"}
    assert replay.differences(ticket) == []


def test_an_unknown_kind_is_refused():
    cast = Cast.make()
    with pytest.raises(WrongState):
        actions.classify(cast.ask(), by=cast.bo, kind="wish", service=None)


def test_a_service_of_another_desk_is_refused():
    cast = Cast.make()
    ticket = cast.ask(by=cast.mei, desk=cast.hr)
    with pytest.raises(WrongState, match="another desk"):
        actions.classify(ticket, by=cast.hana, kind="question", service=cast.vpn)
    with pytest.raises(NotAllowed):
        actions.classify(ticket, by=cast.bo, kind="question", service=None)
