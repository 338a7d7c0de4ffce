"""The migration that tells askers apart, over very many messages: its time grows with them, and its words are right."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from firstline.tickets.models import Message, Ticket
from tests.cast import Cast

pytestmark = pytest.mark.django_db

migration: Any = import_module("firstline.tickets.migrations.0009_askers")

# Copies of a ticket and of its first message, with other ids, written past the verbs.
TICKETS = """
INSERT INTO tickets_ticket ({columns}) SELECT {values} FROM tickets_ticket t, generate_series(1, %s) n WHERE t.id = %s
"""
MESSAGES = """
INSERT INTO tickets_message ({columns})
SELECT {values} FROM tickets_message t, generate_series(1, %s) n, generate_series(0, 9) k WHERE t.id = %s
"""


def copied(model: Any, statement: str, times: int, of: Any, **other: str) -> None:
    fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
    columns = [field.column for field in fields]
    values = [other.get(column, f't."{column}"') for column in columns]
    with connection.cursor() as cursor:
        names = ", ".join(f'"{column}"' for column in columns)
        cursor.execute(statement.format(columns=names, values=", ".join(values)), [times, of.pk])


def cost_of(first: int, last: int) -> float:
    """What PostgreSQL expects of the statements of a batch, in its own units."""
    total = 0.0
    with connection.cursor() as cursor:
        for these in migration.THESE:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {migration.WROTE.format(these=these)}", [first, last])
            total += cursor.fetchone()[0][0]["Plan"]["Total Cost"]
    return total


def test_a_batch_does_not_look_through_all_messages() -> None:
    cast = Cast.make()
    ticket = cast.asked(requester=cast.omar, text="Omar's laptop")
    said = ticket.messages.get()
    base = 1_000_000
    copied(Ticket, TICKETS, 10_000, ticket, id=f"{base} + n", number="'X-' || n")
    copied(Message, MESSAGES, 10_000, said, id=f"{base} + n * 10 + k", ticket_id=f"{base} + n")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_ticket; ANALYZE tickets_message")
    assert Message.objects.count() > 100_000
    assert cost_of(base, base + 100) < cost_of(base, base + 10_001) / 20


def test_the_first_words_are_their_writers_wherever_they_stand_now() -> None:
    cast = Cast.make()
    here, moved, into = (cast.asked(requester=cast.omar) for _each in range(3))
    own = cast.asked(requester=cast.mei)
    tickets = [here, moved, into, own]
    ids = [ticket.pk for ticket in tickets]
    first = {ticket.pk: ticket.messages.get().pk for ticket in tickets}
    with connection.cursor() as cursor:
        # As it was: under the name of the one for whom it was asked; and one was merged into another.
        cursor.execute(
            "UPDATE tickets_message m SET author_id = t.requester_id, to_askers = false"
            " FROM tickets_ticket t WHERE t.id = m.ticket_id AND t.id = ANY(%s)",
            [ids],
        )
        cursor.execute(
            "UPDATE tickets_message SET ticket_id = %s, origin_id = %s WHERE id = %s",
            [into.pk, moved.pk, first[moved.pk]],
        )
    migration.tell_apart(None, SimpleNamespace(connection=connection))
    found = {said.pk: (said.author_id, said.to_askers) for said in Message.objects.filter(pk__in=first.values())}
    assert found == {
        first[here.pk]: (cast.mei.pk, True),
        first[moved.pk]: (cast.mei.pk, True),
        first[into.pk]: (cast.mei.pk, True),
        first[own.pk]: (cast.mei.pk, False),
    }
