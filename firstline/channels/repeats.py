"""A letter that took two ways to us: known again by its id, its words and its files."""

import hashlib

from django.db import connection
from django.db.models import QuerySet

from firstline.channels.base import Incoming
from firstline.channels.email import reading
from firstline.channels.models import Received
from firstline.kit.composed import composed


def came_before(received: Received, incoming: Incoming) -> Received | None:
    """The same words and files under the same id, already handled. Another letter under a used id is none."""
    if not incoming.letter_id:
        return None
    digest = digest_of(incoming)
    for other in _others(received.kind, incoming.letter_id, received.pk):
        if digest == (other.digest or digest_of(reading.incoming(other))):
            return other
    return None


def digest_of(incoming: Incoming) -> str:
    """SHA-256 of who said what and of the files, as hexadecimal digits."""
    digest = hashlib.sha256("\0".join((incoming.address, incoming.subject, incoming.text)).encode())
    for file in incoming.files:
        digest.update(hashlib.sha256(file.content.replace(b"\r\n", b"\n")).digest())
    return digest.hexdigest()


def one_at_a_time(incoming: Incoming) -> None:
    """Two copies of a letter, or the first two letters of somebody, must not be looked at at the same moment."""
    keys = [(kind, key) for kind, key in ((1, incoming.letter_id), (2, incoming.address)) if key]
    if keys:
        locks = ", ".join(["pg_advisory_xact_lock(%s, hashtext(%s))"] * len(keys))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {locks}", [part for pair in keys for part in pair])


@composed
def _others(kind: str, letter_id: str, pk: int) -> QuerySet[Received]:
    same = Received.objects.filter(kind=kind, letter_id=letter_id, state="done").exclude(pk=pk)
    return same.defer("raw").order_by("id")[:5]
