"""Public holidays of a country into a calendar, from the `holidays` package.

Some countries (China, Hungary, Latvia, Vietnam …) say anew each year which working days are moved: the package knows
those make-up workdays for the years whose arrangement is published. For a later year it answers with the bare holidays
and does not say that anything is missing; `published` does, and `outdated` says when more is known of a filled year.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import holidays as package
from babel.core import get_global
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from firstline.sla.models import Calendar, CalendarDay, FilledYear

# A country arranges its days yearly if it moved any in so many years before.
RECENT_YEARS = 3
# How the package says which workday a day off is made up for by; its dates are 02/14/2026.
SUBSTITUTED = re.compile(r"substituted from (\d\d)/(\d\d)/(\d{4})")

MAKE_UP = ("Make-up workday", "调休上班")

# Where the package has no Chinese; these are Germany's.
IN_CHINESE = {
    "New Year's Day": "元旦",
    "Epiphany": "主显节",
    "Women's Day": "国际妇女节",
    "Good Friday": "耶稣受难日",
    "Easter Sunday": "复活节",
    "Easter Monday": "复活节星期一",
    "Labor Day": "劳动节",
    "Ascension Day": "耶稣升天节",
    "Pentecost": "圣灵降临节",
    "Pentecost Monday": "圣灵降临节星期一",
    "Corpus Christi": "基督圣体节",
    "Assumption Day": "圣母升天节",
    "World Children's Day": "世界儿童节",
    "German Unity Day": "德国统一日",
    "Reformation Day": "宗教改革纪念日",
    "All Saints' Day": "诸圣节",
    "Augsburg Peace Festival": "奥格斯堡和平节",
    "Repentance and Prayer Day": "忏悔祈祷日",
    "Christmas Day": "圣诞节",
    "Second Day of Christmas": "圣诞节次日",
}


@dataclass(frozen=True)
class Filled:
    """What filling did: how many days are new, changed, gone again, and left as somebody made them."""

    added: int
    changed: int
    removed: int
    kept: int


def fill(calendar: Calendar, year: int, country: str, *, state: str | None = None) -> Filled:
    """Write the holidays and make-up workdays of a year into the calendar.

    Days edited by hand are left alone. Days filled in earlier follow what is published now. Raises
    ValidationError for a country or state that the package does not know.
    """
    wanted = {day.date: day for day in _days(calendar, year, country, state)}
    with transaction.atomic():
        Calendar.objects.select_for_update().get(pk=calendar.pk)
        there = {day.date: day for day in calendar.days.filter(date__year=year)}
        ours = {at: day for at, day in there.items() if not day.by_hand}
        new = [day for at, day in wanted.items() if at not in there]
        changed = [_follow(day, wanted[at]) for at, day in ours.items() if at in wanted and _differs(day, wanted[at])]
        gone = [day.pk for at, day in ours.items() if at not in wanted]
        CalendarDay.objects.bulk_create(new)
        CalendarDay.objects.bulk_update(changed, FIELDS)
        CalendarDay.objects.filter(pk__in=gone).delete()
        FilledYear.objects.update_or_create(
            calendar=calendar,
            year=year,
            defaults={"country": country.upper(), "state": state or "", "known": _digest(wanted.values())},
        )
        calendar.touch()
    return Filled(len(new), len(changed), len(gone), len(there) - len(ours))


def outdated(calendar: Calendar, year: int) -> bool:
    """Whether more is known of that year now than when it was filled in; what people changed since does not count."""
    before = calendar.filled_years.filter(year=year).first()
    if before is None:
        return False
    try:
        wanted = list(_days(calendar, year, before.country, before.state or None))
    except ValidationError:  # the package no longer knows the country
        return False
    if before.known:
        return before.known != _digest(wanted)
    there = set(CalendarDay.objects.filter(calendar=calendar, date__year=year).values_list("date", flat=True))
    return any(day.kind == CalendarDay.Kind.WORK and day.date not in there for day in wanted)


@lru_cache(maxsize=512)
def published(country: str, year: int) -> bool:
    """Whether nothing is missing of that year as far as can be told. False means: a country that moves working days
    has not said yet which. Of a country that the package does not know nothing is awaited."""
    code = country.upper()
    if code not in package.list_supported_countries(include_aliases=True):
        return True
    years = list(range(year - RECENT_YEARS, year + RECENT_YEARS))
    moved = {day.year for day in package.country_holidays(code, years=years).weekend_workdays} & {*years}
    # A year without any is known all the same when a later one is.
    return not moved or max(moved) >= year


def country_of(calendar: Calendar) -> str:
    """The country in whose time zone the calendar works; empty for UTC and the like."""
    return str(get_global("zone_territories").get(calendar.zone, ""))


def states(country: str) -> tuple[str, ...]:
    """The codes of a country's states that have holidays of their own."""
    return tuple(package.list_supported_countries(include_aliases=False).get(country.upper(), ()))


FIELDS = ["kind", "shifts", "works_like", "note_en", "note_zh"]


def _days(calendar: Calendar, year: int, country: str, state: str | None) -> Iterator[CalendarDay]:
    english, chinese = _book(country, state, year, "en_US"), _book(country, state, year, "zh_CN")
    for at, name in sorted(english.items()):
        if at.year == year:
            names = chinese[at] if "zh_CN" in chinese.supported_languages else name
            named = "、".join(IN_CHINESE.get(name, name) for name in names.split("; "))
            yield _day(calendar, at, CalendarDay.Kind.OFF, name, named)
    replaced = _replaced_weekdays(english)
    for at in sorted(english.weekend_workdays):
        if at.year == year:
            yield _day(calendar, at, CalendarDay.Kind.WORK, *MAKE_UP, works_like=replaced.get(at))


def _replaced_weekdays(book: Any) -> dict[date, int]:
    """Of each make-up workday, the weekday of the day off that it is worked for."""
    found = {}
    for off, name in book.items():
        if match := SUBSTITUTED.search(name):
            month, day, year = map(int, match.groups())
            found[date(year, month, day)] = off.weekday()
    return found


def _day(
    calendar: Calendar, at: date, kind: str, note_en: str, note_zh: str, works_like: int | None = None
) -> CalendarDay:
    return CalendarDay(
        calendar=calendar, date=at, kind=kind, note_en=note_en[:120], note_zh=note_zh[:120], works_like=works_like,
        by_hand=False,
    )  # fmt: skip


def _digest(days: Iterable[CalendarDay]) -> str:
    """What was known of a year, in short; names do not count."""
    known = sorted((day.date.isoformat(), day.kind, day.works_like) for day in days)
    return hashlib.sha256(repr(known).encode()).hexdigest()


def _differs(day: CalendarDay, wanted: CalendarDay) -> bool:
    return any(getattr(day, field) != getattr(wanted, field) for field in FIELDS)


def _follow(day: CalendarDay, wanted: CalendarDay) -> CalendarDay:
    for field in FIELDS:
        setattr(day, field, getattr(wanted, field))
    return day


@lru_cache(maxsize=128)
def _book(country: str, state: str | None, year: int, language: str) -> Any:
    try:
        # The years beside it too: their holidays may be made up for in this one.
        years = [year - 1, year, year + 1]
        return package.country_holidays(country.upper(), subdiv=state, years=years, language=language)
    except NotImplementedError as error:
        raise ValidationError(
            _("There are no holidays for “%(place)s”."), params={"place": f"{country} {state or ''}".strip()}
        ) from error
