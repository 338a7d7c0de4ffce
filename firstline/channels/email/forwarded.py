"""Whose letter was forwarded: its sender and words, from the attached letter or from the head above the inline one.

What a forwarder's mail program writes proves nothing; somebody has to say that it is so. Knows no Django.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firstline.channels.email.addresses import first_address, mailboxes
from firstline.channels.email.bodies import body_of
from firstline.channels.email.mime import Limits, Unreadable, parse
from firstline.kit.limits import limit
from firstline.kit.quotes import head_at, plain, sender_in

if TYPE_CHECKING:
    from firstline.channels.email.letter import Letter

LINES = 400
"""Nobody writes more above what he forwards."""
LONGEST = limit(
    20_000,
    "characters",
    of="the words of a forwarded email that are offered",
    per="email",
    said="The whole email is there.",
)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The sender as he is named there, his address in lower case, and what he wrote."""

    name: str
    address: str
    text: str


def forwarded_in(letter: "Letter") -> Forwarded | None:
    """The letter that this one passes on; None when there is none, or it does not say from whom it came."""
    attached = [file.content for file in letter.attachments if file.type == "message/rfc822"]
    if len(attached) == 1 and (letter.is_forward or not letter.text.strip()):
        return _attached(attached[0])
    return _inline(letter.text, is_forward=letter.is_forward)


def above(text: str) -> str:
    """What whoever forwards it wrote above the email that stands there; all, if none does."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = next((at for at in range(min(len(lines), LINES)) if head_at(lines, at)), len(lines))
    return "\n".join(lines[:start]).strip()


def _attached(raw: bytes) -> Forwarded | None:
    try:
        root = parse(raw, limits=Limits())
        text = body_of(root, limits=Limits()).text
    except Unreadable:
        return None
    found = mailboxes(root.headers.raw("from") or b"")
    if len(found) != 1 or found[0].flaws or not found[0].address:
        return None
    return Forwarded(found[0].name, found[0].address, text[:LONGEST])


def _inline(text: str, *, is_forward: bool) -> Forwarded | None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head = next((found for at in range(min(len(lines), LINES)) if (found := head_at(lines, at))), None)
    # The same head stands above what an answer quotes: only the subject tells a forward from it.
    if head is None or head.ours or not (head.forward or is_forward):
        return None
    said, end = sender_in(lines, head)
    address = first_address(said)
    if not address:
        return None
    words = [line.removeprefix("> ").removeprefix(">") for line in lines[end:]]
    return Forwarded(_name(said, address), address, "\n".join(words).strip()[:LONGEST])


def _name(said: str, address: str) -> str:
    before = said[: said.lower().find(address)]
    for mark in ("<", "[", "(", "（", "mailto:"):
        before = before.partition(mark)[0]
    return plain(before).strip(" \"'*|;；:：,“”")[:120]
