"""What a queue costs, said in what does not depend on the machine: calls of functions, sentences composed, plans."""

import sys
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from firstline.tickets import counting
from firstline.tickets.models import Ticket
from firstline.web.workspace import listing
from tests.cast import Cast
from tests.web.conftest import As

MOST_CALLS_A_ROW = 400
"""Measured: 300, most inside Jinja and Babel; a query or a form for each row would be thousands more."""


def test_a_row_costs_few_calls(cast: Cast, as_: As) -> None:
    bo = as_(cast.bo)
    calls = []
    for _round in range(2):
        for _ticket in range(10):
            cast.ask()
        calls.append(_calls(bo))
    assert (calls[1] - calls[0]) / 10 < MOST_CALLS_A_ROW


def test_the_rails_counts_are_composed_once(cast: Cast, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.ask()
    bo, composed = as_(cast.bo), []
    compose = counting._count
    monkeypatch.setattr(counting, "_count", lambda rows, most: composed.append(1) or compose(rows, most))
    counting._ready.clear()
    numbers = []
    for _time in range(2):
        composed.clear()
        bo.get("/desk/queue/mine/")
        numbers.append(len(composed))
    assert numbers[0] > 8
    assert numbers[1] == 0


def test_a_far_page_begins_where_the_last_one_ended(cast: Cast) -> None:
    ticket = cast.ask()
    key = f"{ticket.due_at.isoformat()}_{ticket.pk}"
    of_desk = Ticket.objects.filter(desk=cast.it).open()
    page = listing._after(of_desk.soonest_first(), listing.CLOCK, key)[:51]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
    plan = page.explain()
    assert "open_by_desk" in plan
    assert "due_at >=" in plan.split("Index Cond")[1].split("\n")[0]
    assert "Sort" not in plan


def _calls(client: Client) -> int:
    """Calls of Python functions that the list takes, the second time it is asked for."""
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    client.get("/desk/queue/open/", headers={"HX-Request": "true"})
    sys.setprofile(note)
    try:
        client.get("/desk/queue/open/", headers={"HX-Request": "true"})
    finally:
        sys.setprofile(None)
    return count
