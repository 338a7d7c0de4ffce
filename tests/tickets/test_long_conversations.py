"""What of a long conversation somebody may not read is found by looking at each message by itself, once."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstline.people.models import Person
from firstline.tickets.models import Message, Ticket
from firstline.tickets.quotations import whole_for
from firstline.tickets.write_guard import door
from tests.cast import Cast
from tests.signing import signed_in

pytestmark = pytest.mark.django_db

MANY = 300


def searched(person: Person, _ticket: Ticket) -> None:
    list(Ticket.objects.matching("flood", by=person).visible_to(person).values_list("pk"))


def quoted(person: Person, ticket: Ticket) -> None:
    whole_for(person, ticket)


def shown(person: Person, ticket: Ticket) -> None:
    assert signed_in(person).get(f"/requests/{ticket.number}/").status_code == 200


WAYS: list[Callable[[Person, Ticket], None]] = [searched, quoted, shown]


@pytest.mark.parametrize("statistics", ["old", "new"])
@pytest.mark.parametrize("who", ["mei", "hana"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_twice_as_many_messages_are_twice_as_much_to_look_at(
    cast: Cast, way: Callable[[Person, Ticket], None], who: str, statistics: str
) -> None:
    """Hana works at another desk; of what she asks elsewhere is found out in a way of its own."""
    person = getattr(cast, who)
    ticket = cast.asked(by=person, subject="flood")
    count_rows()
    looked_at = []
    for _time in range(2):
        say(ticket, by=person)
        if statistics == "new":
            count_rows()
        looked_at.append(rows_of(way, person, ticket))
    assert looked_at[1] < 2.5 * looked_at[0], looked_at


def say(ticket: Ticket, *, by: Person) -> None:
    said = {"ticket": ticket, "author": by, "kind": "request", "channel": "email", "proof": "none"}
    with door():
        Message.objects.bulk_create([Message(text=f"flood {number}", **said) for number in range(MANY)])


def count_rows() -> None:
    """Tell PostgreSQL how many there are."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_message, tickets_ticket, tickets_participant")


def rows_of(way: Callable[[Person, Ticket], None], person: Person, ticket: Ticket) -> int:
    """How many rows of tables are taken up by what it asks of messages, those that do not fit too."""
    with CaptureQueriesContext(connection) as asked:
        way(Person.objects.get(pk=person.pk), Ticket.objects.get(pk=ticket.pk))
    statements = [query["sql"] for query in asked.captured_queries]
    return sum(
        sum(map(_taken_up, _steps(_plan(each)))) for each in statements if "tickets_message" in each and _reads(each)
    )


def _reads(statement: str) -> bool:
    return statement.lstrip("( ").startswith(("SELECT", "WITH"))


def _plan(statement: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}")
        said = cursor.fetchone()[0]
    plan: dict[str, Any] = (json.loads(said) if isinstance(said, str) else said)[0]["Plan"]
    return plan


def _steps(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield step
    for below in step.get("Plans", []):
        yield from _steps(below)


def _taken_up(step: dict[str, Any]) -> int:
    names = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter")
    return int(sum(step.get(name, 0) for name in names) * step["Actual Loops"])
