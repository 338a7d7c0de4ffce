"""A way in, as plain data; what it does is in `channels`."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from firstline.catalog.models.desk import Desk
from firstline.kit.mailbox import AddressOrDomainField

NONE = models.Value([], models.JSONField())


class Inbox(models.Model):
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="inboxes")
    kind = models.CharField(max_length=20, default="email")
    address = AddressOrDomainField(_("Address"), max_length=200)
    active = models.BooleanField(_("Active"), default=True)
    settings = models.JSONField(default=dict, blank=True)
    forms = models.JSONField(_("Web forms"), default=list, blank=True, db_default=NONE)
    """Addresses from which web forms write here for others: Reply-To says who asks, and proves nothing."""

    class Meta:
        verbose_name_plural = "inboxes"
        constraints = [models.UniqueConstraint("kind", Lower("address"), name="one_inbox_per_address")]

    def __str__(self) -> str:
        return self.address
