"""Long lists are read to their end, page by page."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstline.tickets import actions
from tests.api.test_api import Program
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def pages(program: Program, path: str, limit: int) -> list[list[dict[str, Any]]]:
    read, cursor = [], ""
    while True:
        page = program("GET", f"{path}?limit={limit}" + (f"&cursor={cursor}" if cursor else "")).json()
        read.append(page["items"])
        cursor = page["next"]
        if not cursor:
            return read


@pytest.mark.parametrize("part", ["messages", "events"])
def test_all_of_a_long_ticket_is_read_by_cursor_once_and_in_order(cast: Cast, part: str) -> None:
    ticket = cast.ask()
    for place in range(22):
        actions.note(ticket, by=cast.bo, text=f"Seen {place}")
    program = Program(cast.bo)
    read = pages(program, f"/tickets/{ticket.number}/{part}", 5)
    ids = [row["id"] for page in read for row in page]
    there = ticket.messages if part == "messages" else ticket.events
    assert ids == list(there.order_by("id").values_list("id", flat=True))
    assert all(len(page) == 5 for page in read[:-1])
    everything = program("GET", f"/tickets/{ticket.number}/{part}").json()
    assert ([row["id"] for row in everything["items"]], everything["next"]) == (ids, None)


def test_a_later_page_shows_no_more_than_the_first(cast: Cast) -> None:
    ticket = cast.ask()
    for place in range(6):
        actions.note(ticket, by=cast.bo, text=f"canary {place}")
        actions.reply(ticket, by=cast.mei, text=f"And {place}")
    read = pages(Program(cast.mei), f"/tickets/{ticket.number}/messages", 2)
    assert [row["text"] for page in read for row in page][1:] == [f"And {place}" for place in range(6)]


def test_each_page_costs_the_same_and_a_made_up_cursor_is_refused(cast: Cast) -> None:
    ticket = cast.ask()
    for place in range(9):
        actions.note(ticket, by=cast.bo, text=f"Seen {place}")
    program, path = Program(cast.bo), f"/tickets/{ticket.number}/messages"
    program("GET", path)
    costs = []
    for limit in (1, 9):
        with CaptureQueriesContext(connection) as counted:
            program("GET", f"{path}?limit={limit}")
        costs.append(len(counted))
    assert costs[0] == costs[1]
    assert program("GET", f"{path}?cursor=7").status_code == 400
    assert program("GET", f"{path}?limit=1001").status_code == 422
