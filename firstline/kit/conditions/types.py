"""What a field can be. A type says what a fact of it is in memory, and which values a test may give for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from firstline.kit import time_format
from firstline.kit.limits import limit

LONGEST_TEXT = limit(
    400,
    "characters",
    of="a text that a condition compares with",
    per="test of a condition",
    said="Give a text of at most 400 characters.",
)
LARGEST = limit(
    10**15,
    of="a number that a condition compares with, above and below zero",
    per="test of a condition",
    said="Give a number of at most fifteen digits.",
)
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, eq=False, repr=False)
class Type:
    key: str
    fact: Callable[[Any], Any]
    """What is known, in this type's own terms; None where nothing is, or something else than was expected."""
    value: Callable[[Any], Any]
    """A value of a test, from JSON. Raises ValueError."""
    wanted: Any
    """What to give, said to whoever gave something else."""
    written: Callable[[Any], Any] = lambda value: value
    """A value as JSON."""
    spoken: Callable[[Any], str] = lambda value: f"“{value}”"
    blank: Any = None
    """The fact that says "nothing", beside None."""
    moment: Callable[[datetime], Any] = lambda at: at
    """A moment in the terms of this type."""

    def __repr__(self) -> str:
        return f"<Type {self.key}>"


def _fact_of_text(fact: Any) -> str | None:
    return fact if isinstance(fact, str) else None


def _fact_of_id(fact: Any) -> int | None:
    return fact if type(fact) is int else None


def _fact_of_number(fact: Any) -> Decimal | None:
    return Decimal(str(fact)) if isinstance(fact, int | float | Decimal) and not isinstance(fact, bool) else None


def _fact_of_time(fact: Any) -> datetime | None:
    if isinstance(fact, str):
        fact = datetime.fromisoformat(fact)  # as the event log keeps it
    return fact if isinstance(fact, datetime) else None


def _fact_of_date(fact: Any) -> str | None:
    return fact if isinstance(fact, str) and _ISO_DATE.fullmatch(fact) else None


def _fact_of_set(fact: Any) -> frozenset[str] | None:
    return frozenset(fact) if isinstance(fact, list | tuple | set | frozenset) else None


def _text(given: Any) -> str:
    if not isinstance(given, str) or not 1 <= len(given) <= LONGEST_TEXT or "\0" in given:
        raise ValueError(given)
    given.encode()  # half of a surrogate pair is a ValueError
    return given


def _id(given: Any) -> int:
    if type(given) is not int or not 0 <= given < 2**63:
        raise ValueError(given)
    return given


def _number(given: Any) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError(given)
    number = Decimal(str(given))
    if not number.is_finite() or abs(number) >= LARGEST:
        raise ValueError(given)
    return number


def _time(given: Any) -> datetime:
    moment = parse_datetime(given) if isinstance(given, str) else None
    if moment is None or not moment.tzinfo or not time_format.is_usual(moment):
        raise ValueError(given)
    return moment.astimezone(UTC)


def _date(given: Any) -> str:
    if (
        not isinstance(given, str)
        or not _ISO_DATE.fullmatch(given)
        or not time_format.is_usual(date.fromisoformat(given))
    ):
        raise ValueError(given)
    return given


def _yes_no(given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueError(given)
    return given


def _number_written(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


_ONE_OF_THESE = _("Choose one of those that are offered.")
_SOME_TEXT = _("Give a text of at most %(most)d characters.")

TEXT = Type("text", _fact_of_text, _text, _SOME_TEXT, blank="")
CHOICE = Type("choice", _fact_of_text, _text, _ONE_OF_THESE, blank="")
REFERENCE = Type("reference", _fact_of_id, _id, _ONE_OF_THESE)
PERSON = Type("person", _fact_of_id, _id, _("Choose a person."))
NUMBER = Type(
    "number",
    _fact_of_number,
    _number,
    _("Give a number of at most fifteen digits."),
    written=_number_written,
    spoken=lambda number: f"{_number_written(number):,}",
)
TIME = Type(
    "time",
    _fact_of_time,
    _time,
    _("Give a day and a time with its zone, between 1990 and 2100."),
    written=lambda moment: moment.isoformat(),
    spoken=time_format.full,
)
DATE = Type(
    "date",
    _fact_of_date,
    _date,
    _("Give a day between 1990 and 2100."),
    spoken=lambda day: date_format(date.fromisoformat(day)),
    moment=lambda at: at.astimezone(timezone.get_default_timezone()).date().isoformat(),
)
YES_NO = Type(
    "yes_no",
    lambda fact: fact if isinstance(fact, bool) else None,
    _yes_no,
    _("Give yes or no."),
    spoken=lambda value: str(pgettext_lazy("value", "yes") if value else pgettext_lazy("value", "no")),
)
SET = Type("set", _fact_of_set, _text, _SOME_TEXT, blank=frozenset())
WORDS = Type("words", lambda fact: fact, _text, _SOME_TEXT)
"""Searched by an index; the fact is a function that says whether the index finds the words."""
