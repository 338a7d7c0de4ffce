"""Reading a mailbox: each letter is stored first, then marked or moved, and only then the cursor goes on.

Wherever the connection is cut, the next look begins again at the cursor; what was stored already is known by `keep`.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from firstline.catalog.models import Mailbox
from firstline.channels.email import backpressure, imap
from firstline.channels.email.bounded import BoundedClient
from firstline.channels.email.imap_errors import Trouble
from firstline.channels.email.ingest import keep
from firstline.channels.inbound import NOT_GIVEN, TOO_LARGE
from firstline.channels.models import Fetching
from firstline.kit import clock, failpoints
from firstline.kit.limits import limit
from firstline.kit.time_format import in_zone

MOST_AT_ONCE = 50
MOST_BYTES_AT_ONCE = limit(4 * 1024 * 1024, "bytes", of="emails fetched together", per="hand", said="The rest follows.")
ASKED_AT_ONCE = 500
MOST_TRIES = limit(3, "times", of="tries to be handed an email", per="email", said="Put aside with the reason.")
CUT_AT = 64 * 1024
CLOCKS_DIFFER = timedelta(hours=1)
"""By so much the server's clock may be behind ours; better to look at a letter twice than never."""

AFTERWARDS = ("keyword", "move")
"""Troubles that last until it works once."""
BODY, BEGINNING = "BODY.PEEK[]", f"BODY.PEEK[]<0.{CUT_AT}>"
logger = logging.getLogger(__name__)


def look(client: BoundedClient, mailbox: Mailbox) -> int:
    """Take in everything that is new; how many letters that were. Raises Trouble, or the database's error."""
    client.expect(_most_bytes() + MOST_BYTES_AT_ONCE)
    with imap.said("other"):
        fetching = _prepared(mailbox, imap.open_folder(client, mailbox))
        count = _again(client, mailbox, fetching)
        for uids in _chunks(_new_uids(client, mailbox, fetching), ASKED_AT_ONCE):
            for hand in _handfuls(client, mailbox, fetching, uids):
                if not backpressure.keep():
                    return count  # the rest waits in the mailbox until the next look
                count += _take(client, mailbox, fetching, hand)
    fetching.looked_at = clock.now()
    fetching.save(force_update=True)
    return count


def _prepared(mailbox: Mailbox, folder: imap.Folder) -> Fetching:
    """How far it was read; at the first time, and when the server has new numbers for its letters, where to begin."""
    fetching, _new = Fetching.objects.get_or_create(mailbox=mailbox)
    fetching.mailbox = mailbox
    if fetching.trouble not in AFTERWARDS:
        fetching.trouble = fetching.detail = ""
    if fetching.uidvalidity == folder.validity:
        return fetching
    fetching.counted_anew = fetching.connected_at is not None
    fetching.connected_at = fetching.connected_at or clock.now()
    fetching.uidvalidity, fetching.first_uid, fetching.missed = folder.validity, folder.next_uid, {}
    leaves_all = mailbox.old_mail == Mailbox.OldMail.LEAVE and not fetching.counted_anew
    fetching.last_uid = folder.next_uid - 1 if leaves_all else 0
    fetching.save(force_update=True)
    return fetching


def _new_uids(client: IMAPClient, mailbox: Mailbox, fetching: Fetching) -> list[int]:
    """Numbers beyond the cursor, in their order; of old letters only those that are wanted, by their day."""
    since = _wanted_since(mailbox, fetching)
    wanted = ["UID", f"{fetching.last_uid + 1}:*"]
    if since is not None and fetching.last_uid + 1 < fetching.first_uid:
        old = client.search([*wanted, "SINCE", (since - timedelta(days=1)).date()])
        new = client.search(["UID", f"{fetching.first_uid}:*"])
        found = {uid for uid in old if uid < fetching.first_uid} | {uid for uid in new if uid >= fetching.first_uid}
    else:
        found = set(client.search(wanted))
    # "9:*" names the last letter even if that is the eighth.
    return sorted(uid for uid in found if uid > fetching.last_uid)


def _wanted_since(mailbox: Mailbox, fetching: Fetching) -> datetime | None:
    """From when on letters are wanted that lay there before; None: all of them."""
    assert fetching.connected_at is not None
    if mailbox.old_mail == Mailbox.OldMail.ALL:
        return None
    if mailbox.old_mail == Mailbox.OldMail.DAYS:
        return fetching.connected_at - timedelta(days=mailbox.old_days)
    return fetching.connected_at - CLOCKS_DIFFER


def _again(client: IMAPClient, mailbox: Mailbox, fetching: Fetching) -> int:
    """Ask once more for what the server did not hand over."""
    count = 0
    for uid in sorted(map(int, fetching.missed)):
        found = client.fetch([uid], ["RFC822.SIZE", "INTERNALDATE"])
        if uid not in found:
            if client.search(["UID", str(uid)]):
                _miss(mailbox, fetching, uid)
            else:
                # It is gone: somebody deleted or moved it.
                del fetching.missed[str(uid)]
            fetching.save(force_update=True)
            continue
        count += _take(client, mailbox, fetching, [(uid, found[uid])])
    return count


Seen = tuple[int, dict[bytes, Any]]


