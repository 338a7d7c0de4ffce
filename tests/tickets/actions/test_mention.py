"""Mentioning colleagues."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_who_is_called_watches_from_then_on():
    cast = Cast.make()
    ticket = cast.ask()
    note = actions.note(ticket, by=cast.bo, text="@Chen please look")
    actions.mention(ticket, by=cast.bo, persons=[cast.chen, cast.omar], message=note)
    assert [p.person for p in ticket.participants.filter(role="watcher")] == [cast.chen]
    assert ticket.events.get(name="mentioned").data["persons"] == [cast.chen.pk]
    with pytest.raises(NotAllowed):
        actions.mention(ticket, by=cast.mei, persons=[cast.bo], message=note)
    with pytest.raises(WrongState):
        actions.assign(ticket, by=cast.bo, to=cast.omar)
    assert replay.differences(ticket) == []
    assert fresh(ticket).phase == "pending"


def test_a_reply_in_which_somebody_is_called_can_be_withdrawn_like_any_other():
    cast = Cast.make()
    ticket = cast.ask()
    said = actions.reply(ticket, by=cast.bo, text="@Chen", undo_seconds=60)
    actions.mention(ticket, by=cast.bo, persons=[cast.chen], message=said)
    actions.withdraw(said, by=cast.bo)
    assert fresh(ticket).first_response_at is None
