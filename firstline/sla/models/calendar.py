"""When a desk works: a week of shifts, and the days that differ from it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from firstline.kit import clock
from firstline.kit.bilingual import BilingualName, pick
from firstline.sla.hours import Hours, Shifts
from firstline.sla.shifts import read_shifts, read_week

WEEKDAY_NAMES = (
    *(_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday")),
    *(_("Saturday"), _("Sunday")),
)

# Two changes at one moment of a stopped clock are still two: whoever kept the hours must see both.
A_MOMENT = timedelta(milliseconds=1)


class Calendar(BilingualName):
    """`hours()` is what the arithmetic works with. `week` is {"mon": [["09:00", "12:00"], …], …}."""

    key = models.SlugField(_("Key"), max_length=40, unique=True)
    zone = models.CharField(_("Time zone"), max_length=64, default="Asia/Shanghai")
    always = models.BooleanField(
        _("Round the clock"), default=False, help_text=_("Every hour of every day counts; shifts and holidays do not.")
    )
    week = models.JSONField(_("Shifts of the week"), default=dict, blank=True)
    updated_at = models.DateTimeField(_("Changed"), editable=False)

    class Meta:
        ordering = ["key"]

    def clean(self) -> None:
        if self.zone not in available_timezones():
            raise ValidationError({"zone": _("There is no such time zone. Choose one such as Asia/Shanghai.")})
        try:
            week = read_week(self.week)
        except ValidationError as error:
            raise ValidationError({"week": error}) from error
        if not self.always and not any(week):
            raise ValidationError({"week": _("Give at least one shift, or choose round the clock.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        before = self.updated_at
        self.updated_at = max(clock.now(), before + A_MOMENT) if before else clock.now()
        super().save(*args, **kwargs)

    def touch(self) -> None:
        """Say that its days have changed, so that nobody goes on with the hours from before."""
        later = Greatest(Value(clock.now()), F("updated_at") + A_MOMENT)
        Calendar.objects.filter(pk=self.pk).update(updated_at=later)
        self.refresh_from_db(fields=["updated_at"])
        vars(self).get("_prefetched_objects_cache", {}).pop("days", None)  # from before the change

    def hours(self) -> Hours:
        """The working hours; kept in this process until the calendar or one of its days changes."""
        kept = _kept.get(self.pk)
        if kept is None or kept[0] != self.updated_at:
            kept = _kept[self.pk] = self.updated_at, self._read()
        return kept[1]

    def _read(self) -> Hours:
        week = read_week(self.week)
        ordinary = next(filter(None, week), ())
        days = {} if self.always else {day.date: day.hours(week, ordinary) for day in self.days.all()}
        return Hours(self.zone, self.always, week, days)


# By calendar: the moment of its last change, and its hours.
_kept: dict[int, tuple[datetime, Hours]] = {}


class CalendarDay(models.Model):
    """A day that differs from the week: a holiday, a make-up workday, a short day."""

    class Kind(models.TextChoices):
        OFF = "off", _("Day off")
        WORK = "work", _("Workday")

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days", verbose_name=_("Calendar"))
    date = models.DateField(_("Date"))
    kind = models.CharField(_("Kind"), max_length=8, choices=Kind, default=Kind.OFF)
    shifts = models.JSONField(
        _("Shifts"),
        default=list,
        blank=True,
        help_text=_("Left empty, a workday has the shifts of the weekday that it replaces, or of an ordinary workday."),
    )
    works_like = models.PositiveSmallIntegerField(
        _("Hours of"),
        null=True,
        blank=True,
        choices=list(enumerate(WEEKDAY_NAMES)),
        help_text=_("For a make-up workday: the weekday whose hours are worked instead."),
    )
    """A weekday, 0 is Monday."""
    note_en = models.CharField(_("Note in English"), max_length=120, blank=True)
    note_zh = models.CharField(_("Note in Chinese"), max_length=120, blank=True)
    # Filling in a year's holidays leaves alone what somebody has decided.
    by_hand = models.BooleanField(default=True, editable=False)

    class Meta:
        ordering = ["calendar", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "date"],
                name="one_entry_per_day",
                violation_error_message=_("This day is in the calendar already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Days are saved one by one by people only; filling a year writes them all at once, past this.
        self.by_hand = True
        super().save(*args, **kwargs)
        self.calendar.touch()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        gone = super().delete(*args, **kwargs)
        self.calendar.touch()
        return gone

    def clean(self) -> None:
        try:
            shifts = read_shifts(self.shifts)
        except ValidationError as error:
            raise ValidationError({"shifts": error}) from error
        if self.kind == self.Kind.OFF:
            self.works_like = None
        if shifts and self.kind == self.Kind.OFF:
            raise ValidationError({"shifts": _("A day off has no shifts. Make it a workday, or remove the shifts.")})

    @property
    def note(self) -> str:
        return pick(self.note_en, self.note_zh)

    def hours(self, week: tuple[Shifts, ...], ordinary: Shifts) -> Shifts:
        """The shifts of this day in a calendar of that week."""
        if self.kind == self.Kind.OFF:
            return ()
        like = self.date.weekday() if self.works_like is None else self.works_like
        return read_shifts(self.shifts) or week[like] or ordinary


class FilledYear(models.Model):
    """With whose holidays a year of a calendar was filled, so that it can be compared with what is known later."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="filled_years")
    year = models.PositiveSmallIntegerField()
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=10, blank=True)
    known = models.CharField(max_length=64, blank=True)
    """A digest of the days known then; empty where it was filled before this was remembered."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "year"], name="a_year_is_filled_once")]

    def __str__(self) -> str:
        return f"{self.country} {self.state} {self.year}"
