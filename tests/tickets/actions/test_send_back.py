"""Sending back."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_it_returns_to_where_it_came_from_and_a_wrong_classification_counts():
    cast = Cast.make()
    ticket = cast.ask()
    actions.escalate(ticket, by=cast.bo, to=cast.first_plus, handover="odd")
    actions.escalate(ticket, by=cast.yu, to=cast.network, handover="odder")
    ticket = actions.send_back(ticket, by=cast.chen, reason="Not the network.", wrong=True)
    assert (ticket.team, ticket.misclassified, ticket.status_id) == (cast.first_plus, 1, "pending")
    assert ticket.events.get(name="sent_back").data["wrong"] is True
    assert replay.differences(ticket) == []


def test_without_the_mark_nothing_is_counted():
    cast = Cast.make()
    ticket = cast.ask()
    actions.escalate(ticket, by=cast.bo, to=cast.network, handover="x")
    assert actions.send_back(ticket, by=cast.chen, reason="Please ask which gateway.").misclassified == 0


def test_what_came_from_nowhere_cannot_go_back():
    cast = Cast.make()
    with pytest.raises(WrongState, match="did not come"):
        actions.send_back(cast.ask(), by=cast.bo, reason="x")


def test_a_reason_is_required():
    cast = Cast.make()
    ticket = cast.ask()
    actions.escalate(ticket, by=cast.bo, to=cast.network, handover="x")
    with pytest.raises(WrongState, match="why"):
        actions.send_back(ticket, by=cast.chen, reason="")
    with pytest.raises(NotAllowed):
        actions.send_back(ticket, by=cast.mei, reason="x")
    assert fresh(ticket).team == cast.network
