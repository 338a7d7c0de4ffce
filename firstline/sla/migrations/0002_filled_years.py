"""Remember with whose holidays a year was filled, and which weekday a make-up day replaces; mend times stored with a dot.

"09.30" was taken from the form as it was typed and counted as 09:00. It is what its writer meant from now on.
"""

import re

import django.db.models.deletion
from django.db import migrations, models


def mend_times(apps, schema_editor):
    Calendar, CalendarDay = apps.get_model("sla", "Calendar"), apps.get_model("sla", "CalendarDay")
    for calendar in Calendar.objects.all():
        week = {day: _mended(shifts) for day, shifts in calendar.week.items()}
        if week != calendar.week:
            calendar.week = week
            calendar.save(update_fields=["week"])
    for day in CalendarDay.objects.exclude(shifts=[]):
        shifts = _mended(day.shifts)
        if shifts != day.shifts:
            day.shifts = shifts
            day.save(update_fields=["shifts"])


def _mended(shifts):
    return [[re.sub(r"^T?(\d\d)[.,:]?(\d\d)$", r"\1:\2", time) for time in pair] for pair in shifts]


def remember_years(apps, schema_editor):
    """For years filled in before: the country of the calendar's zone, and the state whose days they are most like."""
    import holidays
    from babel.core import get_global

    Calendar, FilledYear = apps.get_model("sla", "Calendar"), apps.get_model("sla", "FilledYear")
    known = holidays.list_supported_countries(include_aliases=False)
    for calendar in Calendar.objects.all():
        country = get_global("zone_territories").get(calendar.zone, "")
        by_year = {}
        for at in calendar.days.filter(by_hand=False).values_list("date", flat=True):
            by_year.setdefault(at.year, set()).add(at)
        if country not in known:
            continue
        for year, days in by_year.items():
            unlike = {}
            for state in ("", *known[country]):
                book = holidays.country_holidays(country, subdiv=state or None, years=year)
                unlike[state] = len(days ^ {at for at in {*book, *book.weekend_workdays} if at.year == year})
            state = min(unlike, key=lambda each: (unlike[each], each))
            FilledYear.objects.get_or_create(calendar=calendar, year=year, defaults={"country": country, "state": state})


# Calendars are few: one batch.
mend_times.in_batches = remember_years.in_batches = True


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]

    operations = [
        migrations.RunPython(mend_times, migrations.RunPython.noop),
        migrations.AddField(
            model_name="calendarday",
            name="works_like",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[
                    (0, "Monday"), (1, "Tuesday"), (2, "Wednesday"), (3, "Thursday"), (4, "Friday"), (5, "Saturday"),
                    (6, "Sunday"),
                ],
                help_text="For a make-up workday: the weekday whose hours are worked instead.",
                null=True,
                verbose_name="Hours of",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="calendarday",
                    name="shifts",
                    field=models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Left empty, a workday has the shifts of the weekday that it replaces, or of an ordinary workday.",
                        verbose_name="Shifts",
                    ),
                ),
            ]
        ),
        migrations.CreateModel(
            name="FilledYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("country", models.CharField(max_length=2)),
                ("state", models.CharField(blank=True, max_length=10)),
                ("known", models.CharField(blank=True, max_length=64)),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="filled_years", to="sla.calendar"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("calendar", "year"), name="a_year_is_filled_once")]
            },
        ),
        migrations.RunPython(remember_years, migrations.RunPython.noop),
    ]
