"""A clock of a ticket, as `tickets.clocks` last computed it from the events."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from firstline.tickets.models.ticket import Ticket
from firstline.tickets.write_guard import Logged


class Clock(Logged):
    class Kind(models.TextChoices):
        ACCEPTANCE = "acceptance", _("Acceptance")
        FIRST_RESPONSE = "first_response", _("First response")
        RESOLUTION = "resolution", _("Resolution")
        LINE = "line", _("Time on this line")

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        STOPPED = "stopped", _("Stopped")
        VOID = "void", _("Not counted")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=16, choices=Kind)
    round = models.PositiveSmallIntegerField(default=1)
    goal = models.ForeignKey("sla.SlaTarget", models.SET_NULL, null=True, related_name="+")
    calendar = models.ForeignKey("sla.Calendar", models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    """None while paused: the deadline moves on until the pause ends."""
    warn_at = models.DateTimeField(null=True, blank=True)
    spent = models.DurationField(default=timedelta)
    """Working time used, up to the stop or the start of the open pause; of a running clock, up to its last change."""
    warned_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["ticket", "kind", "round"]
        constraints = [models.UniqueConstraint(fields=["ticket", "kind", "round"], name="one_clock_a_round")]
        indexes = [
            models.Index(fields=["due_at"], name="to_breach", condition=Q(state="running", breached_at__isnull=True)),
            models.Index(fields=["warn_at"], name="to_warn", condition=Q(state="running", warned_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.round}"

    @property
    def late(self) -> bool:
        """Whether it stopped after its deadline; of a clock that still runs, ask `due_at`."""
        return bool(self.stopped_at and self.due_at and self.stopped_at > self.due_at and self.state != self.State.VOID)
