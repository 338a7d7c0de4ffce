"""A mailbox elsewhere whose letters are fetched by IMAP, as plain data; what it does is in `channels`."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.catalog.models.inbox import Inbox
from firstline.kit.secrets import KeepsSecrets, SecretField

SERVER = ("host", "port", "security", "user")
"""To whom the password is said; an access token too, so that the secrets that fetch one are bound to it as well."""
CONNECTION = frozenset({*SERVER, "inbox", "sign_in", "password", "token_url", "client_id", "client_secret",
                        "refresh_token", "scope", "folder"})  # fmt: skip
"""Which mailbox it is, and how one gets in."""
TOKENS = (*SERVER, "token_url", "client_id")


class Mailbox(KeepsSecrets):
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
    password = SecretField(_("Password"), bound_to=SERVER)
    token_url = models.URLField(_("Token address"), max_length=400, blank=True)
    client_id = models.CharField(_("Client ID"), max_length=400, blank=True)
    client_secret = SecretField(_("Client secret"), bound_to=TOKENS)
    refresh_token = SecretField(_("Refresh token"), bound_to=TOKENS)
    scope = models.CharField(_("Scope"), max_length=400, blank=True)
    folder = models.CharField(_("Folder"), max_length=250, default="INBOX")
    after = models.CharField(_("What happens to fetched letters"), max_length=10, choices=After, default=After.LEAVE)
    into = models.CharField(_("Folder or keyword"), max_length=250, blank=True)
    old_mail = models.CharField(_("Letters from before the connection"), max_length=10, choices=OldMail)
    old_days = models.PositiveSmallIntegerField(_("How many days"), default=7, validators=[MinValueValidator(1)])
    active = models.BooleanField(_("Active"), default=True)
    by_admin = models.BooleanField(default=False, db_default=True, editable=False)
    """Whether an administrator set it up: then its server, user and folder are theirs to change."""
    anywhere = models.BooleanField(default=False, db_default=True, editable=False)
    """Whether its server may be in a private network that nobody named; only rows from before that was asked."""

    class Meta:
        verbose_name_plural = "mailboxes"
        constraints = [
            models.UniqueConstraint(fields=["host", "port", "user", "folder"], name="one_mailbox_per_folder"),
        ]

    @property
    def fixed_for_managers(self) -> frozenset[str]:
        """Fields that only an administrator may change."""
        return CONNECTION if self.by_admin and self.pk else frozenset()

    def __str__(self) -> str:
        return f"{self.user} @ {self.host}"
