"""Closing."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.tickets import actions, jobs, rebuild
from firstline.tickets.refusals import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_the_requester_confirms():
    cast = Cast.make()
    ticket = actions.resolve(cast.ask(), by=cast.bo, resolution="Done.")
    ticket = actions.close(ticket, by=cast.mei)
    assert (ticket.phase, ticket.closed_by) == ("closed", cast.mei)
    assert rebuild.differences(ticket) == []


def test_what_is_not_solved_cannot_be_closed():
    cast = Cast.make()
    with pytest.raises(WrongState):
        actions.close(cast.ask(), by=cast.bo)
    with pytest.raises(NotAllowed):
        actions.close(cast.ask(), by=cast.omar)


def test_after_the_desks_days_it_closes_by_itself():
    cast = Cast.make()
    ticket = actions.resolve(cast.ask(), by=cast.bo, resolution="Done.")
    with clock.moved(clock.now() + timedelta(days=4)):
        jobs.close_solved()
    assert fresh(ticket).phase == "resolved"
    with clock.moved(clock.now() + timedelta(days=6)):
        jobs.close_solved()
    assert (fresh(ticket).phase, fresh(ticket).closed_by.kind) == ("closed", "system")
