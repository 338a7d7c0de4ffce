"""What the asking side wrote meanwhile holds back every way in which an agent speaks to it or ends its request."""

import re

import pytest
from django.urls import reverse

from firstline.tickets import actions
from firstline.tickets.actions.conversation import Unseen
from firstline.tickets.models import Ticket
from tests.api.test_api import Program
from tests.cast import Cast, fresh
from tests.signing import signed_in

pytestmark = pytest.mark.django_db

DIALOGS = {"resolve": "resolution", "cancel": "reason"}


def stop(cast: Cast, ticket: Ticket) -> int:
    return actions.reply(fresh(ticket), by=cast.mei, text="Stop, those are my files!", channel="portal").pk


def shown(page: str) -> list[str]:
    return re.findall(r'name="seen"\s+value="([^"]+)"', page)


@pytest.mark.parametrize("verb", DIALOGS)
def test_a_dialog_comes_back_with_what_arrived_and_what_was_typed_and_sent_again_it_goes(cast: Cast, verb: str) -> None:
    ticket = cast.asked()
    bo, at = signed_in(cast.bo), reverse("ticket-verb", args=[ticket.number, verb])
    asked = bo.get(at).content.decode()
    arrived = stop(cast, ticket)
    given = {DIALOGS[verb]: "hunter2", "seen": shown(asked)[0]}
    refused = bo.post(at, given)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "A message arrived while you were writing." in page
    assert "Stop, those are my files!" in page
    assert "hunter2</textarea>" in page
    assert fresh(ticket).phase == "pending"
    assert shown(page) == [str(arrived)]
    assert bo.post(at, {**given, "seen": shown(page)[0]}).status_code == 302
    assert fresh(ticket).phase != "pending"


def test_what_arrived_between_the_page_and_its_dialog_was_not_seen_either(cast: Cast) -> None:
    ticket = cast.asked()
    bo, at = signed_in(cast.bo), reverse("ticket-verb", args=[ticket.number, "resolve"])
    page = bo.get(reverse("ticket", args=[ticket.number])).content.decode()
    stop(cast, ticket)
    asked = bo.get(at, {"seen": shown(page)[0]}).content.decode()
    assert shown(asked) == shown(page)
    assert bo.post(at, {"resolution": "Deleted.", "seen": shown(asked)[0]}).status_code == 422


def test_of_many_solved_at_once_each_is_left_as_it_is_whose_requester_wrote_meanwhile(cast: Cast) -> None:
    ticket, other = cast.asked(), cast.asked()
    bo, chosen = signed_in(cast.bo), {"ticket": [ticket.pk, other.pk]}
    asked = bo.get("/desk/bulk/resolve/", chosen).content.decode()
    stop(cast, ticket)
    given = {"sent": "1", "resolution": "hunter2", "cause": "", "seen": shown(asked)}
    page = bo.post("/desk/bulk/resolve/", chosen | given).content.decode()
    assert "A message arrived while you were writing." in page
    assert (fresh(ticket).phase, fresh(other).phase) == ("pending", "resolved")


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("messages", {"text": "Please restart."}),
        ("resolve", {"resolution": "Deleted."}),
        ("cancel", {"reason": ""}),
        ("cancel", {"reason": "Not ours."}),
    ],
)
def test_a_program_says_what_it_has_read_and_is_told_that_more_arrived(
    cast: Cast, address: str, body: dict[str, str]
) -> None:
    ticket = cast.asked()
    seen = ticket.messages.latest("pk").pk
    arrived = stop(cast, ticket)
    bo = Program(cast.bo)
    refused = bo("POST", f"/tickets/{ticket.number}/{address}", {**body, "seen": seen})
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("A message arrived")
    assert fresh(ticket).phase == "pending"
    assert bo("POST", f"/tickets/{ticket.number}/{address}", {**body, "seen": arrived}).status_code in (200, 201)


def test_whose_request_it_is_cancels_it_whatever_was_said(cast: Cast) -> None:
    ticket = cast.asked()
    stop(cast, ticket)
    assert actions.cancel(fresh(ticket), by=cast.mei, seen=0).phase == "cancelled"


def test_cancelling_without_a_word_is_held_back_too(cast: Cast) -> None:
    ticket = cast.asked()
    seen = ticket.messages.latest("pk").pk
    stop(cast, ticket)
    with pytest.raises(Unseen):
        actions.cancel(fresh(ticket), by=cast.bo, seen=seen)
