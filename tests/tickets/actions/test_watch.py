"""Watching."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_watching_and_no_longer():
    cast = Cast.make()
    ticket = cast.ask()
    actions.watch(ticket, by=cast.chen)
    actions.watch(ticket, by=cast.chen)
    assert ticket.participants.filter(role="watcher").count() == 1
    actions.unwatch(ticket, by=cast.chen)
    assert not ticket.participants.filter(role="watcher").exists()
    assert fresh(ticket).phase == "pending"
    assert replay.differences(ticket) == []


def test_the_asking_side_takes_part_anyway_and_does_not_watch():
    cast = Cast.make()
    with pytest.raises(NotAllowed):
        actions.watch(cast.ask(), by=cast.mei)


def test_a_watcher_need_not_be_able_to_see_less():
    cast = Cast.make()
    with pytest.raises(WrongState):
        actions.resume(cast.ask(), by=cast.bo)
