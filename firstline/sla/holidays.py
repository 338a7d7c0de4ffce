"""Public holidays of a country into a calendar, from the `holidays` package.

China moves working days about its holidays: the package knows those make-up workdays for the years whose
arrangement the State Council has published. For a later year it answers with the bare holidays and does not
say that anything is missing; `published` does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import holidays as package
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from firstline.sla.models import Calendar, CalendarDay

# Countries whose government says anew each year which days are moved, usually in November.
ARRANGED_YEARLY = frozenset({"CN"})

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
        calendar.touch()
    return Filled(len(new), len(changed), len(gone), len(there) - len(ours))


def published(country: str, year: int) -> bool:
    """Whether the package knows that year's arrangement in full. False means: make-up workdays are missing."""
    known = _book(country, None, year, "en_US")
    days = known.weekend_workdays if country.upper() in ARRANGED_YEARLY else known
    return any(day.year == year for day in days)


def states(country: str) -> tuple[str, ...]:
    """The codes of a country's states that have holidays of their own."""
    return tuple(package.list_supported_countries(include_aliases=False).get(country.upper(), ()))


FIELDS = ["kind", "shifts", "note_en", "note_zh"]


def _days(calendar: Calendar, year: int, country: str, state: str | None) -> Iterator[CalendarDay]:
    english, chinese = _book(country, state, year, "en_US"), _book(country, state, year, "zh_CN")
    for at, name in sorted(english.items()):
        if at.year == year:
            names = chinese[at] if "zh_CN" in chinese.supported_languages else name
            named = "、".join(IN_CHINESE.get(name, name) for name in names.split("; "))
            yield _day(calendar, at, CalendarDay.Kind.OFF, name, named)
    for at in sorted(english.weekend_workdays):
        if at.year == year:
            yield _day(calendar, at, CalendarDay.Kind.WORK, *MAKE_UP)


def _day(calendar: Calendar, at: date, kind: str, note_en: str, note_zh: str) -> CalendarDay:
    return CalendarDay(
        calendar=calendar, date=at, kind=kind, note_en=note_en[:120], note_zh=note_zh[:120], by_hand=False
    )


def _differs(day: CalendarDay, wanted: CalendarDay) -> bool:
    return any(getattr(day, field) != getattr(wanted, field) for field in FIELDS)


def _follow(day: CalendarDay, wanted: CalendarDay) -> CalendarDay:
    for field in FIELDS:
        setattr(day, field, getattr(wanted, field))
    return day


def _book(country: str, state: str | None, year: int, language: str) -> Any:
    try:
        # The next year too: its holidays may be made up for in this one.
        return package.country_holidays(country.upper(), subdiv=state, years=[year, year + 1], language=language)
    except NotImplementedError as error:
        raise ValidationError(
            _("There are no holidays for “%(place)s”."), params={"place": f"{country} {state or ''}".strip()}
        ) from error
