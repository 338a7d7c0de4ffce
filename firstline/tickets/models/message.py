"""What was said. An internal note is a message that requesters never see; `Message.objects.visible_to` cuts it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.kit import clock
from firstline.kit.html import shown
from firstline.tickets import channels
from firstline.tickets.models.ticket import Ticket
from firstline.tickets.querysets import MessageQuerySet
from firstline.tickets.write_guard import Logged


class Message(Logged):
    class Kind(models.TextChoices):
        REQUEST = "request", _("Request")
        REPLY = "reply", _("Reply")
        NOTE = "note", _("Internal note")

    class Proof(models.TextChoices):
        """What was proved of who wrote it. Empty: written by the desk itself, or before this was kept."""

        SIGNED_IN = "signed_in", _("Signed in")
        LINK = "link", _("By a link from a letter")
        DKIM = "dkim", _("Email, proved by its signature")
        SERVER = "server", _("Email, proved by our mail server")
        CHANNEL = "channel", _("Signed in where it was written")
        NONE = "none", _("Email, sender not proved")
        FAILED = "failed", _("Email that failed its proof")
        RECORDED = "recorded", _("Written down from what was said")

    DOUBTED = (Proof.NONE, Proof.FAILED)
    PROVED = (Proof.SIGNED_IN, Proof.LINK, Proof.DKIM, Proof.SERVER, Proof.CHANNEL)

    class Format(models.TextChoices):
        PLAIN = "plain", _("As typed")
        MARKDOWN = "markdown", "Markdown"

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages")
    origin = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="+")
    """The ticket where it was first said, if it came here by a merge: only those of that ticket read it."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind)
    channel = models.CharField(max_length=20, choices=channels.choices)
    to_askers = models.BooleanField(default=False, db_default=False)
    """Whether those who asked it for somebody else read it: they wrote it, or an agent said it to them as well."""
    text = models.TextField()
    html = models.TextField(blank=True)
    """A letter's own HTML, as it came; cleaned when shown."""
    quoted = models.TextField(blank=True)
    """What was cut from the end of a letter: the quoted history and the signature."""
    proof = models.CharField(max_length=10, choices=Proof, blank=True, default="", db_default="")
    format = models.CharField(max_length=10, choices=Format, default=Format.PLAIN, db_default=Format.PLAIN)
    """What `text` is written in, said by whoever wrote it. Nobody who shows it guesses: they take `shown`."""
    created_at = models.DateTimeField(default=clock.now)
    leaves_at = models.DateTimeField(default=clock.now)
    """Until then an agent's reply can be withdrawn and nobody else is shown or sent it."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["ticket", "id"], name="by_ticket")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_doubted(self) -> bool:
        """Whether it may not be the author's: only an email can be."""
        return self.proof in self.DOUBTED

    @property
    def shown(self) -> str:
        """The text as safe HTML, for whoever reads it, wherever: as it was typed, or formatted where it is Markdown."""
        return shown(self.text, self.format)

    @property
    def has_html(self) -> bool:
        """Whether the letter's own HTML is there; of rows read `without_html` nothing more is asked for it."""
        known = self.__dict__.get("is_html")
        return bool(self.html) if known is None else bool(known)

    @property
    def internal(self) -> bool:
        return self.kind == self.Kind.NOTE
