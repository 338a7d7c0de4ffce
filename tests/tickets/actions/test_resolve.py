"""Resolving."""

import pytest

from firstline.catalog.models import ClosureCode
from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_the_requester_is_told_how():
    cast = Cast.make()
    ticket = actions.resolve(cast.ask(), by=cast.bo, resolution="Replaced the toner.")
    assert (ticket.phase, ticket.assignee) == ("resolved", cast.bo)
    assert ticket.messages.last().text == "Replaced the toner."
    assert ticket.resolved_at
    assert replay.differences(ticket) == []


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
    cause, module = ClosureCode.objects.get(list="cause", key="hardware"), ClosureCode.objects.get(list="module")
    assert actions.resolve(cast.ask(), by=cast.bo, resolution="x", cause=cause).cause == cause
    with pytest.raises(WrongState):
        actions.resolve(cast.ask(), by=cast.bo, resolution="x", cause=module)
    with pytest.raises(NotAllowed):
        actions.resolve(cast.ask(), by=cast.mei, resolution="I did it myself")


def test_solved_again_without_a_cause_it_keeps_the_earlier_one():
    cast = Cast.make()
    ticket, cause = cast.ask(), ClosureCode.objects.get(list="cause", key="hardware")
    actions.resolve(ticket, by=cast.bo, resolution="x", cause=cause)
    actions.reopen(ticket, by=cast.mei, reason="x")
    actions.resolve(ticket, by=cast.bo, resolution="x")
    assert fresh(ticket).cause == cause


def handed_on(cast, ticket):
    actions.transfer(ticket, by=cast.bo, to=cast.hr, reason="x")


def sent_back(cast, ticket):
    actions.assign(ticket, by=cast.dana, to=cast.chen)
    actions.send_back(ticket, by=cast.chen, reason="x")


def reopened(cast, ticket):
    actions.resolve(ticket, by=cast.bo, resolution="x")
    actions.reopen(ticket, by=cast.mei, reason="x")


@pytest.mark.parametrize(
    ("before", "first_contact"),
    [
        (lambda cast, ticket: actions.escalate(ticket, by=cast.bo, to=cast.network, handover="x"), False),
        (sent_back, False),
        (handed_on, False),
        (lambda cast, ticket: actions.reply(ticket, by=cast.bo, text="x"), False),
        (lambda cast, ticket: actions.reply(ticket, by=cast.mei, text="x"), False),
        (reopened, False),
        (lambda cast, ticket: actions.note(ticket, by=cast.bo, text="x"), True),
        (lambda cast, ticket: actions.assign(ticket, by=cast.dana, to=cast.bo), True),
        (lambda cast, ticket: actions.hold(ticket, by=cast.bo, reason="vendor"), True),
        (lambda cast, ticket: actions.reply(cast.ask(), by=cast.bo, text="x"), True),
    ],
)
def test_solved_at_first_contact_is_what_nobody_else_had_and_nothing_was_asked_about(before, first_contact):
    cast = Cast.make()
    ticket = cast.ask()
    before(cast, ticket)
    ticket = fresh(ticket)
    by = cast.hana if ticket.desk == cast.hr else cast.bo
    assert actions.resolve(ticket, by=by, resolution="Done.").first_contact is first_contact


def test_a_cause_of_another_desk_is_refused():
    cast = Cast.make()
    theirs = ClosureCode.objects.create(desk=cast.hr, list="cause", key="leave", name_en="Leave", name_zh="休假")
    with pytest.raises(WrongState, match="lists of this desk"):
        actions.resolve(cast.ask(), by=cast.bo, resolution="x", cause=theirs)
