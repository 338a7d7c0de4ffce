"""Shifts as they are typed (9-12, 13.00–18.00), as they are stored ([["09:00", "12:00"], ["13:00", "18:00"]]), and a
week of them by weekday."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from firstline.sla.hours import Shifts, minutes

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_shifts(value: Any) -> Shifts:
    """The shifts of one day, in order. Raises ValidationError with a sentence for whoever typed them."""
    if not isinstance(value, list | tuple):
        raise ValidationError(_("Shifts are pairs of times, such as 09:00 to 12:00."))
    shifts = tuple(sorted(_read_shift(pair) for pair in value))
    before = 0
    for start, end in shifts:
        if start < before:
            raise ValidationError(
                _("The shift that starts at %(time)s starts before the one before it has ended."),
                params={"time": show_time(start)},
            )
        before = end
    return shifts


def read_week(value: Any) -> tuple[Shifts, ...]:
    """Seven days of shifts, Monday first; a weekday that is left out is free."""
    if not isinstance(value, dict) or not set(value) <= set(WEEKDAYS):
        raise ValidationError(_("A week is a list of shifts for each of mon, tue, wed, thu, fri, sat and sun."))
    return tuple(read_shifts(value.get(weekday, [])) for weekday in WEEKDAYS)


def typed_shifts(text: str) -> list[list[str]]:
    """What somebody typed for a day, as it is stored: 9, 9.00, ９：00 and 9点 are all 09:00; any dash joins two times.

    Nothing is guessed: what is no time stays as it was typed, for `read_shifts` to refuse.
    """
    plain = re.sub(r"\s*(?:[-‐‑‒–—―−~〜至到]|\bto\b)\s*", "-", unicodedata.normalize("NFKC", text))
    words = re.split(r"(?:[,;、/]|\s|\band\b|和)+", plain)
    return [[_typed_time(time) for time in word.split("-")] for word in words if word]


def show_shifts(shifts: Any) -> str:
    """Stored shifts as they may be typed: 09:00-12:00, 13:00-18:00."""
    return ", ".join("-".join(pair) for pair in shifts)


def show_time(minute: int) -> str:
    """570 minutes after midnight are '09:30'."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _as_typed(pair: Any) -> str:
    return "-".join(map(str, pair)) if isinstance(pair, (list, tuple)) else str(pair)


def _read_shift(pair: Any) -> tuple[int, int]:
    try:
        start, end = (minutes(text) for text in pair)
    except (TypeError, ValueError) as error:
        raise ValidationError(
            _("“%(value)s” is not a shift. Write two times from 00:00 to 24:00."), params={"value": _as_typed(pair)}
        ) from error
    if start >= end:
        raise ValidationError(
            _("A shift from %(start)s to %(end)s ends before it starts. Split a night shift at 24:00."),
            params={"start": show_time(start), "end": show_time(end)},
        )
    return start, end


def _typed_time(text: str) -> str:
    match = re.fullmatch(r"(\d{1,2})(?:[:.。点时h](?:(\d{2})分?|(半))?)?", text.strip())
    if match is None:
        return text
    return f"{int(match[1]):02}:{match[2] or ('30' if match[3] else '00')}"
