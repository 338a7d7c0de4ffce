"""How far each ticket's events were told."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from firstline.tickets.models import Event, Ticket

MOST_TO_NOBODY = 100
"""So many of those of which nobody was told are remembered of a ticket, the newest: a job that runs a second time does
so within minutes."""

_REACH = """
INSERT INTO notices_toldupto AS known (ticket_id, event_id, awaited, to_nobody) VALUES {rows}
ON CONFLICT (ticket_id) DO UPDATE
SET event_id = excluded.event_id, awaited = excluded.awaited, to_nobody = excluded.to_nobody
"""
_ONE_AFTER_ANOTHER = "SELECT pg_advisory_xact_lock(hashtextextended('told ' || id, 0)) FROM unnest(%s::bigint[]) AS id"


class ToldUpTo(models.Model):
    """Which of a ticket's events were told, if only to nobody: those that come before `event_id` are not looked for.

    Each is told once, to those who are there then; else what a job that was interrupted, or runs again, tells late
    would come after what happened later.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="told_up_to")
    event_id = models.BigIntegerField()
    awaited = ArrayField(models.BigIntegerField(), default=list)
    """Earlier ones that could still be withdrawn when later ones were told."""
    to_nobody = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    """Those of which nobody was told, for a job of theirs that runs late or again; others have deliveries."""

    class Meta:
        verbose_name_plural = "told up to"

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.event_id}"

    @staticmethod
    def of(tickets: Iterable[int]) -> dict[int, "ToldUpTo"]:
        """What was told of each of these, until the transaction ends by nobody else: whoever tells of one of them at
        the same moment waits."""
        those = sorted(tickets)
        with connection.cursor() as cursor:
            cursor.execute(_ONE_AFTER_ANOTHER, [those])
        return ToldUpTo.objects.in_bulk(those)

    @staticmethod
    def reach(known: dict[int, "ToldUpTo"], told: Iterable[Event], *, to_nobody: set[int], later: set[int]) -> None:
        """Note that these events were told, in the transaction of `of`. `to_nobody`: those of which nobody was;
        `later`: those that can still be withdrawn, and are told when they leave."""
        reached: dict[int, ToldUpTo] = {}
        for event in told:
            now = reached.get(event.ticket_id) or known.get(event.ticket_id)
            now = reached[event.ticket_id] = now or ToldUpTo(ticket_id=event.ticket_id, event_id=event.pk)
            now.event_id = max(now.event_id, event.pk)
            now.awaited = [pk for pk in now.awaited if pk != event.pk] + [event.pk] * (event.pk in later)
            now.to_nobody = (now.to_nobody + [event.pk] * (event.pk in to_nobody))[-MOST_TO_NOBODY:]
        if not reached:
            return
        values = [
            each for now in reached.values() for each in (now.ticket_id, now.event_id, now.awaited, now.to_nobody)
        ]
        rows = ", ".join(["(%s, %s, %s::bigint[], %s::bigint[])"] * len(reached))
        with connection.cursor() as cursor:
            cursor.execute(_REACH.format(rows=rows), values)
