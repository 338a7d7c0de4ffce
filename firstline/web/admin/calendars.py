"""Working time: calendars, their special days, and the public holidays of a year."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from firstline.catalog import config_cache
from firstline.catalog.models import Desk, SettingChange
from firstline.kit import clock
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.sla import holidays
from firstline.sla.models import Calendar, CalendarDay, SlaTarget
from firstline.sla.shifts import show_shifts
from firstline.web.admin.forms.calendar import (
    DAYS,
    CalendarForm,
    DayForm,
    HolidaysForm,
    year_of,
)
from firstline.web.admin.guards import administers, managed, settles
from firstline.web.admin.saving import InUse, drop, keep, note, recompute_soon
from firstline.web.admin.shell import settings_page

FOLLOWS = gettext_lazy("The deadlines of open requests follow within a minute.")


@require_GET
@settles
def index(request: PersonRequest) -> HttpResponse:
    """Every calendar, and who works by it."""
    calendars = Calendar.objects.prefetch_related("desks")
    return settings_page(request, "admin/calendars.html", here="settings-calendars", calendars=calendars)


@require_http_methods(["GET", "POST"])
@administers
def new(request: PersonRequest) -> HttpResponse:
    form = CalendarForm(request.POST or None, by=request.person)
    if request.method == "POST" and form.is_valid():
        return _kept(request, keep(form, by=request.person))
    status = 422 if request.method == "POST" else 200
    return settings_page(request, "admin/calendar_new.html", status=status, here="settings-calendars", form=form)


@require_http_methods(["GET", "POST"])
@settles
def edit(request: PersonRequest, id: int) -> HttpResponse:
    """The week; and below it the special days of the year asked for. Read only for whom it is not his alone."""
    calendar = _calendar(id)
    form = CalendarForm(request.POST or None, instance=calendar, by=request.person)
    if request.method == "POST":
        _require_own(calendar, request.person)
        if form.is_valid():
            return _kept(request, keep(form, by=request.person))
    return _page(request, calendar, form=form, status=422 if request.method == "POST" else 200)


@require_POST
@settles
def add_day(request: PersonRequest, id: int) -> HttpResponse:
    """A holiday, a make-up workday or a short day; it replaces what stood at that date."""
    calendar = _calendar(id)
    _require_own(calendar, request.person)
    row = _day_at(calendar, request.POST.get("date", ""))
    form = DayForm(request.POST, instance=row, by=request.person)
    if not form.is_valid():
        return _page(request, calendar, day_form=form, status=422)
    day = keep(form, by=request.person)
    recompute_soon()
    messages.success(request, _("%(day)s is in the calendar.") % {"day": day} + f" {FOLLOWS}")
    return _back(calendar, day.date.year)


@require_POST
@settles
def remove_day(request: PersonRequest, id: int, day: int) -> HttpResponse:
    calendar = _calendar(id)
    _require_own(calendar, request.person)
    row = get_object_or_404(CalendarDay, pk=day, calendar=calendar)
    year = row.date.year
    drop(row, by=request.person)
    recompute_soon()
    messages.success(request, _("That day is as the week says again.") + f" {FOLLOWS}")
    return _back(calendar, year)


@require_POST
@settles
def fill(request: PersonRequest, id: int) -> HttpResponse:
    """The public holidays of a year and country, and what that did to the calendar."""
    calendar = _calendar(id)
    _require_own(calendar, request.person)
    form = HolidaysForm(request.POST)
    if form.is_valid():
        try:
            return _filled(
                request, calendar, **{name: form.cleaned_data[name] for name in ("year", "country", "state")}
            )
        except ValidationError as error:
            form.add_error("country", error)
    return _page(request, calendar, fill_form=form, status=422)


@require_http_methods(["GET", "POST"])
@administers
def remove(request: PersonRequest, id: int) -> HttpResponse:
    calendar, refusal = _calendar(id), ""
    if request.method == "POST":
        try:
            drop(calendar, by=request.person)
        except InUse as error:
            refusal = str(error)
        else:
            messages.success(request, _("Removed “%(name)s”.") % {"name": calendar.name})
            return redirect("settings-calendars")
    status = 422 if request.method == "POST" else 200
    return settings_page(
        request, "admin/remove.html", status=status, here="settings-calendars", name=calendar.name, refusal=refusal
    )


def may_change(calendar: Calendar, person: Person) -> bool:
    """An administrator may; a manager may if nobody but his own desks works by it."""
    if person.admin:
        return True
    mine = managed(person)
    users = set(Desk.objects.filter(calendar=calendar).values_list("pk", flat=True))
    return bool(users) and users <= mine and not SlaTarget.objects.filter(calendar=calendar).exists()


def with_holidays(calendars: Iterable[Calendar], year: int) -> set[int]:
    """Which of the calendars know any special day of that year. One query."""
    days = CalendarDay.objects.filter(calendar__in=[each.pk for each in calendars], date__year=year)
    return set(days.values_list("calendar_id", flat=True))


@transaction.atomic
def _filled(request: PersonRequest, calendar: Calendar, *, year: int, country: str, state: str | None) -> HttpResponse:
    done = holidays.fill(calendar, year, country, state=state)
    told = {"year": year, "country": country, "added": done.added, "changed": done.changed, "removed": done.removed}
    note(calendar, SettingChange.What.CHANGED, {"filled": [None, told]}, by=request.person)
    recompute_soon()
    transaction.on_commit(config_cache.forget)
    said = _("%(added)s days added, %(changed)s changed, %(removed)s removed; %(kept)s made by hand are as they were.")
    counts = {"added": done.added, "changed": done.changed, "removed": done.removed, "kept": done.kept}
    messages.success(request, said % counts + f" {FOLLOWS}")
    return _back(calendar, year)


def _page(
    request: PersonRequest,
    calendar: Calendar,
    *,
    status: int,
    form: CalendarForm | None = None,
    day_form: DayForm | None = None,
    fill_form: HolidaysForm | None = None,
) -> HttpResponse:
    year, country = year_of(request.GET.get("year", "")), holidays.country_of(calendar)
    shown = Calendar.objects.prefetch_related(Prefetch("days", CalendarDay.objects.filter(date__year=year))).get(
        pk=calendar.pk
    )
    may = may_change(shown, request.person)
    form = form or CalendarForm(instance=shown, by=request.person)
    for field in form.fields.values() if not may else ():
        field.disabled = True
    return settings_page(
        request,
        "admin/calendar.html",
        status=status,
        here="settings-calendars",
        calendar=shown,
        form=form,
        may=may,
        year=year,
        days=[(day, show_shifts(day.shifts)) for day in shown.days.all()],
        weekdays=list(DAYS.values()),
        outdated=not shown.always and holidays.outdated(shown, year),
        day_form=day_form or DayForm(instance=CalendarDay(calendar=shown), by=request.person),
        fill_form=fill_form or HolidaysForm(initial=_last_filled(shown, year, country)),
        unpublished=not shown.always and not holidays.published(country, year),
        this_year=clock.now().year,
    )


def _last_filled(calendar: Calendar, year: int, country: str) -> dict[str, object]:
    """With what to fill the year: as it was filled before, or with the country of the calendar's zone."""
    before = calendar.filled_years.filter(year=year).first()
    return {"year": year, "country": before.country if before else country, "state": before.state if before else ""}


def _kept(request: PersonRequest, calendar: Calendar) -> HttpResponse:
    messages.success(request, _("Saved “%(name)s”.") % {"name": calendar.name} + f" {FOLLOWS}")
    return redirect("settings-calendar", calendar.pk)


def _back(calendar: Calendar, year: int) -> HttpResponse:
    return redirect(f"{reverse('settings-calendar', args=[calendar.pk])}?year={year}#days")


def _calendar(id: int) -> Calendar:
    return get_object_or_404(Calendar, pk=id)


def _require_own(calendar: Calendar, person: Person) -> None:
    if not may_change(calendar, person):
        raise Http404


def _day_at(calendar: Calendar, text: str) -> CalendarDay:
    """What the calendar has at that date, or a new day."""
    try:
        at = parse_date(text)
    except ValueError:
        at = None
    there = CalendarDay.objects.filter(calendar=calendar, date=at).first() if at else None
    return there or CalendarDay(calendar=calendar)
