"""The event: the row every verb leaves behind. The database itself refuses to change or delete one."""

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from firstline.kit import clock
from firstline.tickets import causes, event_versions
from firstline.tickets.models.ticket import Ticket
from firstline.tickets.write_guard import Logged


class Event(Logged):
    """What it says is read by `told` and `changes`, whichever version wrote it (docs/events.md)."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events")
    name = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    internal = models.BooleanField(default=False)
    version = models.SmallIntegerField(default=event_versions.current, db_default=1)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    """The shape, which the chain holds for ever."""
    words = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField()), encoder=DjangoJSONEncoder, db_column="wording"
    )
    """What erasing takes away. (In the table, `words` is their digest.)"""

    cause = models.CharField(max_length=causes.PATH_LENGTH, null=True)
    """What made it, where it was no person: the path of an event, a job, a rule (`tickets.causes`)."""
    depth = models.SmallIntegerField(default=0, db_default=0)
    """How many events led to it, each the cause of the next."""

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["ticket", "id"], name="events_of_ticket"),
            models.Index(fields=["name", "at"], name="events_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    @property
    def told(self) -> dict[str, Any]:
        """All that its verb said, as today's events say it, with the words that are still there."""
        return event_versions.today(self.version, self.name, self.data, self.words)

    @property
    def changes(self) -> dict[str, Any]:
        """What became of the ticket's columns, by the names of `tracked.TRACKED`."""
        return event_versions.changes(self.told)
