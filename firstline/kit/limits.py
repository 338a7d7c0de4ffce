"""Every limit says here what it is, beside where it is enforced; docs/limits.md is made from that.

    MOST_CHARACTERS = limit(100_000, "characters", of="the words of a message", per="message", said="This text …")

gives back the number, so that the code reads as before. `firstline limits --write` writes the document.
"""

import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

Amount = TypeVar("Amount", int, float, timedelta)


@dataclass(frozen=True)
class Limit:
    """One limit, in the words of docs/limits.md."""

    most: int | float | timedelta
    unit: str
    of: str
    """What there may be no more of."""
    per: str
    """For whom, or for what, it is counted."""
    said: str
    """What whoever meets it is told, or what is done instead of telling."""
    within: timedelta | None
    setting: str
    """The environment variable that changes it, if one does."""
    module: str
    """Where it is declared, as firstline.kit.limits."""

    @property
    def amount(self) -> str:
        """How much, as people write it: "25 MB", "10 within 15 minutes"."""
        if isinstance(self.most, timedelta):
            much = spoken(self.most)
        elif self.unit == "bytes":
            much = _bytes(self.most)
        elif self.unit == "seconds":
            much = spoken(timedelta(seconds=self.most))
        else:
            much = f"{self.most:,} {self.unit}".strip()
        return f"{much} within {spoken(self.within)}" if self.within else much


_declared: list[Limit] = []


def limit(
    most: Amount,
    unit: str = "",
    *,
    of: str,
    per: str,
    said: str,
    within: timedelta | None = None,
    setting: str = "",
) -> Amount:
    """Declare a limit, and have its number. A time needs no unit; `seconds` and `bytes` are written as people do."""
    module = sys._getframe(1).f_globals["__name__"]
    _declared.append(Limit(most, unit, of, per, said, within, setting, module))
    return most


def declared() -> list[Limit]:
    """Those of the modules that are loaded, by module and then as they stand there."""
    return sorted(_declared, key=lambda each: each.module)


def spoken(time: timedelta) -> str:
    """A time as people say it: "15 minutes", "2 days"."""
    seconds = time.total_seconds()
    for name, long in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= long and seconds % long == 0:
            return _counted(seconds / long, name)
    return _counted(seconds, "second")


def _counted(number: float, name: str) -> str:
    return f"{number:g} {name}{'' if number == 1 else 's'}"


def _bytes(number: float) -> str:
    for name, large in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if number >= large and number * 2 % large == 0:
            return f"{number / large:g} {name}"
    return f"{number:,g} bytes"
