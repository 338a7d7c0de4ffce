"""An invitation as one readable line, in the active language and a person's zone."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from firstline.kit.time_format import in_zone

KINDS = {
    "invited": gettext_lazy("Invitation: %(what)s"),
    "cancelled": gettext_lazy("Cancelled appointment: %(what)s"),
    "answered": gettext_lazy("Answer to an invitation: %(what)s"),
    "proposed": gettext_lazy("Another time is proposed: %(what)s"),
}
ANSWERS = {
    "accepted": gettext_lazy("%(who)s accepted"),
    "declined": gettext_lazy("%(who)s declined"),
    "tentative": gettext_lazy("%(who)s may come"),
}
_DAY = {"en": "EEE d MMM y", "zh": "y年M月d日 EEE"}


def sentence(invitation: dict[str, Any], *, zone: str) -> str:
    """What, when (with the zone), where, and who answered what, on one line."""
    head = KINDS[invitation["kind"]] % {"what": invitation["what"] or _("(no subject)")}
    when = _when(invitation["start"], invitation["end"], zone=zone)
    answer = ANSWERS.get(invitation.get("answer", ""))
    said = answer % {"who": invitation.get("who") or "?"} if answer else ""
    return " · ".join(part for part in (head, when, invitation["where"], said) if part)


def _when(start: str, end: str, *, zone: str) -> str:
    language = "zh" if (get_language() or "en").startswith("zh") else "en"
    locale = {"en": "en", "zh": "zh_Hans"}[language]
    if not start:
        return ""
    if len(start) == len("2026-11-23"):
        return format_date(date.fromisoformat(start), _DAY[language], locale=locale)
    first, floating = _moment(start, zone)
    if first is None:
        return ""
    said = format_datetime(first, f"{_DAY[language]} HH:mm", locale=locale)
    if len(end) > len("2026-11-23"):
        last, _floating = _moment(end, zone)
        if last is not None and last.date() == first.date():
            said += "–" + f"{last:%H:%M}"
        elif last is not None:
            said += "–" + format_datetime(last, f"{_DAY[language]} HH:mm", locale=locale)
    return said if floating else f"{said} ({zone})"


def _moment(text: str, zone: str) -> tuple[datetime | None, bool]:
    """The moment in the zone, if a calendar has it, and whether it was said without one."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        return at, True
    return in_zone(at, ZoneInfo(zone) if zone else UTC), False
