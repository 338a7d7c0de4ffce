"""The ticket: every field of seed 004's field table (004_65b70d2d8101230f.txt), under its standard English name."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from firstline.catalog.models import Status
from firstline.kit import clock
from firstline.tickets import channels
from firstline.tickets.querysets import TicketQuerySet
from firstline.tickets.tracked import TRACKED
from firstline.tickets.write_guard import Logged

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""The due time of a ticket on which no clock runs: it sorts last and needs no NULL in the keyset."""

PERSON = settings.AUTH_USER_MODEL


class Ticket(Logged):
    class Kind(models.TextChoices):
        INQUIRY = "inquiry", _("Inquiry")
        INCIDENT = "incident", _("Incident")
        REQUEST = "service_request", _("Service request")
        QUESTION = "question", _("Question")
        PROBLEM = "problem", _("Problem")
        CHANGE = "change", pgettext_lazy("kind", "Change")

    class Service(models.TextChoices):
        PERSON = "person", _("Served by a person")
        BOT = "bot", _("Served by a bot")

    Phase = Status.Category
    """The category of the status, kept on the ticket so that lists need no join."""

    class Impact(models.IntegerChoices):
        PERSON = 1, _("One person")
        TEAM = 2, _("A team")
        COMPANY = 3, _("Everybody")

    class Urgency(models.IntegerChoices):
        LOW = 1, _("Can work")
        MEDIUM = 2, _("Hindered")
        HIGH = 3, _("Blocked")

    class Priority(models.IntegerChoices):
        CRITICAL = 1, _("Critical")
        HIGH = 2, _("High")
        NORMAL = 3, _("Normal")
        LOW = 4, _("Low")

    OPEN = (Phase.PENDING, Phase.IN_PROGRESS, Phase.WAITING)

    # What it is
    prefix = models.CharField(max_length=8, editable=False)
    number = models.GeneratedField(
        expression=Concat("prefix", models.Value("-"), Cast("id", models.TextField()), output_field=models.TextField()),
        output_field=models.CharField(_("Number"), max_length=30),
        db_persist=True,
        unique=True,
    )
    subject = models.CharField(_("Subject"), max_length=250)
    kind = models.CharField(_("Kind"), max_length=20, choices=Kind, default=Kind.INQUIRY)
    served_by = models.CharField(_("Served by"), max_length=10, choices=Service, default=Service.PERSON)
    channel = models.CharField(_("Channel"), max_length=20, choices=channels.choices)
    scenario = models.CharField(_("User scenario"), max_length=120, blank=True)
    desk = models.ForeignKey("catalog.Desk", models.PROTECT, verbose_name=_("Desk"), related_name="tickets")
    service = models.ForeignKey("catalog.Service", models.PROTECT, null=True, blank=True, verbose_name=_("Service"))
    request_type = models.ForeignKey("catalog.RequestType", models.SET_NULL, null=True, blank=True)
    form_version = models.ForeignKey("catalog.FormVersion", models.PROTECT, null=True, blank=True)
    """What its form asked when it was filed; None of one without a form, or from before forms had versions."""
    answers = models.JSONField(_("Form answers"), default=dict, blank=True)
    tags = ArrayField(models.CharField(max_length=40), verbose_name=_("Tags"), default=list, blank=True)

    # Where it stands
    status = models.ForeignKey("catalog.Status", models.PROTECT, verbose_name=_("Status"))
    phase = models.CharField(max_length=12, choices=Phase, default=Phase.PENDING)
    impact = models.PositiveSmallIntegerField(_("Impact"), choices=Impact, default=Impact.PERSON)
    urgency = models.PositiveSmallIntegerField(_("Urgency"), choices=Urgency, default=Urgency.MEDIUM)
    priority = models.PositiveSmallIntegerField(_("Priority"), choices=Priority, default=Priority.NORMAL)
    line = models.ForeignKey("catalog.Tier", models.PROTECT, null=True, blank=True, verbose_name=_("Line"))
    team = models.ForeignKey("catalog.Team", models.PROTECT, null=True, blank=True, verbose_name=_("Skill group"))
    assignee = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, verbose_name=_("Agent"), related_name="assigned"
    )
    snoozed_until = models.DateTimeField(null=True, blank=True)
    waiting_until = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")

    # Who asked, as it was at intake
    creator = models.ForeignKey(PERSON, models.PROTECT, verbose_name=_("Created by"), related_name="created")
    requester = models.ForeignKey(PERSON, models.PROTECT, verbose_name=_("Requester"), related_name="requested")
    asked_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, verbose_name=_("Asked by"), related_name="+", db_index=False
    )
    requester_name = models.CharField(_("User"), max_length=120)
    requester_email = models.CharField(_("E-mail"), max_length=254, blank=True)
    requester_country = models.CharField(_("Country or region"), max_length=2, blank=True)
    requester_city = models.CharField(_("City"), max_length=80, blank=True)
    requester_department = models.CharField(_("Department"), max_length=120, blank=True)
    vip = models.BooleanField(_("VIP"), default=False)
    verified = models.BooleanField(
        _("Sender verified"), default=True, help_text=_("False when a letter's sender could not be proved.")
    )
    """Whether it is proved that the requester asked it themselves; what a verb is not told to be proved is not."""

    # When
    created_at = models.DateTimeField(_("Created"), default=clock.now)
    updated_at = models.DateTimeField(_("Updated"), default=clock.now)
    accepted_at = models.DateTimeField(_("Accepted"), null=True, blank=True)
    first_response_at = models.DateTimeField(_("First response"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("Resolved"), null=True, blank=True)
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, verbose_name=_("Closed by"), related_name="closed"
    )
    unanswered_since = models.DateTimeField(null=True, blank=True)

    # How it ended
    module = models.ForeignKey(
        "catalog.ClosureCode", models.SET_NULL, null=True, blank=True, verbose_name=_("System module"), related_name="+"
    )
    cause = models.ForeignKey(
        "catalog.ClosureCode", models.SET_NULL, null=True, blank=True, verbose_name=_("Cause"), related_name="+"
    )
    business = models.ForeignKey(
        "catalog.ClosureCode",
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("Business category"),
        related_name="+",
    )
    repeated = models.BooleanField(_("Repeated"), null=True, blank=True)
    description = models.TextField(_("Problem description"), blank=True)
    remarks = models.TextField(_("Remarks"), blank=True)
    satisfaction = models.PositiveSmallIntegerField(_("Satisfaction"), null=True, blank=True)
    first_contact = models.BooleanField(_("Solved at first contact"), default=False)
    misclassified = models.PositiveSmallIntegerField(_("Times wrongly classified"), default=0)
    reopened = models.PositiveSmallIntegerField(_("Times reopened"), default=0)

    # Derived by the clocks from the events; see tickets.clocks
    due_at = models.DateTimeField(default=NEVER)
    due_clock = models.CharField(max_length=16, blank=True)
    waited = models.DurationField(_("Waiting time"), default=timedelta)
    search = SearchVectorField(null=True, editable=False)

    objects = TicketQuerySet.as_manager()  # type: ignore[misc]

    # What events do not tell
    DERIVED = frozenset(
        {"id", "number", "prefix", "created_at", "updated_at", "due_at", "due_clock", "waited", "search"}
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["desk", "due_at", "id"],
                name="open_by_desk",
                condition=Q(phase__in=["pending", "in_progress", "waiting"]),
            ),
            models.Index(
                fields=["team", "due_at", "id"],
                name="open_by_team",
                condition=Q(phase__in=["pending", "in_progress", "waiting"]),
            ),
            models.Index(
                fields=["line", "due_at", "id"],
                name="open_by_line",
                condition=Q(phase__in=["pending", "in_progress", "waiting"]),
            ),
            models.Index(
                fields=["assignee", "due_at", "id"],
                name="open_by_agent",
                condition=Q(phase__in=["pending", "in_progress", "waiting"]),
            ),
            models.Index(fields=["desk", "-id"], name="by_desk"),
            models.Index(fields=["requester", "-id"], name="by_requester"),
            models.Index(
                fields=["requester", "-id"],
                name="unfinished_by_requester",
                condition=Q(phase__in=["pending", "in_progress", "waiting", "resolved"]),
            ),
            # What the rail counts is counted in the index alone.
            models.Index(
                fields=["desk", "team", "snoozed_until", "id"], name="pending_by_desk", condition=Q(phase="pending")
            ),
            models.Index(
                fields=["assignee", "phase", "snoozed_until", "desk", "id"],
                name="in_hands",
                condition=Q(assignee__isnull=False, phase__in=["pending", "in_progress", "waiting"]),
            ),
            models.Index(
                fields=["team", "due_at", "desk", "id"],
                name="in_no_hands",
                condition=Q(assignee__isnull=True, phase__in=["pending", "in_progress", "waiting"]),
            ),
            models.Index(fields=["desk", "-id"], name="solved_by_desk", condition=Q(phase="resolved")),
            models.Index(fields=["phase", "resolved_at"], name="to_be_closed", condition=Q(phase="resolved")),
            models.Index(fields=["snoozed_until"], name="snoozed", condition=Q(snoozed_until__isnull=False)),
            models.Index(fields=["waiting_until"], name="waiting", condition=Q(waiting_until__isnull=False)),
            models.Index(fields=["desk", "created_at"], name="by_desk_created"),
            models.Index(fields=["desk", "closed_at"], name="by_desk_closed", condition=Q(closed_at__isnull=False)),
            models.Index(
                fields=["desk", "resolved_at"], name="by_desk_resolved", condition=Q(resolved_at__isnull=False)
            ),
            GinIndex(fields=["search"], name="ticket_search"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.phase in self.OPEN

    @property
    def is_doubtful(self) -> bool:
        """Whether it came by a channel whose senders may be unproved, and nothing proves this one."""
        return channels.is_inbound(self.channel) and not self.verified

    @property
    def next_due(self) -> datetime | None:
        """When the next running clock is due; None when none runs."""
        return None if self.due_at == NEVER else self.due_at

    @property
    def first_response_time(self) -> timedelta | None:
        """首次响应时长: from asking until an agent engages with the requester (004_65b70d2d8101230f.txt)."""
        return self.first_response_at - self.created_at if self.first_response_at else None

    @property
    def resolution_time(self) -> timedelta | None:
        """解决时长: from the first response until closing (004_65b70d2d8101230f.txt)."""
        return self.closed_at - self.first_response_at if self.closed_at and self.first_response_at else None

    @property
    def handling_time(self) -> timedelta | None:
        """处理时长 = 解决时长 − 工单等待时长 (004_65b70d2d8101230f.txt)."""
        return self.resolution_time - self.waited if self.resolution_time is not None else None

    def tracked(self) -> dict[str, Any]:
        """Every column that events carry, by the name under which they do; what the log can rebuild."""
        return {name: getattr(self, row.attribute) for name, row in TRACKED.items() if row.attribute}
