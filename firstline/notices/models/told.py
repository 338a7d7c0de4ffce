"""How far each ticket's events were told."""

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from firstline.tickets.models import Ticket

_REACH = """
INSERT INTO notices_toldupto AS known (ticket_id, event_id, held) VALUES {rows}
ON CONFLICT (ticket_id) DO UPDATE SET event_id = excluded.event_id, held = excluded.held
WHERE excluded.event_id >= known.event_id
"""


class ToldUpTo(models.Model):
    """Up to which event a ticket's were told, if only to nobody: what comes before needs no second look.

    Only the order of letters hangs on it: an event whose own job runs is told whatever this says.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="told_up_to")
    event_id = models.BigIntegerField()
    held = ArrayField(models.BigIntegerField(), default=list)
    """Earlier ones whose message could still be withdrawn."""

    class Meta:
        verbose_name_plural = "told up to"

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.event_id}"

    @staticmethod
    def reach(reached: dict[int, tuple[int, list[int]]]) -> None:
        """Note these: ticket → last event, those held back. Never goes back, whoever tells at the same moment."""
        if not reached:
            return
        values = [one for ticket, (event, held) in sorted(reached.items()) for one in (ticket, event, held)]
        rows = ", ".join(["(%s, %s, %s::bigint[])"] * len(reached))
        with connection.cursor() as cursor:
            cursor.execute(_REACH.format(rows=rows), values)
