"""Pictures as browsers may show them: drawn anew from their pixels, so that nothing else in the file is passed on.

Each is drawn once, in a process of its own (`kit.image_rendering`), and kept beside the file that came. Nobody waits
for a place to draw: a thread that waits is one that no page has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from firstline.kit import frames
from firstline.kit.limits import limit
from firstline.kit.sandbox import Apart, Died, TooMuch
from firstline.tickets import files

if TYPE_CHECKING:
    from firstline.tickets.models import Attachment

MOST_PIXELS = limit(
    24_000_000, "pixels", of="a picture that is shown", per="picture", said="It is offered as a file instead."
)
"""A picture is unpacked to four bytes a pixel: this is what it may cost, once."""
LONGEST_SIDE = limit(
    4096, "pixels", of="the longer side of a picture as it is shown", per="picture", said="It is shown smaller."
)
SECONDS = limit(
    6.0, "seconds", of="computing while a picture is drawn", per="picture", said="It is offered as a file instead."
)
MEMORY = 768 * 1024 * 1024
WALL_SECONDS = 20.0
AT_ONCE = limit(
    2, "pictures", of="pictures that are drawn at once", per="process", said="503, and the browser may ask again."
)

_drawers = Apart("firstline.kit.image_rendering", memory=MEMORY, wall=WALL_SECONDS, most_idle=1)
_free = BoundedSemaphore(AT_ONCE)
_being_drawn: set[str] = set()
_naming = Lock()

KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


class Busy(Exception):
    """As many pictures as may be are being drawn, or this one is."""


def shown(file: "Attachment") -> tuple[bytes, str] | None:
    """The picture drawn anew, and its media type; None for what cannot be shown. Raises Busy, at once."""
    path = shown_path(file.path)
    if not default_storage.exists(path):
        with _alone(path), default_storage.open(file.path) as opened:
            found = redrawn(opened.read())
            # What cannot be shown is not tried again: nothing is kept in its place.
            _keep(file, found[0] if found else b"")
        return found
    with default_storage.open(path) as opened:
        content = opened.read()
    kind = next((kind for sign, kind in KINDS.items() if content.startswith(sign)), "")
    return (content, kind) if kind else None


def shown_path(path: str) -> str:
    """Where the drawn picture of the bytes at this path is kept."""
    return f"{path}.shown"


def redrawn(content: bytes) -> tuple[bytes, str] | None:
    """The picture drawn anew, and its media type; None for what is no picture, is damaged, has too many pixels or takes
    too much time or memory. Raises Busy, at once."""
    head = {"seconds": SECONDS, "most_pixels": MOST_PIXELS, "longest_side": LONGEST_SIDE}
    if not _free.acquire(blocking=False):
        raise Busy
    try:
        answer = _drawers.asked(frames.Frame(head, [content]), most=8 * MOST_PIXELS)
    except TooMuch:
        return None
    except Died:
        raise Busy from None
    finally:
        _free.release()
    return (answer.blobs[0], answer.head["type"]) if answer.head["type"] else None


@contextmanager
def _alone(path: str) -> Iterator[None]:
    """Nobody else in this process draws it meanwhile. Raises Busy."""
    with _naming:
        if path in _being_drawn:
            raise Busy
        _being_drawn.add(path)
    try:
        yield
    finally:
        _being_drawn.discard(path)


@transaction.atomic
def _keep(file: "Attachment", content: bytes) -> None:
    """Keep what was drawn, unless its file was removed meanwhile (tickets.leftovers): nobody would ever remove it."""
    files.hold(file.sha256)
    if type(file)._default_manager.filter(sha256=file.sha256).exists():
        default_storage.save(shown_path(file.path), ContentFile(content))
