"""What every channel speaks: what comes in, what goes out, and the two ways in which sending fails."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

TAKE = "firstline.channels.take"
"""The job that lets in what was received."""
OUT = "out"
"""The queue of the jobs that talk to the servers of others: where one of them hangs, nothing else waits for it."""


class NotSent(Exception):
    """`reason` is a key of `notices.failure_reasons`; `detail` is what the other side said, in its own words."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail[:500]

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


class TryLater(NotSent):
    """It could not be sent now; the other side, or the way to it, may be better later."""


class GiveUp(NotSent):
    """It will never be sent like this; trying again is useless."""


@dataclass(frozen=True, slots=True)
class File:
    name: str
    type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """What became of something we sent: it `failed` for good, is only delayed, or its reader calls it unwanted."""

    recipient: str
    status: str
    failed: bool
    original_id: str
    complaint: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that was said to us, whichever way it came."""

    channel: str
    letter_id: str
    name: str
    address: str
    certain: bool
    """Whether one address is plainly written there. Whose letter it is proves only `channels.proof`."""
    subject: str
    text: str
    quoted: str = ""
    whole: str = ""
    """All of its text, of which `text` is what seems to be new; `channels.earlier` knows better."""
    forwards: bool = False
    """Whether it passes another letter on, which then is no old text."""
    html: str = ""
    files: tuple[File, ...] = ()
    answers: tuple[str, ...] = ()
    """Ids of what it may answer, the likeliest first."""
    signed: str = ""
    """The number of a ticket, proved by an address that only we can make."""
    returned: int = 0
    """The delivery to whose return address it came, which only we can make; 0 for none."""
    named: tuple[str, ...] = ()
    """Numbers that it merely mentions."""
    automatic: str = ""
    """Why no machine may answer it; empty when a person wrote it."""
    away: bool = False
    news: News | None = None
    marks: tuple[str, ...] = ()
    """What a reader should know of how it came: signed, encrypted, cut, links, files."""
    invitation: dict[str, Any] | None = None
    forwarded: tuple[str, ...] = ()
    """Name, address and words of the one whose letter it passes on, as its sender's program wrote them."""
    others: tuple[tuple[str, str], ...] = ()
    """Names and addresses of those to whom it was written as well."""
    addressed: tuple[str, ...] = ()
    """The addresses in To and Cc."""
    recipients: tuple[str, ...] = ()
    """Those to which it was delivered, as far as that is said."""
    reply_to: tuple[str, ...] = ()
    """Name and address to which answers are asked for, where that is one other than the sender; it proves nothing."""
    below_damage: bool = False
    """Whether the sender stood below a damaged place of the head, where no server looked at it."""
    results: tuple[str, ...] = ()
    """What mail servers on its way say that they found out about its sender; any of it may be forged."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One letter to one person."""

    letter_id: str
    sender_name: str
    sender: str
    to_name: str
    to: str
    reply_to: str
    subject: str
    text: str
    html: str
    date: datetime
    automatic: bool
    thread: tuple[str, ...] = ()
    """Ids of what was said before, oldest first; it answers the last."""
    desk: int = 0
    """The desk from which it comes, which may have a mail server of its own; 0 for none."""
    return_to: str = ""
    """To whom mail servers send news of it, if not to `reply_to`."""
    unsubscribe: str = ""
    """Where whoever gets it can switch letters of its kind off; empty for those that he must get."""
    files: tuple[File, ...] = ()
