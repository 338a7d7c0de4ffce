"""The seals over both logs, that of tickets and that of all else (`firstline.audit`)."""

from django.db import models

from firstline.kit import clock


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
