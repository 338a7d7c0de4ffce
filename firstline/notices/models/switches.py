"""What people have switched off."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from firstline.kit import clock
from firstline.tickets.models import Ticket


class SwitchedOff(models.Model):
    """Letters that a person does not want: those of a kind, or all about one ticket that is not his own."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="switched_off")
    template = models.CharField(max_length=40, blank=True)
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, blank=True, related_name="switched_off")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "switched off"
        constraints = [
            models.UniqueConstraint(fields=["person", "template"], condition=Q(ticket=None), name="kind_off_once"),
            models.UniqueConstraint(fields=["person", "ticket"], condition=~Q(ticket=None), name="ticket_off_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.template or self.ticket_id}"
