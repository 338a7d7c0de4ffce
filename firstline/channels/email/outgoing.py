"""An email of ours, in our own words, before it is written as MIME."""

from dataclasses import dataclass
from datetime import datetime

from firstline.channels.base import File


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
