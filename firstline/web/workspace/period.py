"""Spans of time as they stand in an address: a day, an hour, or the last so many days."""

import re
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from firstline.kit import clock, time_format

LAST_DAYS = re.compile(r"P(\d{1,3})D")
FORMS = {10: ("%Y-%m-%d", timedelta(days=1)), 13: ("%Y-%m-%dT%H", timedelta(hours=1))}


def bounds(text: str) -> tuple[datetime, datetime]:
    """Start and end (excluded) of `2026-11-22`, `2026-11-22T09` or `P30D`, in the active zone; else ValueError."""
    last = LAST_DAYS.fullmatch(text)
    if last:
        return clock.now() - timedelta(days=int(last[1])), clock.now() + timedelta(days=1)
    if len(text) not in FORMS:
        raise ValueError(text)
    form, length = FORMS[len(text)]
    start = datetime.strptime(text, form).replace(tzinfo=timezone.get_current_timezone())
    if not time_format.is_usual(start):
        raise ValueError(text)
    # A day is not always 24 hours: its end is the next midnight on the wall.
    return start, (start.replace(tzinfo=None) + length).replace(tzinfo=start.tzinfo)


def day(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d")


def hour(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H")


def said(text: str) -> str:
    """The span in words."""
    last = LAST_DAYS.fullmatch(text)
    if last:
        return _("last %(days)s days") % {"days": last[1]}
    return time_format.full(bounds(text)[0]) if len(text) == 13 else text
