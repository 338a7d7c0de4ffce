"""What a letter that came twice can be blamed on."""

from dataclasses import dataclass
from math import inf


@dataclass
class Death:
    """When something died, by the monotonic clock, and until when it was away.

    `who`: as it greets the mail server; empty: the database, without which nobody can note that a letter was sent.
    """

    at: float
    who: str = ""
    until: float = inf
