"""A desk, its lines of support, its teams, and who sits at it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.kit.bilingual import BilingualName
from firstline.sla.workdays import MOST


class Desk(BilingualName):
    key = models.CharField(
        _("Key"),
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]{1,7}$", _("Two to eight capital letters or digits."))],
        help_text=_("Begins each number of this desk, as in IT-1042."),
    )
    icon = models.CharField(_("Icon"), max_length=40, default="life-buoy")
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    calendar = models.ForeignKey("sla.Calendar", models.PROTECT, verbose_name=_("Working hours"), related_name="desks")
    active = models.BooleanField(_("Open for requests"), default=True)
    close_after_days = models.PositiveSmallIntegerField(
        _("Close solved requests after working days"),
        default=5,
        validators=[MaxValueValidator(MOST, _("At most %(limit_value)s working days."))],
        help_text=_("Whole working days after the day of the solution, when nobody answers."),
    )

    class Meta:
        ordering = ["order", "key"]


class Tier(BilingualName):
    """A line of support: L1, L1.5, L2, L3."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="lines")
    key = models.CharField(_("Key"), max_length=8)
    rank = models.PositiveSmallIntegerField(
        _("Rank"), help_text=_("The first line is 1; requests are escalated upward.")
    )

    class Meta:
        db_table = "catalog_line"
        ordering = ["desk", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "key"], name="one_line_per_key"),
            models.UniqueConstraint(fields=["desk", "rank"], name="one_line_per_rank"),
        ]


class Team(BilingualName):
    """A group with the same skills on one line; a request waits at a team until somebody accepts it."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="teams")
    line = models.ForeignKey(Tier, models.PROTECT, related_name="teams", verbose_name=_("Line"))
    key = models.SlugField(_("Key"), max_length=40)

    class Meta:
        ordering = ["desk", "line__rank", "key"]
        constraints = [models.UniqueConstraint(fields=["desk", "key"], name="one_team_per_key")]


class Membership(models.Model):
    """Somebody's seat at a desk: an agent in a team, or the desk's manager or auditor."""

    class Role(models.TextChoices):
        AGENT = "agent", _("Agent")
        MANAGER = "manager", _("Desk manager")
        AUDITOR = "auditor", _("Auditor")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="memberships")
    role = models.CharField(_("Role"), max_length=10, choices=Role, default=Role.AGENT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "desk", "team", "role"], nulls_distinct=False, name="one_seat_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}@{self.desk_id}:{self.role}"
