"""Transferring to another desk."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Ticket
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_the_other_desk_gets_an_unclassified_inquiry_with_the_same_number():
    cast = Cast.make()
    ticket = cast.ask()
    number = fresh(ticket).number
    actions.classify(ticket, by=cast.bo, kind="question", service=cast.vpn)
    ticket = actions.transfer(ticket, by=cast.bo, to=cast.hr, reason="About leave, not IT.")
    assert (ticket.desk, ticket.kind, ticket.service, ticket.number) == (cast.hr, "inquiry", None, number)
    assert ticket.team.desk == cast.hr
    assert replay.differences(ticket) == []


def test_the_old_desk_no_longer_sees_it():
    cast = Cast.make()
    ticket = actions.transfer(cast.ask(), by=cast.bo, to=cast.hr, reason="HR")
    assert ticket not in Ticket.objects.visible_to(cast.bo)
    assert ticket in Ticket.objects.visible_to(cast.hana)
    with pytest.raises(NotAllowed):
        actions.accept(ticket, by=cast.bo)


def test_to_its_own_desk_or_without_a_reason_is_refused():
    cast = Cast.make()
    ticket = cast.ask()
    with pytest.raises(WrongState):
        actions.transfer(ticket, by=cast.bo, to=cast.it, reason="x")
    with pytest.raises(WrongState):
        actions.transfer(ticket, by=cast.bo, to=cast.hr, reason=" ")
    assert fresh(ticket).desk == cast.it
