"""Assigning."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.tickets import actions, replay
from firstline.tickets.errors import WrongState
from tests.cast import Cast, fresh

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


def test_what_was_snoozed_is_seen_by_whoever_gets_it() -> None:
    cast = Cast.make()
    ticket = actions.assign(cast.ask(), by=cast.dana, to=cast.bo)
    for to, is_woken in ((cast.bo, False), (cast.chen, True), (None, True)):
        actions.snooze(fresh(ticket), by=cast.bo, until=clock.now() + timedelta(days=9))
        actions.assign(fresh(ticket), by=cast.dana, to=to)
        assert (fresh(ticket).snoozed_until is None) is is_woken
    assert replay.differences(fresh(ticket)) == []
