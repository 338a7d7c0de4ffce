"""Internal notes."""

import pytest

from firstline.tickets import actions
from firstline.tickets.errors import NotAllowed
from firstline.tickets.models import Message
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_a_note_is_for_those_who_work_on_it():
    cast = Cast.make()
    ticket = cast.ask()
    note = actions.note(ticket, by=cast.bo, text="Same log line on all three.")
    assert note in Message.objects.visible_to(cast.chen, ticket)
    for outsider in (cast.mei, cast.omar, cast.hana):
        assert note not in Message.objects.visible_to(outsider, ticket)


def test_a_note_is_no_response():
    cast = Cast.make()
    ticket = cast.ask()
    actions.note(ticket, by=cast.bo, text="Looking.")
    assert (fresh(ticket).first_response_at, fresh(ticket).phase) == (None, "pending")


def test_the_requester_writes_no_notes():
    cast = Cast.make()
    with pytest.raises(NotAllowed):
        actions.note(cast.ask(), by=cast.mei, text="psst")
