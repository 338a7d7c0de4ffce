"""Who else is looking at a ticket, and who is typing."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.tickets.models import Presence, Ticket
from firstline.web.workspace import presence
from tests.cast import Cast
from tests.web.conftest import As


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The tickets whose pages were told of a change."""
    heard: list[int] = []
    monkeypatch.setattr(presence, "announce_presence", lambda ticket, desk: heard.append(ticket))
    return heard


def say(as_: As, person: object, ticket: Ticket, **more: str) -> str:
    answer = as_(person).post(f"/desk/tickets/{ticket.number}/present/", more)
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_sees_the_others_but_not_oneself(cast: Cast, as_: As, told: list[int]) -> None:
    ticket = cast.asked()
    assert "Bo Wen" not in say(as_, cast.bo, ticket)
    assert "Bo Wen" in say(as_, cast.chen, ticket)
    assert "Bo Wen is typing" in (say(as_, cast.bo, ticket, typing="1") and say(as_, cast.chen, ticket))


def test_others_are_told_only_when_something_changed(cast: Cast, as_: As, told: list[int]) -> None:
    ticket = cast.asked()
    say(as_, cast.bo, ticket)
    assert told == [ticket.pk]
    say(as_, cast.bo, ticket)
    assert told == [ticket.pk]
    say(as_, cast.bo, ticket, typing="1")
    say(as_, cast.bo, ticket, typing="1")
    assert len(told) == 2
    say(as_, cast.bo, ticket, gone="1")
    assert len(told) == 3
    say(as_, cast.bo, ticket, gone="1")
    assert len(told) == 3


def test_who_gave_no_sign_for_half_a_minute_is_gone(cast: Cast, as_: As, told: list[int]) -> None:
    ticket = cast.asked()
    say(as_, cast.bo, ticket)
    with clock.moved(clock.now() + timedelta(seconds=31)):
        assert "Bo Wen" not in say(as_, cast.chen, ticket)
        say(as_, cast.bo, ticket)
    assert len(told) == 3


def test_who_left_is_gone_at_once_but_it_is_known_what_was_looked_at(cast: Cast, as_: As, told: list[int]) -> None:
    ticket = cast.asked()
    say(as_, cast.bo, ticket)
    say(as_, cast.bo, ticket, gone="1")
    assert "Bo Wen" not in say(as_, cast.chen, ticket)
    assert Presence.objects.filter(person=cast.bo, ticket=ticket).exists()
