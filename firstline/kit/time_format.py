"""Moments and spans as people say them, in the active language and zone."""

import datetime as dt
from functools import lru_cache

from babel.dates import format_datetime
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

# Patterns by language: today, this year, any other year, in full.
PATTERNS = {
    "en": ("HH:mm", "d MMM", "d MMM y", "EEEE d MMMM y, HH:mm"),
    "zh": ("HH:mm", "M月d日", "y年M月d日", "y年M月d日 EEEE HH:mm"),
}


def in_zone(moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime | None:
    """The moment as a clock there shows it; None where no calendar of ours has it: at its two ends."""
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        return None


def is_usual(moment: dt.date) -> bool:
    """Whether it lies between 1990 and 2100: everywhere on earth it is then in a calendar, and in the database's."""
    return 1990 <= moment.year <= 2100


def check_usual(moment: dt.date) -> None:
    """For a form's field. Raises ValidationError."""
    if not is_usual(moment):
        raise ValidationError(_("Choose a date between 1990 and 2100."))


def short(moment: dt.datetime, *, now: dt.datetime) -> str:
    """The time if it is today, else the day, with the year only if it is another year."""
    zone = timezone.get_current_timezone()
    here, today = moment.astimezone(zone), now.astimezone(zone)
    clock, day, day_of_year, _full = _patterns()
    if here.date() == today.date():
        return _format(here, clock)
    return _format(here, day if here.year == today.year else day_of_year)


def timed(moment: dt.datetime, *, now: dt.datetime) -> str:
    """The time if it is today, else the day and the time."""
    here = timezone.localtime(moment)
    time = _format(here, _patterns()[0])
    return time if here.date() == timezone.localtime(now).date() else f"{short(moment, now=now)} {time}"


def full(moment: dt.datetime) -> str:
    """Weekday, day and time, as a tooltip says it."""
    return _full(moment, timezone.get_current_timezone(), get_language())


def since(moment: dt.datetime, *, now: dt.datetime) -> str:
    """How long ago it was, in its largest unit: "3 min ago", "2 d ago"."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(count)d min ago", "%(count)d min ago", minutes) % {"count": minutes}
    if minutes < 24 * 60:
        hours = minutes // 60
        return ngettext("%(count)d h ago", "%(count)d h ago", hours) % {"count": hours}
    days = minutes // (24 * 60)
    return ngettext("%(count)d d ago", "%(count)d d ago", days) % {"count": days}


def span(length: dt.timedelta) -> str:
    """A length in at most two units: "12 min", "3 h 40", "1 d 2 h". Negative ones carry a minus."""
    return _span(int(abs(length).total_seconds() // 60), length < dt.timedelta(0), get_language())


@lru_cache(maxsize=16384)
def _span(minutes: int, negative: bool, language: str | None) -> str:
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        text = _("%(days)d d %(hours)d h") if hours else _("%(days)d d")
    elif hours:
        text = _("%(hours)d h %(minutes)02d") if rest else _("%(hours)d h")
    else:
        text = _("%(minutes)d min")
    sign = "−" if negative else ""
    return sign + text % {"days": days, "hours": hours, "minutes": rest}


@lru_cache(maxsize=16384)
def _full(moment: dt.datetime, zone: dt.tzinfo, language: str | None) -> str:
    return _format(timezone.localtime(moment, zone), _patterns()[3])


def _patterns() -> tuple[str, str, str, str]:
    return PATTERNS["zh" if (get_language() or "en").startswith("zh") else "en"]


def _format(moment: dt.datetime, pattern: str) -> str:
    locale = "zh_Hans" if (get_language() or "en").startswith("zh") else "en"
    return _said(moment.replace(second=0, microsecond=0, tzinfo=None), pattern, locale)


@lru_cache(maxsize=16384)
def _said(minute: dt.datetime, pattern: str, locale: str) -> str:
    """A local minute in words; no pattern says seconds or the zone, and lists say the same minutes again and again."""
    return format_datetime(minute, pattern, locale=locale)
