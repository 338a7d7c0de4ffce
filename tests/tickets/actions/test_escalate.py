"""Escalating."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_it_waits_at_the_services_team_of_the_line_with_a_handover_note():
    cast = Cast.make()
    ticket = cast.ask()
    actions.classify(ticket, by=cast.bo, kind="incident", service=cast.sap)
    ticket = actions.escalate(ticket, by=cast.bo, to=cast.network.line, handover="F5 702 at posting.")
    assert (ticket.team, ticket.assignee, ticket.status_id) == (cast.business, None, "pending")
    note = ticket.messages.get(kind="note")
    assert note.text == "F5 702 at posting."
    assert replay.differences(ticket) == []


def test_without_a_handover_note_it_stays():
    cast = Cast.make()
    ticket = cast.ask()
    with pytest.raises(WrongState, match="what you found"):
        actions.escalate(ticket, by=cast.bo, to=cast.network, handover=" ")
    assert fresh(ticket).team == cast.first


def test_to_the_same_team_is_refused():
    cast = Cast.make()
    with pytest.raises(WrongState, match="already with"):
        actions.escalate(cast.ask(), by=cast.bo, to=cast.first, handover="x")


def test_the_requester_does_not_escalate():
    cast = Cast.make()
    with pytest.raises(NotAllowed):
        actions.escalate(cast.ask(), by=cast.mei, to=cast.network, handover="Faster")
