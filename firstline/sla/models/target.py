"""A goal: how much working time one clock may take, for which tickets, and what happens when it runs out."""

import logging
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.kit.bilingual import BilingualName
from firstline.kit.conditions import Condition, Fields, Group, parse
from firstline.sla.models.calendar import Calendar
from firstline.sla.when import condition_of, when_of

logger = logging.getLogger(__name__)

# What the page of a goal asks about, and how it calls that.
FACTS = {
    "desk": _("Desk"),
    "service": _("Service"),
    "kind": _("Kind"),
    "priority": _("Priority"),
    "line": _("Line"),
    "team": _("Team"),
    "department": _("Department"),
    "vip": _("VIP"),
}

# What can be done when a goal is near or missed; reassign names a team: "reassign:network".
ACTIONS = {
    "tell:assignee": _("Tell the assignee"),
    "tell:team": _("Tell the team"),
    "tell:manager": _("Tell the desk manager"),
    "raise": _("Raise the priority by one"),
    "reassign": _("Give it to another team"),
}
REASSIGN = re.compile(r"reassign:[-\w]+")

YEAR = 366 * 24 * 60
NOTHING = Condition(Group("any", ()))


class SlaTarget(BilingualName):
    """For which tickets it counts says `asks`. `when` is the same for the release before (see sla.when)."""

    class Clock(models.TextChoices):
        ACCEPTANCE = "acceptance", _("Acceptance")
        FIRST_RESPONSE = "first_response", _("First response")
        RESOLUTION = "resolution", _("Resolution")
        LINE = "line", _("Time on one line")

    clock = models.CharField(_("Clock"), max_length=16, choices=Clock)
    minutes = models.PositiveIntegerField(
        _("Minutes"),
        validators=[MinValueValidator(1), MaxValueValidator(YEAR)],
        help_text=_("Working time by the calendar."),
    )
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="goals",
        verbose_name=_("Calendar"),
        help_text=_("Left empty, the desk's own calendar counts."),
    )
    order = models.PositiveSmallIntegerField(_("Order"), default=0, help_text=_("The first goal that fits counts."))
    active = models.BooleanField(_("Active"), default=True)
    condition = models.JSONField(_("Conditions"), null=True, blank=True)
    when = models.JSONField(_("Conditions"), default=dict, blank=True)
    warn_minutes = models.PositiveIntegerField(
        _("Warn minutes before"), default=0, blank=True, help_text=_("Working time; 0 means no warning.")
    )
    on_warn = models.JSONField(_("With the warning"), default=list, blank=True)
    on_breach = models.JSONField(_("When it is missed"), default=list, blank=True)
    updated_at = models.DateTimeField(_("Changed"), auto_now=True, editable=False)
    _read: tuple[Any, Condition] | None = None

    class Meta:
        db_table = "sla_goal"
        ordering = ["clock", "order", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(minutes__gt=0), name="a_goal_takes_time")]

    def clean(self) -> None:
        errors: dict[str, list[str]] = {}
        for field, check in CHECKS.items():
            if complaint := check(self):
                errors[field] = [complaint]
        if errors:
            raise ValidationError(errors)

    @property
    def stored(self) -> dict[str, Any]:
        """The condition as JSON. Where the release before wrote last, what it wrote counts."""
        if self.condition is not None and when_of(self.condition) == self.when:
            return dict(self.condition)
        return condition_of(self.when)

    def ask(self, condition: dict[str, Any]) -> None:
        """Let it count for the tickets that meet this condition, also as the release before knows it."""
        self.condition, self.when = condition, when_of(condition)

    def asks(self, fields: Fields) -> Condition:
        """The condition, read once until it changes. What cannot be read, because what it asks about is gone, fits
        nothing: a goal that counted for all by mistake would call half of the tickets late."""
        written = (self.condition, self.when)
        if self._read is None or self._read[0] != written:
            try:
                read = parse(self.stored, fields)
            except ValidationError as error:
                logger.error("Target %s counts for no ticket: %s", self.pk, " ".join(error.messages))
                read = NOTHING
            self._read = written, read
        return self._read[1]


def _when(goal: SlaTarget) -> Any:
    if not isinstance(goal.when, dict):
        return _("Conditions are lists of allowed values, by fact.")
    if unknown := set(goal.when) - set(FACTS):
        return _("A goal cannot ask about “%(fact)s”.") % {"fact": sorted(unknown)[0]}
    for fact, allowed in goal.when.items():
        if not isinstance(allowed, list) or not all(isinstance(value, str | int) for value in allowed):
            return _("The allowed values of “%(fact)s” are not a list.") % {"fact": FACTS[fact]}
    return None


def _warn_minutes(goal: SlaTarget) -> Any:
    if goal.minutes and goal.warn_minutes and goal.warn_minutes >= goal.minutes:
        return _("The warning must come after the start: give fewer minutes than the goal has.")
    return None


def _on_warn(goal: SlaTarget) -> Any:
    if goal.on_warn and not goal.warn_minutes:
        return _("Say how many minutes before, or there will be no warning.")
    return _actions(goal.on_warn)


def _on_breach(goal: SlaTarget) -> Any:
    return _actions(goal.on_breach)


def _actions(actions: Any) -> Any:
    if not isinstance(actions, list):
        return _("Actions are a list.")
    for action in actions:
        known = isinstance(action, str) and action != "reassign" and (action in ACTIONS or REASSIGN.fullmatch(action))
        if not known:
            return _("“%(action)s” is not something that can be done.") % {"action": action}
    if len(set(actions)) < len(actions):
        return _("Each action once is enough.")
    return None


CHECKS = {"when": _when, "warn_minutes": _warn_minutes, "on_warn": _on_warn, "on_breach": _on_breach}
