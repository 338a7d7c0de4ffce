"""Splitting."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_one_message_becomes_a_ticket_of_its_own():
    cast = Cast.make()
    ticket = cast.ask()
    message = actions.reply(ticket, by=cast.mei, text="And the printer is broken.")
    new = actions.split(ticket, by=cast.bo, message=message, subject="Printer is broken")
    assert (new.requester, new.subject, new.messages.get().text) == (cast.mei, "Printer is broken", message.text)
    assert new.links.get().other == fresh(ticket)
    assert replay.differences(new) == replay.differences(ticket) == []


def test_a_note_or_a_foreign_message_is_refused():
    cast = Cast.make()
    ticket, other = cast.ask(), cast.ask()
    note = actions.note(ticket, by=cast.bo, text="inside")
    for message in (note, other.messages.get()):
        with pytest.raises(WrongState):
            actions.split(ticket, by=cast.bo, message=message, subject="x")
    with pytest.raises(NotAllowed):
        actions.split(ticket, by=cast.mei, message=ticket.messages.first(), subject="x")


@pytest.mark.parametrize(
    ("proof", "verified"), [("dkim", True), ("signed_in", True), ("none", False), ("failed", False)]
)
def test_what_was_proved_of_the_words_is_proved_of_the_new_request(proof: str, verified: bool) -> None:
    cast = Cast.make()
    ticket = cast.ask(channel="email", proof=proof)
    message = ticket.messages.get()
    new = actions.split(ticket, by=cast.bo, message=message, subject="Second")
    assert (new.messages.get().proof, new.verified, new.is_doubtful) == (proof, verified, not verified)
