"""What came in, as it came. A letter is acknowledged to its sender's server only when its row is here."""

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from firstline.catalog.models import Inbox, Mailbox
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets.models import Message, Ticket

NOTHING = Value({}, models.JSONField())
NOBODY = Value([], models.JSONField())


class InboundMessageManager(models.Manager["InboundMessage"]):
    """Rows without the letters themselves, which may be 25 MB each: `received.raw` is fetched where it is read."""

    def get_queryset(self) -> models.QuerySet["InboundMessage"]:
        return super().get_queryset().defer("raw")


class InboundMessage(models.Model):
    class State(models.TextChoices):
        NEW = "new", _("Not handled yet")
        DONE = "done", _("Handled")
        BOUNCE = "bounce", _("Automatic answer")
        """News of a letter of ours, or an automatic answer that belongs to nothing: it opens no ticket."""
        IGNORED = "ignored", _("Left aside")
        UNREADABLE = "unreadable", _("Unreadable")

    inbox = models.ForeignKey(Inbox, models.SET_NULL, null=True, blank=True, related_name="received")
    kind = models.CharField(max_length=20, default="email")
    """The channel."""
    account = models.CharField(max_length=100, blank=True, db_default="")
    """At which of the channel's accounts it came: a workspace, a number, an inbox."""
    key = models.CharField(max_length=600)
    """What makes a second delivery the same: the account, and by what the other side knows it (`inbound.key_of`). Of an
    email that is its inbox and its bytes: its Message-ID anybody can use again."""
    letter_id = models.CharField(max_length=250, blank=True, db_index=True)
    """By what answers name it; of an email the Message-ID."""
    thread = models.CharField(max_length=250, blank=True, db_default="")
    """The conversation on the other side in which it was said, once that was read."""
    sha256 = models.CharField(max_length=64)
    raw = models.BinaryField()
    envelope = models.JSONField(default=dict, blank=True)
    """Over SMTP: `sender` and `recipients`, as the other side said them."""
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    reason = models.TextField(blank=True)
    """Why it was left aside or could not be read, or what was done with it; a sentence for people."""
    attempts = models.PositiveSmallIntegerField(default=0)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="received")
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="received")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="letters")
    introduced = models.BooleanField(default=False)
    """Whether the person was not known before this letter."""
    quiet = models.BooleanField(default=False, db_default=False)
    """Whether nobody is told of it: it lay in a mailbox before that was connected."""
    proof = models.JSONField(default=dict, blank=True, db_default=NOTHING)
    """Whether its sender is proved, where somebody known was named: `result`, `why`, `detail`; see
    `email.sender_authentication`."""
    marks = models.JSONField(default=list, blank=True, db_default=NOBODY)
    """How it came: signed, encrypted, cut, links, files."""
    suggested = models.JSONField(default=list, blank=True, db_default=NOBODY)
    """Names and addresses to whom it was written as well, of whom no agent has said yet whether they take part."""
    forwarded = models.JSONField(default=list, blank=True, db_default=NOBODY)
    """Name, address and words of the one whose letter an agent passed on, or for whom a form wrote it (then the fourth
    is `reply-to`); offered as the one who asks, and once that was done, without
    the words and with a fifth, `asked`."""
    digest = models.CharField(max_length=64, blank=True, db_default="")
    """Of who said what, and of the files: tells a letter that came twice from another one that bears the same id."""
    taken_as = models.JSONField(default=dict, blank=True, db_default=NOTHING)
    """What a copy that comes later must have in common with it to be the same, see `deduplication`: the `request` to
    which it led (0 for a new one), whether a `machine` wrote it, and whether its sender is `certain`. Empty for older
    ones."""
    received_at = models.DateTimeField(default=clock.now)
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = InboundMessageManager()

    class Meta:
        db_table = "channels_received"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="received_once")]
        indexes = [
            models.Index(fields=["received_at"], name="to_be_handled", condition=Q(state="new")),
            models.Index(fields=["state", "-received_at"], name="received_by_state"),
            models.Index(fields=["kind", "thread"], name="received_in_thread", condition=~Q(thread="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Fetching(models.Model):
    """How far a mailbox has been read, and how that goes. Its settings are in `catalog`."""

    mailbox = models.OneToOneField(Mailbox, models.CASCADE, primary_key=True, related_name="fetching")
    connected_at = models.DateTimeField(null=True, blank=True)
    """When it was read for the first time; what lay there before is old."""
    first_uid = models.BigIntegerField(default=0)
    """From here on letters are new."""
    uidvalidity = models.BigIntegerField(null=True, blank=True)
    last_uid = models.BigIntegerField(default=0)
    """Everything up to here is stored, or in `missed`."""
    counted_anew = models.BooleanField(default=False)
    """Whether the server has given all letters new numbers since."""
    missed = models.JSONField(default=dict, blank=True)
    """Letters that the server did not hand over: number, and how often it was asked."""
    trouble = models.CharField(max_length=20, blank=True)
    """What is wrong, a key of TROUBLES; empty when all is well."""
    detail = models.CharField(max_length=500, blank=True)
    """What the other side said of it."""
    looked_at = models.DateTimeField(null=True, blank=True)
    letter_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.mailbox}: {self.trouble or self.last_uid}"


class DemoLetter(models.Model):
    """A letter that left in a demo: instead of reaching a mailbox it is shown on /demo/mail."""

    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=254)
    sender = models.CharField(max_length=300, blank=True)
    letter_id = models.CharField(max_length=250, unique=True)
    subject = models.CharField(max_length=400)
    raw = models.BinaryField()
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["address", "-id"], name="demo_letters_of")]

    def __str__(self) -> str:
        return f"{self.address}: {self.subject}"
