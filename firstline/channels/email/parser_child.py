"""The process that reads strangers' letters, one after another; its frame is `kit.sandbox_worker`."""

from collections.abc import Callable

from firstline.channels.email.letter import Envelope, read
from firstline.channels.email.letter_data import plain
from firstline.channels.email.mime import Limits, Unreadable
from firstline.kit import frames
from firstline.kit.sandbox_worker import serve


def answer(asked: frames.Frame) -> frames.Frame:
    """What the task has found, or why it could not be done."""
    try:
        return TASKS[asked.head["task"]](asked)
    except Unreadable as error:
        return frames.Frame({"unreadable": error.reason})
    except MemoryError:
        # What is left of the memory may be in pieces: a fresh process goes on.
        return frames.Frame({"unreadable": "memory", "spent": True})
    except Exception as error:
        return frames.Frame({"failed": f"{type(error).__name__}: {error}"[:2_000]})


def _read(asked: frames.Frame) -> frames.Frame:
    """The letter as plain data."""
    head = asked.head
    letter = read(
        asked.blobs[0],
        Envelope(head["sender"], tuple(head["recipients"])),
        limits=Limits(**head["limits"]),
        own_hosts=frozenset(head["own_hosts"]),
    )
    found = plain(letter)
    return frames.Frame({"letter": found.said}, found.contents)


def _signatures(asked: frames.Frame) -> frames.Frame:
    """Which signatures a letter's head bears."""
    from firstline.channels.email import verifying  # slow to import, and many letters bear no signature

    try:
        return frames.Frame({"signatures": verifying.signatures(asked.blobs[0])})
    except verifying.MALFORMED as error:
        return frames.Frame({"malformed": verifying.said(error)})


def _verify(asked: frames.Frame) -> frames.Frame:
    """Whether one of them is right, by these records of their keys."""
    from firstline.channels.email import verifying

    raw, *records = asked.blobs
    return frames.Frame(verifying.verified(raw, dict(zip(asked.head["numbers"], records, strict=True))))


TASKS: dict[str, Callable[[frames.Frame], frames.Frame]] = {
    "read": _read,
    "signatures": _signatures,
    "verify": _verify,
}


if __name__ == "__main__":
    serve(answer)
