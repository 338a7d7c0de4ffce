"""Two agents answer at once: what a page has not shown of a colleague holds back whatever the second one says aloud."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from firstline.kit import clock
from firstline.tickets import actions
from firstline.tickets.actions.conversation import Unseen
from firstline.tickets.models import Ticket
from tests.api.test_api import Program
from tests.cast import Cast, fresh
from tests.signing import signed_in

pytestmark = pytest.mark.django_db

SAID = "Bo Wen answered while you were writing."
DIALOGS = {"resolve": "resolution", "cancel": "reason", "hold": None}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Yu has answered it once, and Bo has it."""
    ticket = actions.accept(cast.ask(), by=cast.bo)
    actions.reply(ticket, by=cast.yu, text="We look into it.")
    return fresh(ticket)


def seen_on(page: str) -> list[str]:
    return re.findall(r'name="seen"\s+value="([^"]+)"', page)


@pytest.mark.parametrize("then", ["", "wait", "resolve"])
def test_a_reply_comes_back_with_what_the_colleague_said_and_goes_when_it_is_sent_again(
    cast: Cast, ticket: Ticket, then: str
) -> None:
    yu, at = signed_in(cast.yu), reverse("ticket", args=[ticket.number])
    seen = seen_on(yu.get(at).content.decode())[0]
    actions.reply(ticket, by=cast.bo, text="Use client 5.")
    given = {"mode": "reply", "then": then, "text": "Use client 6.", "seen": seen}
    answer = yu.post(f"{at}send/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert SAID in page
    assert "Use client 5." in page
    assert ">Use client 6.</textarea>" in page
    assert not ticket.messages.filter(text="Use client 6.").exists()
    assert yu.post(f"{at}send/", given | {"seen": seen_on(page)[0]}).status_code == 302
    assert ticket.messages.filter(text="Use client 6.").exists()


@pytest.mark.parametrize("verb", DIALOGS)
def test_a_dialog_comes_back_with_what_the_colleague_said(cast: Cast, ticket: Ticket, verb: str) -> None:
    yu, at = signed_in(cast.yu), reverse("ticket-verb", args=[ticket.number, verb])
    seen = seen_on(yu.get(at).content.decode())[0]
    actions.reply(ticket, by=cast.bo, text="Use client 5.")
    name = DIALOGS[verb]
    given = {name: "hunter2"} if name else {"reason": "vendor"}
    answer = yu.post(at, given | {"seen": seen})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert SAID in page
    assert "Use client 5." in page
    assert "hunter2" in page or name is None
    assert fresh(ticket).phase == "in_progress"
    assert yu.post(at, given | {"seen": seen_on(page)[0]}).status_code == 302
    assert fresh(ticket).phase != "in_progress"


def test_of_many_solved_at_once_the_one_that_a_colleague_answered_stays(cast: Cast, ticket: Ticket) -> None:
    other = cast.asked()
    yu, chosen = signed_in(cast.yu), {"ticket": [ticket.pk, other.pk]}
    seen = seen_on(yu.get("/desk/bulk/resolve/", chosen).content.decode())
    actions.reply(ticket, by=cast.bo, text="Use client 5.")
    page = yu.post("/desk/bulk/resolve/", chosen | {"sent": "1", "resolution": "x", "cause": "", "seen": seen})
    assert SAID in page.content.decode()
    assert (fresh(ticket).phase, fresh(other).phase) == ("in_progress", "resolved")


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("messages", {"text": "Use client 6."}),
        ("resolve", {"resolution": "Done."}),
        ("cancel", {"reason": "Not ours."}),
        ("hold", {"reason": "vendor"}),
    ],
)
def test_a_program_is_told_who_answered(cast: Cast, ticket: Ticket, address: str, body: dict[str, str]) -> None:
    seen = ticket.messages.latest("pk").pk
    arrived = actions.reply(ticket, by=cast.bo, text="Use client 5.").pk
    yu, at = Program(cast.yu), f"/tickets/{ticket.number}/{address}"
    refused = yu("POST", at, {**body, "seen": seen})
    assert (refused.status_code, refused.json()["detail"].startswith(SAID)) == (409, True)
    assert yu("POST", at, {**body, "seen": arrived}).status_code in (200, 201)


def test_the_own_answer_a_note_and_what_was_taken_back_hold_nothing_back(cast: Cast, ticket: Ticket) -> None:
    seen = ticket.messages.latest("pk").pk
    actions.reply(ticket, by=cast.yu, text="One more thing.")
    actions.note(ticket, by=cast.bo, text="Inside.")
    taken = actions.reply(ticket, by=cast.bo, text="Use client 5.", undo_seconds=20)
    with pytest.raises(Unseen):
        actions.reply(ticket, by=cast.yu, text="Use client 6.", seen=seen)
    actions.withdraw(taken, by=cast.bo)
    assert actions.reply(ticket, by=cast.yu, text="Use client 6.", seen=seen).pk


def test_a_colleagues_solution_is_said_too(cast: Cast, ticket: Ticket) -> None:
    seen = ticket.messages.latest("pk").pk
    actions.resolve(ticket, by=cast.bo, resolution="Restart it.", undo_seconds=20)
    with clock.moved(clock.now() + timedelta(minutes=1)), pytest.raises(Unseen, match="Bo Wen"):
        actions.reply(ticket, by=cast.yu, text="Which client?", seen=seen)
