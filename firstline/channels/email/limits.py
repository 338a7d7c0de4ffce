"""How much a letter may hold, and what is said of one that holds more."""

from dataclasses import dataclass


class Unreadable(Exception):
    """A letter beyond the limits. It is kept as it is and shown to the administrator.

    `reason` is a word: size, header, parts, depth, time or memory; `email.reading` says it in a sentence.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a letter may hold; sizes in bytes."""

    size: int = 25 * 1024 * 1024
    header: int = 256 * 1024
    fields: int = 2_000
    parts: int = 200
    depth: int = 10
    links: int = 5_000
    text: int = 1_000_000
    html: int = 5_000_000
    tags: int = 50_000
    """Of HTML that is turned into text; what lies beyond is read without its layout."""
