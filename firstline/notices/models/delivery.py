"""The outbox: one row for each letter (later: chat message) that somebody is to get, and how far it has come."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.kit import clock
from firstline.notices import failure_reasons
from firstline.tickets.models import Event, Message, Ticket

UNSETTLED = ("queued", "sending")
CALLED_OTHERWISE = ~Q(remote_id="") & ~Q(remote_id=F("letter_id"))
"""What the other side calls it in its own way: an email keeps the Message-ID that we gave it."""


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def for_messages(self, ids: Iterable[int]) -> dict[int, list["Delivery"]]:
        """The deliveries of each of these messages, with their persons, in one query; for the ticket page."""
        found: dict[int, list[Delivery]] = defaultdict(list)
        for delivery in self.filter(message__in=list(ids)).select_related("person").order_by("id"):
            if delivery.message_id is not None:
                found[delivery.message_id].append(delivery)
        return dict(found)

    def due(self, at: datetime | None = None) -> "DeliveryQuerySet":
        """What may be sent now: nobody is sent a letter while an earlier one about the same ticket waits."""
        earlier = Delivery.objects.filter(
            ticket=OuterRef("ticket"), person=OuterRef("person"), state__in=UNSETTLED
        ).filter(Q(event__lt=OuterRef("event")) | Q(event=OuterRef("event"), id__lt=OuterRef("id")))
        return self.filter(~Exists(earlier), state="queued", next_try_at__lte=at or clock.now())

    def not_arrived(self) -> "DeliveryQuerySet":
        """What failed for good, and what was held back because earlier letters had: somebody may have it sent again."""
        return self.filter(Q(state__in=Delivery.FAILED_STATES) | Q(state="dropped", reason=failure_reasons.HELD))

    def answered_by(self, channel: str, ids: Iterable[str]) -> "DeliveryQuerySet":
        """Those that somebody names who answers by this channel, by our name for them or by the other side's."""
        ids = list(ids)
        ours, theirs = Q(letter_id__in=ids), CALLED_OTHERWISE & Q(channel=channel, remote_id__in=ids)
        return self.filter(ours | theirs)

    def abandoned(self, at: datetime | None = None) -> "DeliveryQuerySet":
        """Claimed by a worker that was not heard of again."""
        return self.filter(state="sending", lease_until__lte=at or clock.now())


class Delivery(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be delivered")
        GIVEN_UP = "given_up", _("Given up after five days")
        DROPPED = "dropped", _("Not sent")

    FAILED_STATES = (State.FAILED, State.GIVEN_UP)

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(Event, models.PROTECT, related_name="deliveries")
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="deliveries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=20, default="email")
    medium = models.CharField(max_length=20, default="email", db_default="email")
    """In which form it is written, see `render`: several channels may share one."""
    address = models.CharField(max_length=254)
    """To whom: the subject of an identity of theirs (`people.identities`)."""
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    payload = models.JSONField(default=dict)
    """What the letter says beside its message, as it was when somebody was to be told."""
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True, db_default="")
    """Why it failed, waits for another try, or was not sent: a key of `reasons.REASONS`."""
    error = models.TextField(blank=True)
    """What the other side said to it, in its own words."""
    letter_id = models.CharField(max_length=250, unique=True)
    """What we call it, the same at each try, so that what leaves twice is shown once: of an email its Message-ID."""
    remote_id = models.CharField(max_length=250, blank=True, db_default="")
    """What the other side called it when it took it: by this it is answered and edited. Of an email the Message-ID."""
    thread = models.CharField(max_length=250, blank=True, db_default="")
    """The conversation on the other side in which it stands; empty where the channel has none."""
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    again_at = models.DateTimeField(null=True, blank=True)
    """When somebody last had it sent again; its patience begins anew."""

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "channel", "template"], name="told_once"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="to_be_sent", condition=Q(state="queued")),
            models.Index(fields=["lease_until"], name="being_sent", condition=Q(state="sending")),
            models.Index(
                fields=["ticket", "person", "event"], name="unsettled_in_order", condition=Q(state__in=UNSETTLED)
            ),
            models.Index(fields=["address", "template", "created_at"], name="told_lately"),
            models.Index(fields=["channel", "remote_id"], name="called_otherwise", condition=CALLED_OTHERWISE),
            models.Index(fields=["channel", "thread"], name="sent_in_thread", condition=~Q(thread="")),
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.address}: {self.state}"

    @cached_property
    def desk_id(self) -> int:
        """The desk as which it leaves: where the ticket was when that happened of which it tells. That may have been
        moved since, while it could be withdrawn or no mail server took it. One query."""
        moved = Event.objects.filter(ticket=self.ticket_id, name="transferred", pk__gt=self.event_id).order_by("pk")
        came_from: int = next((event.told["from_desk"] for event in moved[:1]), self.ticket.desk_id)
        return came_from

    @property
    def why(self) -> str:
        """The reason in plain words and in the active language; empty when there is nothing to explain."""
        # What was stored before reasons had keys is a sentence in English, and hushed letters still have one.
        said = failure_reasons.words(self.reason) or ("" if self.reason else _said(self.error))
        return said if self.state != self.State.SENT else ""

    @property
    def code(self) -> str:
        """The code of the other side's answer; its words are not repeated."""
        return failure_reasons.code_in(self.error)

    @property
    def advice(self) -> str:
        """What a person can do about it; empty when there is nothing but to wait."""
        return failure_reasons.advice(self.reason) if self.has_failed or self.is_held else ""

    @property
    def has_failed(self) -> bool:
        return self.state in self.FAILED_STATES

    @property
    def is_held(self) -> bool:
        """Not sent, because earlier letters to its address came back."""
        return self.state == self.State.DROPPED and self.reason == failure_reasons.HELD

    @property
    def is_delayed(self) -> bool:
        """Tried at least once without success, and to be tried again."""
        return self.state == self.State.QUEUED and self.attempts > 0


def _said(sentence: str) -> str:
    return gettext(sentence) if sentence else ""


def new_letter_id(ticket: Ticket) -> str:
    """A Message-ID of our own; it names the ticket for people who read headers, and cannot be guessed."""
    return f"<{ticket.number}.{uuid4().hex[:20]}@{settings.CONFIG.mail_domain}>"
