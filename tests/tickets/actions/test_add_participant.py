"""Adding a colleague."""

import pytest

from firstline.tickets import actions, rebuild
from firstline.tickets.models import Message, Ticket
from firstline.tickets.refusals import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_the_colleague_reads_and_writes_with_them():
    cast = Cast.make()
    ticket = cast.ask()
    assert ticket not in Ticket.objects.visible_to(cast.omar)
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    assert fresh(ticket) in Ticket.objects.visible_to(cast.omar)
    assert Message.objects.visible_to(cast.omar, ticket).count() == 1
    assert rebuild.differences(ticket) == []


def test_the_requester_himself_is_refused():
    cast = Cast.make()
    with pytest.raises(WrongState):
        actions.add_participant(cast.ask(), by=cast.bo, person=cast.mei)


def test_an_outsider_adds_nobody():
    cast = Cast.make()
    with pytest.raises(NotAllowed):
        actions.add_participant(cast.ask(), by=cast.omar, person=cast.omar)
