"""How far each ticket's events were told."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from firstline.tickets.models import Event, Ticket

_REACH = """
INSERT INTO notices_toldupto AS known (ticket_id, event_id, awaited) VALUES {rows}
ON CONFLICT (ticket_id) DO UPDATE SET event_id = excluded.event_id, awaited = excluded.awaited
WHERE excluded.event_id >= known.event_id
"""


class ToldUpTo(models.Model):
    """Up to which event a ticket's were told, if only to nobody: what comes before needs no second look.

    Only the order of letters hangs on it: an event whose own job runs is told whatever this says.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="told_up_to")
    event_id = models.BigIntegerField()
    awaited = ArrayField(models.BigIntegerField(), default=list)
    """Earlier ones of which nobody was told yet and whose own jobs are still to run: then there may be somebody."""

    class Meta:
        verbose_name_plural = "told up to"

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.event_id}"

    @staticmethod
    def reach(
        last: dict[int, Event], known: dict[int, "ToldUpTo"], *, but: set[int], to_nobody: Iterable[Event]
    ) -> None:
        """Note that each of these tickets was told of up to this event. `known`: what was noted of them; `but`: events
        whose own jobs ran; `to_nobody`: those of which nobody was told. Never goes back, whoever tells at the same
        moment."""
        if not last:
            return
        awaited = {ticket: set(told.awaited) for ticket, told in known.items()}
        for event in to_nobody:
            awaited.setdefault(event.ticket_id, set()).add(event.pk)
        values: list[Any] = []
        for ticket, event in sorted(last.items()):
            reached = max(event.pk, known[ticket].event_id) if ticket in known else event.pk
            values += [ticket, reached, sorted(awaited.get(ticket, set()) - but)]
        rows = ", ".join(["(%s, %s, %s::bigint[])"] * len(last))
        with connection.cursor() as cursor:
            cursor.execute(_REACH.format(rows=rows), values)