def _handfuls(client: IMAPClient, mailbox: Mailbox, fetching: Fetching, uids: list[int]) -> Iterator[list[Seen]]:
    """Letters to be fetched in one go: not too many, not too large together. What the server tells nothing of, for it
    was deleted this moment or cannot be read now, is asked for again."""
    found = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
    since = _wanted_since(mailbox, fetching)
    hand: list[Seen] = []
    size = 0
    for uid in uids:
        about = found.get(uid)
        if about is None:
            _miss(mailbox, fetching, uid)
            continue
        if uid < fetching.first_uid and since and (_came(about) or since) < since:
            continue
        weight = min(int(about.get(b"RFC822.SIZE", 0)), _most_bytes())
        if hand and (len(hand) == MOST_AT_ONCE or size + weight > MOST_BYTES_AT_ONCE):
            yield hand
            hand, size = [], 0
        hand.append((uid, about))
        size += weight
    if hand:
        yield hand
    if uids and uids[-1] > fetching.last_uid:
        fetching.last_uid = uids[-1]
        fetching.save(force_update=True)


def _take(client: IMAPClient, mailbox: Mailbox, fetching: Fetching, hand: list[Seen]) -> int:
    """Fetch, store, mark or move, and go on."""
    bodies = _bodies(client, hand)
    failpoints.reach("fetch.fetched")
    stored = []
    for uid, about in hand:
        # A letter that is not handed over, or cannot be stored, must not stop those behind it for ever.
        if uid in bodies and _is_kept(mailbox, fetching, uid, about, bodies[uid]):
            stored.append(uid)
            fetching.missed.pop(str(uid), None)
        else:
            _miss(mailbox, fetching, uid)
    failpoints.reach("fetch.stored")
    if stored:
        fetching.letter_at = clock.now()
        _afterwards(client, mailbox, fetching, stored)
    failpoints.reach("fetch.moved")
    fetching.last_uid = max(fetching.last_uid, *(uid for uid, _about in hand))
    fetching.save(force_update=True)
    failpoints.reach("fetch.done")
    return len(stored)


def _is_kept(mailbox: Mailbox, fetching: Fetching, uid: int, about: dict[bytes, Any], raw: bytes) -> bool:
    try:
        keep(
            raw,
            inbox=mailbox.inbox_id,
            sender=None,
            recipients=[mailbox.inbox.address],
            quiet=_is_old(fetching, uid, _came(about)),
            unreadable=TOO_LARGE if _is_too_large(about) else "",
        )
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Letter %s of %s could not be stored.", uid, mailbox)
        return False
    return True


def _bodies(client: IMAPClient, hand: list[Seen]) -> dict[int, bytes]:
    """The letters by their numbers; without those that the server does not hand over."""
    large = [uid for uid, about in hand if _is_too_large(about)]
    usual = [uid for uid, _about in hand if uid not in large]
    bodies: dict[int, bytes] = {}
    for uids, what in ((usual, BODY), (large, BEGINNING)):
        if not uids:
            continue
        try:
            bodies |= _fetched(client, uids, what)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            for uid in uids:
                try:
                    bodies |= _fetched(client, [uid], what)
                except IMAPClientAbortError:
                    raise
                except IMAPClientError:
                    logger.warning("A mailbox did not hand over letter %s.", uid, exc_info=True)
    return bodies


def _fetched(client: IMAPClient, uids: list[int], what: str) -> dict[int, bytes]:
    found = client.fetch(uids, [what])
    names = (b"BODY[]", b"BODY[]<0>")
    return {
        uid: bytes(found[uid][name])
        for uid in uids
        for name in names
        if uid in found and found[uid].get(name) is not None
    }


def _miss(mailbox: Mailbox, fetching: Fetching, uid: int) -> None:
    tries = fetching.missed.get(str(uid), 0) + 1
    fetching.missed[str(uid)] = tries
    if tries >= MOST_TRIES:
        key = f"imap {mailbox.pk} {fetching.uidvalidity} {uid}"
        keep(
            b"", inbox=mailbox.inbox_id, sender=None, recipients=[mailbox.inbox.address], unreadable=NOT_GIVEN, key=key
        )
        del fetching.missed[str(uid)]


def _afterwards(client: IMAPClient, mailbox: Mailbox, fetching: Fetching, uids: list[int]) -> None:
    try:
        if mailbox.after == Mailbox.After.KEYWORD:
            client.add_flags(uids, [mailbox.into], silent=True)
        elif mailbox.after == Mailbox.After.MOVE:
            _move(client, uids, mailbox.into)
        fetching.trouble = fetching.detail = ""
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        # They are stored; that they stay where they are is worth a word, but no reason to stop.
        trouble = Trouble(mailbox.after, error)
        fetching.trouble, fetching.detail = trouble.key, trouble.detail


def _move(client: IMAPClient, uids: list[int], folder: str) -> None:
    if client.has_capability("MOVE"):
        client.move(uids, folder)
        return
    client.copy(uids, folder)
    client.delete_messages(uids, silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)


def _is_old(fetching: Fetching, uid: int, came: datetime | None) -> bool:
    """Whether it lay there before the mailbox was connected."""
    if uid >= fetching.first_uid:
        return False
    if not fetching.counted_anew or came is None or fetching.connected_at is None:
        return True
    # The server says full seconds.
    return came < fetching.connected_at.replace(microsecond=0)


def _came(about: dict[bytes, Any]) -> datetime | None:
    """When the server says that it came; None where that is no moment."""
    came = about.get(b"INTERNALDATE")
    return in_zone(came, UTC) if came else None


def _is_too_large(about: dict[bytes, Any]) -> bool:
    return int(about.get(b"RFC822.SIZE", 0)) > _most_bytes()


def _most_bytes() -> int:
    return int(settings.CONFIG.upload_mb) * 1024 * 1024


def _chunks(uids: list[int], size: int) -> Iterator[list[int]]:
    return (uids[at : at + size] for at in range(0, len(uids), size))


def note(mailbox: Mailbox, trouble: Trouble) -> None:
    """Keep what is wrong, for the administrator."""
    Fetching.objects.update_or_create(mailbox=mailbox, defaults={"trouble": trouble.key, "detail": trouble.detail})
