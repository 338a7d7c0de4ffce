"""The log of what is no ticket's: settings, sign-ins, roles, tokens, erasures.

The database refuses to change or delete a row. What digests and chains them is in migration tickets/0003, and the seals
over this log and that of tickets are the latter's (`tickets/sealing.py`).
"""

from django.conf import settings
from django.db import models

from firstline.kit import clock


class AuditEntry(models.Model):
    """Written by `audit.log.audit` only. `words` is what erasure may take; `data` stays."""

    at = models.DateTimeField(default=clock.now, editable=False)
    name = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    previous = models.BigIntegerField(null=True, editable=False)
    """The entry whose digest this one's is built on, set by the database."""

    class Meta:
        db_table = "tickets_auditentry"
        verbose_name_plural = "audit entries"
        ordering = ["-id"]
        indexes = [models.Index(fields=["name", "-id"], name="audit_by_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
