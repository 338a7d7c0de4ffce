"""What an agent keeps on the desk: drafts, saved views, and who else is looking. Ordinary rows, no log."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.kit import clock
from firstline.tickets.models.ticket import Ticket

PERSON = settings.AUTH_USER_MODEL


class Draft(models.Model):
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="drafts")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=10, default="reply")
    text = models.TextField()
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "ticket", "kind"], name="one_draft_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ticket_id}"


class SavedView(models.Model):
    """A personal queue: a name for a set of filters (the query string of the queue page)."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="views")
    name = models.CharField(_("Name"), max_length=60)
    query = models.CharField(max_length=500)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """Somebody has this ticket open; stale after half a minute without a sign of life."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="presence")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    typing = models.BooleanField(default=False)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="present_once")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.ticket_id}"
