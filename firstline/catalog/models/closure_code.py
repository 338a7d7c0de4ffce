"""The lists of a ticket's closing fields: system module, cause, business category."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.catalog.models.desk import Desk
from firstline.kit.bilingual import BilingualName


class ClosureCode(BilingualName):
    class List(models.TextChoices):
        MODULE = "module", _("System module")
        CAUSE = "cause", _("Cause")
        BUSINESS = "business", _("Business category")

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="options")
    list = models.CharField(max_length=10, choices=List)
    key = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "catalog_option"
        ordering = ["desk", "list", "order"]
        constraints = [models.UniqueConstraint(fields=["desk", "list", "key"], name="one_option_per_key")]
