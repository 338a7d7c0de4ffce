"""Assigning."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import WrongState
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_an_agent_gets_it_and_his_team_with_it():
    cast = Cast.make()
    ticket = actions.assign(cast.ask(), by=cast.dana, to=cast.chen)
    assert (ticket.assignee, ticket.team, ticket.line.key) == (cast.chen, cast.network, "L2")


def test_none_means_nobody():
    cast = Cast.make()
    ticket = cast.ask()
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    assert actions.assign(ticket, by=cast.dana, to=None).assignee is None


def test_somebody_of_another_desk_is_refused():
    cast = Cast.make()
    with pytest.raises(WrongState, match="does not work at this desk"):
        actions.assign(cast.ask(), by=cast.dana, to=cast.hana)


def test_assigning_can_be_rebuilt():
    cast = Cast.make()
    ticket = cast.ask()
    actions.assign(ticket, by=cast.dana, to=cast.chen)
    assert replay.differences(ticket) == []
