"""What `firstline doctor` looks at: one file a subject, each a list of findings in plain words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `advice` says what to do; without it all is well."""

    text: str
    advice: str = ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.advice)


Check = Callable[[], Iterator[Finding]]
