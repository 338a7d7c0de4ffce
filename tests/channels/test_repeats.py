"""A letter that comes again is one, whichever way it takes; another one under its id is not lost."""

import pytest

from firstline.tickets.models import Ticket
from tests.cast import Cast
from tests.letters import arrives, letter

pytestmark = pytest.mark.django_db


def test_the_same_letter_is_one_message_whichever_two_ways_it_takes(cast: Cast) -> None:
    first = arrives(letter())
    again = arrives(letter())
    other_inbox = arrives(letter(), at="nobody@desk.example")
    arrives(letter(Received="from a relay"))
    changed = arrives(letter(X_Changed="on its way"))
    assert again == first
    assert {other_inbox.state, changed.state} == {"ignored"}
    assert other_inbox.ticket == first.ticket
    assert Ticket.objects.count() == 1


def test_another_letter_under_a_used_id_is_not_lost(cast: Cast) -> None:
    arrives(letter())
    arrives(letter(text="Something else altogether.", subject="Printer"))
    with_file = letter()
    with_file.add_attachment(b"line one\n", maintype="text", subtype="plain", filename="vpn.log")
    arrives(with_file)
    assert Ticket.objects.count() == 3
    arrives(with_file.as_bytes().replace(b"\n", b"\r\n"), at="nobody@desk.example")
    assert Ticket.objects.count() == 3
