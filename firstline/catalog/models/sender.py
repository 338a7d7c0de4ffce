"""An address that letters may come from, or a domain that proves its addresses, as plain data."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from firstline.kit.mailbox import AddressOrDomainField


class Sender(models.Model):
    """Only administrators make these; `catalog.senders` says what they allow."""

    class How(models.TextChoices):
        BEFORE = "before", _("In use before proof was asked for")
        DNS = "dns", _("A record in its DNS")
        KEY = "key", _("Our signing key in its DNS")
        CODE = "code", _("A code from a letter to it")
        DOMAIN = "domain", _("Its domain is proved")

    name = AddressOrDomainField(_("Address or domain"), max_length=254)
    token = models.CharField(max_length=64)
    """What the record in the DNS must say."""
    code = models.CharField(max_length=128, blank=True)
    """The digest of the code that was sent last; empty when there is none, or it was tried too often."""
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    proved_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=10, choices=How, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="one_sender_per_name")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def allowed(cls, *, but: int | None = None) -> frozenset[str]:
        """The addresses that may be sent from: proved by themselves or by their domain, which alone allows none. `but`:
        as if this row were not there."""
        rows = list(cls.objects.exclude(pk=but))
        domains = {row.name for row in rows if row.is_domain and row.proved_at}
        return frozenset(row.name for row in rows if not row.is_domain and (row.proved_at or row.domain in domains))

    @property
    def domain(self) -> str:
        return self.name.rpartition("@")[2]

    @property
    def is_domain(self) -> bool:
        return "@" not in self.name

    @property
    def record_name(self) -> str:
        return f"_firstline.{self.domain}"

    @property
    def record(self) -> str:
        return f"firstline-sender={self.token}"
