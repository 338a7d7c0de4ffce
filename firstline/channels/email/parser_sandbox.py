"""Letters are read in a process of their own, so that the worst of them ends that process and nothing else."""

from dataclasses import asdict

from firstline.channels.email.letter import Envelope
from firstline.channels.email.letter_data import Plain
from firstline.channels.email.mime import Limits, Unreadable
from firstline.kit import frames
from firstline.kit.limits import limit
from firstline.kit.sandbox import Apart, Died, TooMuch

__all__ = ["Died", "hang_up", "read_apart"]

CPU_SECONDS = limit(
    3.0,
    "seconds",
    of="computing while an email is read",
    per="email",
    said="Put aside; administrators can try again.",
)
"""An ordinary letter takes a few thousandths of a second; the largest ordinary one less than one."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space, of which the program itself takes some 150 MB."""
WALL_SECONDS = 20.0
"""On a busy machine a letter may wait for its turn, which is not its fault."""
# HTML and words may stand twice in the answer, and escaped.
_ROOM = 128 * 1024 * 1024

readers = Apart("firstline.channels.email.parser_child", memory=MEMORY, wall=WALL_SECONDS)


def read_apart(raw: bytes, envelope: Envelope, *, limits: Limits, own_hosts: frozenset[str] = frozenset()) -> Plain:
    """The letter as plain data. Raises Unreadable for one beyond the limits of size, shape, time or memory, and Died
    when its process was ended by something else."""
    if len(raw) > limits.size:
        raise Unreadable("size")
    head = {
        "task": "read",
        "sender": envelope.sender,
        "recipients": list(envelope.recipients),
        "limits": asdict(limits),
        "own_hosts": sorted(own_hosts),
        "seconds": CPU_SECONDS,
    }
    try:
        answer = readers.asked(frames.Frame(head, [raw]), most=2 * len(raw) + _ROOM)
    except TooMuch as error:
        raise Unreadable(error.what) from None
    if "unreadable" in answer.head:
        raise Unreadable(answer.head["unreadable"])
    if "failed" in answer.head:
        raise ValueError(answer.head["failed"])
    return Plain(answer.head["letter"], answer.blobs)


def hang_up() -> None:
    """End the idle processes; the next letter starts another."""
    readers.hang_up()
