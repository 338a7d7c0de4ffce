"""What the requester is told of when it will be solved, while a reply waits to leave."""

from datetime import timedelta

import pytest
from django.urls import reverse

from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from firstline.web.portal.request_status import standings
from tests.api.test_api import Program
from tests.cast import MONDAY, Cast, fresh
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


def hold(cast: Cast, ticket: Ticket) -> None:
    message = actions.reply(ticket, by=cast.bo, text="x", undo_seconds=10)
    actions.hold(fresh(ticket), by=cast.bo, reason="requester", after=message)


def resolve(cast: Cast, ticket: Ticket) -> None:
    actions.resolve(ticket, by=cast.bo, resolution="x", undo_seconds=10)


def told(person: Person, ticket: Ticket) -> object:
    (standing,) = standings([fresh(ticket)], by=person)
    page = signed_in(person).get(reverse("request", args=[ticket.number])).content.decode()
    mine = signed_in(person).get(reverse("my-requests")).content.decode()
    listed = mine.partition(ticket.number)[2].partition("</tr>")[0].partition("</li>")[0]
    api = Program(person)("GET", f"/tickets/{ticket.number}").json()
    return standing.expected, standing.steps, "预计" in page, standing.label, listed, api


@pytest.mark.parametrize("way", [resolve, hold])
def test_nothing_that_is_told_changes_until_it_has_left(cast: Cast, way) -> None:  # type: ignore[no-untyped-def]
    with clock.moved(MONDAY):
        ticket = cast.asked()
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
        actions.accept(fresh(ticket), by=cast.bo)
    with clock.moved(MONDAY + timedelta(minutes=5)):
        before = told(cast.mei, ticket)
        assert standings([fresh(ticket)], by=cast.mei)[0].expected is not None
        way(cast, fresh(ticket))
        assert told(cast.mei, ticket) == before
    with clock.moved(MONDAY + timedelta(minutes=6)):
        assert told(cast.mei, ticket) != before
