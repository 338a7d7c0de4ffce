"""Ties: between tickets, and between a ticket and people beside its requester."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.kit import clock
from firstline.kit.mailbox import LONGEST
from firstline.tickets.models.ticket import Ticket
from firstline.tickets.write_guard import Logged

ADDRESS: "models.CharField[str, str]" = models.CharField(max_length=LONGEST)


class Link(Logged):
    class Kind(models.TextChoices):
        RELATED = "related", _("Related to")
        DUPLICATE = "duplicate", _("Duplicate of")
        CHILD = "child", _("Part of")
        CAUSED = "caused", _("Caused by")
        SPLIT = "split", _("Split from")
        FOLLOWS = "follows", _("Follows up")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="links")
    other = models.ForeignKey(Ticket, models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=Kind)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "other", "kind"], name="one_link_of_a_kind"),
            models.CheckConstraint(condition=~models.Q(ticket=models.F("other")), name="no_link_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"


class Participant(Logged):
    class Role(models.TextChoices):
        PARTICIPANT = "participant", _("Participant")
        ASKER = "asker", _("Asker")
        WATCHER = "watcher", _("Watcher")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="participants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="participations")
    role = models.CharField(max_length=12, choices=Role)
    since = models.DateTimeField(default=clock.now)
    sees_from = models.DateTimeField(null=True, blank=True)
    """What was said before is not shown to them; None: they see all. Of an asker that is said to askers; and where they
    have become the requester, it is when they did. `MessageQuerySet.visible_to` cuts it."""
    came_with = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="+")
    """The request with which a merge brought them here that shared nothing: of the other one they read what the desk
    says from then on, and are not told whose it is (`tickets.brought`)."""

    named = ArrayField(ADDRESS, default=list, blank=True, db_default=models.Value([], ArrayField(ADDRESS)))
    """By which addresses somebody of the asking side named them, who are told of them no more than these; empty where
    the desk let them in or they came by themselves."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person", "role"], name="takes_part_once")]
        indexes = [models.Index(fields=["person", "ticket"], name="takes_part_in")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.ticket_id}"
