"""Keeping what came in, whichever way it came: its row and the job that takes it in, in one transaction, once.

The same has come again when its channel, its account there and its remote id are the same. A channel that is called by
the other side's server is acknowledged only when the row is here.
"""

import hashlib
from collections.abc import Mapping
from urllib.parse import quote

from django.db import transaction
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from firstline.catalog.models import Inbox
from firstline.channels.base import TAKE
from firstline.channels.models import InboundMessage
from firstline.channels.registry import channel_of
from firstline.kit import failpoints

LONGEST_ID = InboundMessage._meta.get_field("letter_id").max_length or 0
LONGEST_KEY = InboundMessage._meta.get_field("key").max_length or 0

TOO_LARGE = gettext_noop("The letter is larger than is accepted here; only its beginning was kept.")
NOT_GIVEN = gettext_noop("The mail server did not hand the letter over, though it was asked three times.")
PARTIAL = frozenset({TOO_LARGE, NOT_GIVEN})
"""Of these we have not the whole, and reading half of one would make half a request."""


def key_at(key: str, inbox: int | None) -> str:
    """The key of the same letter that came the same way to another inbox."""
    digest, _inbox, *way = key.split(" ", 2)
    return " ".join((digest, str(inbox or ""), *(each for each in way if each)))


def key_of(account: str, remote_id: str) -> str:
    """For `InboundMessage.key`: the same for the same id at the same account, and for nothing else."""
    key = f"{quote(account, safe='')} {remote_id}"
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def receive(
    channel: str, raw: bytes, *, account: str, remote_id: str, head: Mapping[str, str] | None = None
) -> InboundMessage:
    """Keep what a channel's other side says and have it taken in; returns it, or what is there already when it comes
    again. Raises Unverified, with nothing kept, where the channel finds that the other side did not say it."""
    channel_of(channel).verify(raw, head or {})
    given = {
        "inbox": Inbox.objects.filter(kind=channel, address=account, active=True).first(),
        "account": account,
        "letter_id": remote_id if len(remote_id) <= LONGEST_ID else "",
        "raw": raw,
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    with transaction.atomic():
        row, is_new = InboundMessage.objects.get_or_create(kind=channel, key=key_of(account, remote_id), defaults=given)
        if is_new:
            app.configure_task(TAKE).defer(received=row.pk)
        failpoints.reach("keep.done")
    failpoints.reach("keep.committed")
    return row
