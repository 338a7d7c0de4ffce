"""The process that reads strangers' letters, one after another; its frame is `kit.serving`."""

from firstline.channels.email.letter import Envelope, read
from firstline.channels.email.mime import Limits, Unreadable
from firstline.channels.email.plain import plain
from firstline.kit import frames
from firstline.kit.serving import serve


def answer(asked: frames.Frame) -> frames.Frame:
    """The letter as plain data, or why it could not be read."""
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


if __name__ == "__main__":
    serve(answer)
