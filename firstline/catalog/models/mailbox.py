"""A mailbox elsewhere whose letters are fetched by IMAP, as plain data; what it does is in `channels`."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.catalog.models.inbox import Inbox
from firstline.kit.secrets import SecretField


class Mailbox(models.Model):
    class Security(models.TextChoices):
        TLS = "tls", _("TLS from the start (usually port 993)")
        STARTTLS = "starttls", _("STARTTLS (usually port 143)")
        NONE = "none", _("None: the password travels in the clear")

    class SignIn(models.TextChoices):
        PASSWORD = "password", _("User and password")
        OAUTH = "oauth", _("OAuth 2.0 (Microsoft 365, Google)")

    class After(models.TextChoices):
        LEAVE = "leave", _("Leave them as they are, unread")
        KEYWORD = "keyword", _("Mark them with a keyword")
        MOVE = "move", _("Move them to another folder")

    class OldMail(models.TextChoices):
        LEAVE = "leave", _("Leave all of it alone")
        DAYS = "days", _("Take in what came in the last days")
        ALL = "all", _("Take in all of it")

    inbox = models.ForeignKey(Inbox, models.CASCADE, related_name="mailboxes", verbose_name=_("Inbox"))
    host = models.CharField(_("Server"), max_length=253)
    port = models.PositiveIntegerField(
        _("Port"), default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(_("Encryption"), max_length=10, choices=Security, default=Security.TLS)
    user = models.CharField(_("User"), max_length=254)
    sign_in = models.CharField(_("Sign-in"), max_length=10, choices=SignIn, default=SignIn.PASSWORD)
    password = SecretField(_("Password"))
    token_url = models.URLField(_("Token address"), max_length=400, blank=True)
    client_id = models.CharField(_("Client ID"), max_length=400, blank=True)
    client_secret = SecretField(_("Client secret"))
    refresh_token = SecretField(_("Refresh token"))
    scope = models.CharField(_("Scope"), max_length=400, blank=True)
    folder = models.CharField(_("Folder"), max_length=250, default="INBOX")
    after = models.CharField(_("What happens to fetched letters"), max_length=10, choices=After, default=After.LEAVE)
    into = models.CharField(_("Folder or keyword"), max_length=250, blank=True)
    old_mail = models.CharField(_("Letters from before the connection"), max_length=10, choices=OldMail)
    old_days = models.PositiveSmallIntegerField(_("How many days"), default=7, validators=[MinValueValidator(1)])
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        verbose_name_plural = "mailboxes"
        constraints = [
            models.UniqueConstraint(fields=["host", "port", "user", "folder"], name="one_mailbox_per_folder"),
        ]

    def __str__(self) -> str:
        return f"{self.user} @ {self.host}"
