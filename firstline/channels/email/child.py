"""The process that reads strangers' letters. It knows no Django, no database and no secret, and may be killed.

One letter after another on standard input: a head in JSON and the raw bytes; the answer goes to standard output in the
same shape (see `frames`). It dies of a letter that takes too much time or memory, and its parent starts another.
"""

import os
import resource
import signal
import sys

from firstline.channels.email import frames
from firstline.channels.email.letter import Envelope, read
from firstline.channels.email.mime import Limits, Unreadable
from firstline.channels.email.plain import plain

NO_ROOM = 77
"""How the process ends when it could not even take the letter."""


def main(memory: int) -> None:
    """Read letters until the parent hangs up. `memory`: how many bytes of address space it may take."""
    _bound(memory)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while (asked := frames.read(source)) is not None:
        # Without a handler this signal ends the process, wherever it is, C code included.
        signal.setitimer(signal.ITIMER_PROF, asked.head["seconds"])
        answer = _answer(asked)
        signal.setitimer(signal.ITIMER_PROF, 0)
        frames.write(target, answer)
        if "spent" in answer.head:
            return


def _answer(asked: frames.Frame) -> frames.Frame:
    head = asked.head
    try:
        letter = read(
            asked.blobs[0],
            Envelope(head["sender"], tuple(head["recipients"])),
            limits=Limits(**head["limits"]),
            own_hosts=frozenset(head["own_hosts"]),
        )
        found = plain(letter)
        return frames.Frame({"letter": found.said}, found.contents)
    except Unreadable as error:
        return frames.Frame({"unreadable": error.reason})
    except MemoryError:
        # What is left of the memory may be in pieces: a fresh process goes on.
        return frames.Frame({"unreadable": "memory", "spent": True})
    except Exception as error:
        return frames.Frame({"failed": f"{type(error).__name__}: {error}"[:2_000]})


def _bound(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The parent decides when to end; a key pressed in its terminal is not for this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except MemoryError:
        # Not even the letter's bytes found room.
        os._exit(NO_ROOM)
