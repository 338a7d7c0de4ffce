"""What an email says beyond what anything says that comes in; the adapter alone reads it."""

from dataclasses import dataclass
from typing import Any

from firstline.channels.base import Incoming


@dataclass(frozen=True, slots=True)
class IncomingMail(Incoming):
    whole: str = ""
    """All of its text, of which `text` is what seems to be new; `email.earlier` knows better."""
    own_subject: str = ""
    """The subject where it alone says something; known once the ticket is (`email.subjects`)."""
    forwards: bool = False
    """Whether it passes another email on, which then is no old text."""
    invitation: dict[str, Any] | None = None
    forwarded: tuple[str, ...] = ()
    """Name, address and words of the one whose email it passes on, as its sender's program wrote them."""
    others: tuple[tuple[str, str], ...] = ()
    """Names and addresses of those to whom it was written as well."""
    reply_to: tuple[str, ...] = ()
    """Name and address to which answers are asked for, where that is one other than the sender; it proves nothing."""
    below_damage: bool = False
    """Whether the sender stood below a damaged place of the head, where no server looked at it."""
    results: tuple[str, ...] = ()
    """What mail servers on its way say that they found out about its sender; any of it may be forged."""
