"""A letter that took two ways to us: known again by its id, its words and its files."""

import hashlib

from django.db import connection
from django.db.models import QuerySet

from firstline.catalog import register
from firstline.channels.base import Incoming
from firstline.channels.email import reading
from firstline.channels.models import Received
from firstline.kit.composed import composed
from firstline.kit.limits import limit

MOST_SAME = limit(
    10,
    "emails",
    of="emails of the same id that are compared",
    per="email",
    said="It is compared with the first of them.",
)


def same_as(received: Received, incoming: Incoming) -> list[Received]:
    """The same words and files under the same id, already handled, at this desk or at others. Another letter under a
    used id is none."""
    if not incoming.letter_id:
        return list(_same_bytes(received.kind, received.sha256, received.pk)) if incoming.addressed[1:] else []
    others = list(_others(received.kind, incoming.letter_id, received.pk))
    digest = digest_of(incoming) if others else ""
    return [other for other in others if digest == (other.digest or digest_of(reading.incoming(other)))]


def came_before(same: list[Received], *, desk: int | None) -> Received | None:
    """The one of these that this desk has; any of them if it is not said which desk."""
    return next((other for other in same if desk is None or desk in _desks_of(other)), None)


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


def _desks_of(received: Received) -> set[int]:
    inbox, ticket = received.inbox, received.ticket
    return {each.desk_id for each in (inbox, ticket) if each is not None}


def _same_bytes(kind: str, sha256: str, pk: int) -> QuerySet[Received]:
    keys = [f"{sha256} {inbox.pk}" for inbox in register.current().inboxes]
    same = Received.objects.filter(kind=kind, key__in=keys, state="done").exclude(pk=pk)
    return same.select_related("inbox", "ticket").defer("ticket__search").order_by("id")


@composed
def _others(kind: str, letter_id: str, pk: int) -> QuerySet[Received]:
    same = Received.objects.filter(kind=kind, letter_id=letter_id, state="done").exclude(pk=pk)
    return same.select_related("inbox", "ticket").defer("ticket__search").order_by("id")[:MOST_SAME]
