"""A letter that took two ways to us: known again by its id, its words and its files.

A copy that somebody sends first, with a broken signature, to another request or as a machine's, must not take the place
of the letter itself: only what was taken for no less than the later one swallows it.
"""

import hashlib
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from firstline.catalog import config_cache
from firstline.channels.base import Incoming
from firstline.channels.inbound import key_at
from firstline.channels.models import InboundMessage
from firstline.channels.proof import FAIL, NONE, PASS
from firstline.channels.registry import channel_of
from firstline.kit.compiled_queries import composed
from firstline.kit.limits import limit

MOST_SAME = limit(
    10,
    "emails",
    of="emails of the same id that are compared",
    per="email",
    said="It is compared with the first of them.",
)

_WORTH = {FAIL: 0, NONE: 1, PASS: 2}


def same_as(received: InboundMessage, incoming: Incoming) -> list[InboundMessage]:
    """The same words and files under the same id, already handled, at this desk or at others. Another letter under a
    used id is none."""
    if not incoming.remote_id:
        return list(_same_bytes(received)) if incoming.addressed[1:] else []
    others = list(_others(received.kind, incoming.remote_id, received.pk))
    digest = digest_of(incoming) if others else ""
    return [other for other in others if digest == (other.digest or digest_of(channel_of(other.kind).parse(other)))]


def came_before(same: list[InboundMessage], *, desk: int | None) -> list[InboundMessage]:
    """Those of them that this desk has; all of them if it is not said which desk."""
    return [other for other in same if desk is None or desk in _desks_of(other)]


def taken_as(incoming: Incoming, *, request: int, by_machine: bool) -> dict[str, Any]:
    """For `InboundMessage.taken_as`. `request`: the id of the one to which it leads, 0 for none."""
    return {"request": request, "machine": by_machine, "certain": incoming.certain}


def swallows(earlier: InboundMessage, later: dict[str, Any], *, proof: str, elsewhere: bool = False) -> bool:
    """Whether an earlier copy was taken for no less than this one (`taken_as`) would be: as well proved, as plainly of
    its sender, by no machine if this one is by none, and for the same request. `elsewhere`: it is at another desk,
    where it may have led to another one."""
    before = earlier.taken_as
    if not before:
        return True  # from before this was kept
    return (
        _WORTH[earlier.proof.get("result", NONE)] >= _WORTH[proof]
        and before["certain"] >= later["certain"]
        and before["machine"] <= later["machine"]
        and (elsewhere or before["request"] == later["request"])
    )


def digest_of(incoming: Incoming) -> str:
    """SHA-256 of who said what and of the files, as hexadecimal digits."""
    digest = hashlib.sha256("\0".join((incoming.address, incoming.subject, incoming.text)).encode())
    for file in incoming.files:
        digest.update(hashlib.sha256(file.content.replace(b"\r\n", b"\n")).digest())
    return digest.hexdigest()


def one_at_a_time(incoming: Incoming) -> None:
    """Two copies of a letter, or the first two letters of somebody, must not be looked at at the same moment."""
    keys = [(kind, key) for kind, key in ((1, incoming.remote_id), (2, incoming.address)) if key]
    if keys:
        locks = ", ".join(["pg_advisory_xact_lock(%s, hashtext(%s))"] * len(keys))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {locks}", [part for pair in keys for part in pair])


def _desks_of(received: InboundMessage) -> set[int]:
    inbox, ticket = received.inbox, received.ticket
    return {each.desk_id for each in (inbox, ticket) if each is not None}


def _same_bytes(received: InboundMessage) -> QuerySet[InboundMessage]:
    keys = [key_at(received.key, inbox.pk) for inbox in config_cache.current().inboxes]
    same = InboundMessage.objects.filter(kind=received.kind, key__in=keys, state="done").exclude(pk=received.pk)
    return same.select_related("inbox", "ticket").defer("ticket__search").order_by("id")


@composed
def _others(kind: str, letter_id: str, pk: int) -> QuerySet[InboundMessage]:
    same = InboundMessage.objects.filter(kind=kind, letter_id=letter_id, state="done").exclude(pk=pk)
    return same.select_related("inbox", "ticket").defer("ticket__search").order_by("id")[:MOST_SAME]
