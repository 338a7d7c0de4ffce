"""Withdrawing a reply."""

import pytest

from firstline.tickets import actions, rebuild
from firstline.tickets.refusals import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_within_the_time_it_is_as_if_it_had_not_been_said():
    cast = Cast.make()
    ticket = cast.ask()
    before = fresh(ticket)
    message = actions.reply(ticket, by=cast.bo, text="Oops", undo_seconds=15)
    actions.withdraw(message, by=cast.bo)
    after = fresh(ticket)
    assert (after.first_response_at, after.unanswered_since) == (None, before.unanswered_since)
    assert rebuild.differences(ticket) == []


def test_an_earlier_answer_keeps_its_first_response():
    cast = Cast.make()
    ticket = cast.ask()
    actions.reply(ticket, by=cast.bo, text="Hello")
    first = fresh(ticket).first_response_at
    actions.withdraw(actions.reply(ticket, by=cast.bo, text="Oops", undo_seconds=15), by=cast.bo)
    assert fresh(ticket).first_response_at == first


def test_what_has_left_cannot_be_withdrawn():
    cast = Cast.make()
    message = actions.reply(cast.ask(), by=cast.bo, text="Sent")
    with pytest.raises(WrongState, match="already been sent"):
        actions.withdraw(message, by=cast.bo)


def test_only_the_writer_withdraws():
    cast = Cast.make()
    message = actions.reply(cast.ask(), by=cast.bo, text="Mine", undo_seconds=15)
    with pytest.raises(NotAllowed):
        actions.withdraw(message, by=cast.chen)
