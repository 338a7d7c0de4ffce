"""A file. Its id cannot be guessed, and it is served by the policy of its ticket only."""

import uuid

from django.conf import settings
from django.db import models

from firstline.kit import clock
from firstline.tickets.models.message import Message
from firstline.tickets.models.ticket import Ticket
from firstline.tickets.querysets import AttachmentQuerySet


class Attachment(models.Model):
    """Ordinary row until a verb binds it: an upload that was not sent yet belongs to its uploader alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="attachments")
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="attachments")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_id = models.CharField(max_length=200, blank=True)
    inline = models.BooleanField(default=False)
    place = models.PositiveIntegerField(default=0, db_default=0)
    """Among the files of its message: the order in which they were given. 0 of one that is not bound, and of all that
    were bound before this was kept."""
    created_at = models.DateTimeField(default=clock.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["uploader", "created_at"], name="unsent", condition=models.Q(ticket__isnull=True))
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where the bytes are in the file store: by content, so that a name never reaches the disk."""
        return f"{self.sha256[:2]}/{self.sha256}"

    @property
    def is_picture(self) -> bool:
        return self.type in ("image/png", "image/jpeg", "image/gif", "image/webp")
