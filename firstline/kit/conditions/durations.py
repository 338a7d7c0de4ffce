"""How long, as a condition writes it: one number of one unit, {"days": 3}."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.translation import ngettext

from firstline.kit.limits import limit

LONGEST = limit(
    timedelta(days=3660),
    of="a time such as “the last 3 days”",
    per="test of a condition",
    said="Give a time such as 3 days, of at most ten years.",
)
UNITS: dict[str, tuple[timedelta, Callable[[int], str]]] = {
    "minutes": (timedelta(minutes=1), lambda count: ngettext("%(count)d minute", "%(count)d minutes", count)),
    "hours": (timedelta(hours=1), lambda count: ngettext("%(count)d hour", "%(count)d hours", count)),
    "days": (timedelta(days=1), lambda count: ngettext("%(count)d day", "%(count)d days", count)),
    "weeks": (timedelta(weeks=1), lambda count: ngettext("%(count)d week", "%(count)d weeks", count)),
}


def read(given: Any) -> timedelta:
    """The duration that stands there; ValueError if none does."""
    if not isinstance(given, dict) or len(given) != 1:
        raise ValueError(given)
    unit, count = next(iter(given.items()))
    if unit not in UNITS or type(count) is not int or not 1 <= count <= LONGEST / UNITS[unit][0]:
        raise ValueError(given)
    return UNITS[unit][0] * count


def written(duration: timedelta) -> dict[str, int]:
    """The same in the largest unit of which it is a whole number."""
    unit, count = _in_largest(duration)
    return {unit: count}


def spoken(duration: timedelta) -> str:
    """In the active language: "3 days"."""
    unit, count = _in_largest(duration)
    return UNITS[unit][1](count) % {"count": count}


def _in_largest(duration: timedelta) -> tuple[str, int]:
    return next(
        (unit, duration // one) for unit, (one, _said) in reversed(UNITS.items()) if duration % one == timedelta()
    )
