"""Statuses by category: the six categories are fixed, the statuses in them are rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.kit.bilingual import BilingualName


class Status(BilingualName):
    class Category(models.TextChoices):
        PENDING = "pending", _("Pending")
        IN_PROGRESS = "in_progress", _("In progress")
        WAITING = "waiting", _("Waiting")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    key = models.SlugField(primary_key=True, max_length=40)
    category = models.CharField(_("Category"), max_length=12, choices=Category)
    order = models.PositiveSmallIntegerField(_("Order"), default=0)

    class Meta:
        ordering = ["order"]
        verbose_name_plural = "statuses"
