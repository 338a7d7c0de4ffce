"""Resolving."""

import pytest

from firstline.catalog.models import Option
from firstline.tickets import actions, rebuild
from firstline.tickets.refusals import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_the_requester_is_told_how():
    cast = Cast.make()
    ticket = actions.resolve(cast.ask(), by=cast.bo, resolution="Replaced the toner.")
    assert (ticket.phase, ticket.assignee) == ("resolved", cast.bo)
    assert ticket.messages.last().text == "Replaced the toner."
    assert ticket.resolved_at
    assert rebuild.differences(ticket) == []


def test_at_once_by_the_first_who_answers_is_first_contact():
    cast = Cast.make()
    assert actions.resolve(cast.ask(), by=cast.bo, resolution="Press the button.").first_contact


def test_after_an_escalation_or_a_question_it_is_not():
    cast = Cast.make()
    ticket = cast.ask()
    actions.escalate(ticket, by=cast.bo, to=cast.network, handover="x")
    assert not actions.resolve(ticket, by=cast.chen, resolution="Done.").first_contact
    other = cast.ask()
    actions.reply(other, by=cast.bo, text="Which one?")
    assert not actions.resolve(other, by=cast.bo, resolution="Done.").first_contact


def test_a_resolution_is_compulsory():
    cast = Cast.make()
    ticket = cast.ask()
    with pytest.raises(WrongState, match="how it was solved"):
        actions.resolve(ticket, by=cast.bo, resolution=" ")
    assert fresh(ticket).phase == "pending"


def test_a_cause_comes_from_the_desks_own_list():
    cast = Cast.make()
    cause, module = Option.objects.get(list="cause", key="hardware"), Option.objects.get(list="module")
    assert actions.resolve(cast.ask(), by=cast.bo, resolution="x", cause=cause).cause == cause
    with pytest.raises(WrongState):
        actions.resolve(cast.ask(), by=cast.bo, resolution="x", cause=module)
    with pytest.raises(NotAllowed):
        actions.resolve(cast.ask(), by=cast.mei, resolution="I did it myself")
