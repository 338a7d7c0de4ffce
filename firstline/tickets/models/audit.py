"""The log of what is no ticket's: settings, sign-ins, roles, tokens, erasures; and the seals over both logs.

The database refuses to change or delete a row of either. What digests and chains them is in migration 0003.
"""

from django.conf import settings
from django.db import models

from firstline.kit import clock


class AuditEntry(models.Model):
    """Written by `tickets.audit.audit` only. `words` is what erasure may take; `data` stays."""

    at = models.DateTimeField(default=clock.now, editable=False)
    name = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    previous = models.BigIntegerField(null=True, editable=False)
    """The entry whose digest this one's is built on, set by the database."""

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-id"]
        indexes = [models.Index(fields=["name", "-id"], name="audit_by_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class AuditSeal(models.Model):
    """One digest over all rows of both logs from the seal before it up to these ids."""

    at = models.DateTimeField(default=clock.now, editable=False)
    events_after = models.BigIntegerField()
    events_to = models.BigIntegerField()
    events = models.BigIntegerField()
    entries_after = models.BigIntegerField()
    entries_to = models.BigIntegerField()
    entries = models.BigIntegerField()
    digest = models.BinaryField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}:{bytes(self.digest).hex()}"
