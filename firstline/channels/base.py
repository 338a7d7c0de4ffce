"""What every channel speaks: what comes in, what goes out, and the two ways in which sending fails."""

from dataclasses import dataclass, field

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


class Unreadable(Exception):
    """Nothing can be made of it. It is kept and shown to the administrator. `reason` says why, in a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unverified(Exception):
    """The other side did not say it, or not now: nothing of it is kept. Says why, for the log."""


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
    returned: int = 0
    """The delivery to whose return address it came, which only we can make; 0 for none."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that was said to us, whichever way it came. What only one channel knows is in a class of its own, which
    inherits this one and which only that channel's adapter reads (`email.incoming`)."""

    channel: str
    remote_id: str
    """By which the other side knows it, and answers name it. It proves nothing: a sender may have chosen it."""
    name: str
    address: str
    """Who speaks: the subject of an identity of the channel's kind, of an email its address."""
    certain: bool
    """Whether one sender is plainly said. Who it is proves only `Channel.identify`."""
    subject: str
    text: str
    thread: str = ""
    """The conversation on the other side in which it was said, by the word of the channel; empty where it has none."""
    quoted: str = ""
    html: str = ""
    files: tuple[File, ...] = ()
    answers: tuple[str, ...] = ()
    """Ids of what it may answer, the likeliest first."""
    signed: str = ""
    """The number of a ticket, proved by what only we can make."""
    named: tuple[str, ...] = ()
    """Numbers that it merely mentions."""
    automatic: str = ""
    """Why no machine may answer it; empty when a person wrote it."""
    away: bool = False
    news: News | None = None
    marks: tuple[str, ...] = ()
    """What a reader should know of how it came: signed, encrypted, cut, links, files."""
    addressed: tuple[str, ...] = ()
    """Addresses of ours that it names, for all to see."""
    recipients: tuple[str, ...] = ()
    """Those at which it was delivered, as far as that is said."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What the other side said of something that it took."""

    remote_id: str
    """By which it can be answered, and edited where the channel can."""
    thread: str = ""
    """The conversation in which it stands there."""
    well_again: bool = False
    """Whether the other side had been in trouble and is well again, so that what waited for it may follow."""
