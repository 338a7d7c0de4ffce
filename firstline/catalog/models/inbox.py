"""A way in, as plain data; what it does is in `channels`."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from firstline.catalog.models.desk import Desk


class Inbox(models.Model):
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="inboxes")
    kind = models.CharField(max_length=20, default="email")
    address = models.CharField(_("Address"), max_length=200)
    active = models.BooleanField(_("Active"), default=True)
    settings = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "inboxes"
        constraints = [models.UniqueConstraint("kind", Lower("address"), name="one_inbox_per_address")]

    def __str__(self) -> str:
        return self.address
