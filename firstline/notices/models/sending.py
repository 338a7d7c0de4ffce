"""The servers by which letters leave, and the keys that sign them. Set up at Settings → Mail → Sending."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from firstline.catalog.models import Desk
from firstline.kit import clock
from firstline.kit.mailbox import AddressOrDomainField
from firstline.kit.secrets import KeepsSecrets, SecretField

SERVICES = {
    "brevo": ("Brevo", "api_key", ""),
    "mailersend": ("MailerSend", "api_token", ""),
    "mailgun": ("Mailgun", "api_key", "sender_domain"),
    "mailjet": ("Mailjet", "secret_key", "api_key"),
    "mandrill": ("Mandrill", "api_key", ""),
    "postal": ("Postal", "api_key", "api_url"),
    "postmark": ("Postmark", "server_token", ""),
    "resend": ("Resend", "api_key", ""),
    "sendgrid": ("SendGrid", "api_key", ""),
    "sparkpost": ("SparkPost", "api_key", ""),
    "unisender_go": ("Unisender Go", "api_key", "api_url"),
}
"""Backend of django-anymail: its name, what it calls the secret, and the second thing that it wants, if any."""


class OutgoingServer(KeepsSecrets):
    class Kind(models.TextChoices):
        SMTP = "smtp", _("Mail server (SMTP)")
        SERVICE = "service", _("Mail provider")

    class Security(models.TextChoices):
        STARTTLS = "starttls", _("STARTTLS, required")
        TLS = "tls", _("TLS from the start")
        NONE = "none", _("None, in the open")

    name = models.CharField(_("Name of the server"), max_length=80, unique=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.SMTP)
    host = models.CharField(_("Server"), max_length=253, blank=True)
    port = models.PositiveIntegerField(_("Port"), default=587)
    security = models.CharField(_("Encryption"), max_length=10, choices=Security, default=Security.STARTTLS)
    service = models.CharField(
        _("Provider"), max_length=20, blank=True, choices=[(key, name) for key, (name, *_rest) in SERVICES.items()]
    )
    user = models.CharField(_("User name"), max_length=254, blank=True)
    """For a service: the second thing that it wants besides the secret."""
    secret = SecretField(_("Password or key"), bound_to=("kind", "host", "port", "security", "service", "user"))
    for_all = models.BooleanField(_("For all desks that have none of their own"), default=False)
    active = models.BooleanField(_("Active"), default=True)
    anywhere = models.BooleanField(default=False, db_default=True, editable=False)
    """Whether it may be in a private network that nobody named; only rows from before that was asked."""

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["for_all"], condition=Q(for_all=True), name="one_server_for_all"),
        ]

    def __str__(self) -> str:
        return self.name


class DeskServer(models.Model):
    """The server of a desk that has one of its own."""

    desk = models.OneToOneField(Desk, models.CASCADE, related_name="sending")
    server = models.ForeignKey(OutgoingServer, models.CASCADE, related_name="desks")

    def __str__(self) -> str:
        return f"{self.desk} · {self.server}"


class SigningKey(KeepsSecrets):
    """The DKIM key of a domain from which letters come. The public half stands in the domain's DNS."""

    domain = AddressOrDomainField(_("Domain"), max_length=253, unique=True)
    selector = models.CharField(max_length=63)
    private = SecretField(bound_to=("domain",))
    public = models.TextField()
    """Base64, as the record has it after `p=`."""
    active = models.BooleanField(_("Sign letters with it"), default=False)
    """Off until the record is published: a signature that nobody can check is worse than none."""
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain

    @property
    def record_name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        return f"v=DKIM1; k=rsa; p={self.public}"
