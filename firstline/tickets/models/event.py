"""The event: the row every verb leaves behind. The database itself refuses to change or delete one."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from firstline.kit import clock
from firstline.tickets.door import Logged
from firstline.tickets.models.ticket import Ticket


class Event(Logged):
    """`data["changes"]` holds the columns of the ticket that changed; the rest is the verb's own (docs/events.md)."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events")
    name = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    internal = models.BooleanField(default=False)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["ticket", "id"], name="events_of_ticket"),
            models.Index(fields=["name", "at"], name="events_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
