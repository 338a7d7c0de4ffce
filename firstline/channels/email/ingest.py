"""Storing a letter, whichever way it came: its row and the job that takes it in, in one transaction, once."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django import app
from psycopg.types.json import Jsonb

from firstline.channels.base import TAKE
from firstline.channels.email.absences import says_away
from firstline.channels.email.addresses import mailboxes
from firstline.channels.email.ambiguity import head_of, is_ambiguous
from firstline.channels.email.head import without_preface
from firstline.channels.email.headers import Headers, message_ids
from firstline.channels.email.letter import delivered_to, is_null_sender
from firstline.channels.email.letter_data import results_in
from firstline.channels.email.mime import Unreadable, split_headers
from firstline.channels.email.sender_authentication import said_by_ours
from firstline.channels.email.signed import number_in
from firstline.channels.inbound import key_at
from firstline.channels.models import InboundMessage
from firstline.channels.proof import NONE
from firstline.kit import clock, failpoints

# What servers write on top of a letter on its way to us; all else belongs to the letter.
TRACES = frozenset(
    b"""
    received return-path delivered-to x-original-to envelope-to x-envelope-to x-envelope-from x-received
    received-spf authentication-results x-spam-status x-spam-score x-spam-level x-spam-checker-version x-spam-flag
    x-virus-scanned
    """.decode().split()
)
_QUEUED_AS = re.compile(rb"\bid ([0-9A-Za-z]{8,40})\b")

_MOST_NAMES, _MOST_IDS = 100, 10
"""Real emails pass some ten servers and have one id; each name is looked for in each id."""
_LONGEST_FROM = 8 * 1024
_NO_HEADERS = Headers()
_AT_ONCE = 1 << 18
"""Bytes of an email that are hashed in one go: meanwhile no other thread has its turn."""

COLUMNS = """
    inbox_id, kind, account, key, letter_id, sha256, raw, envelope, quiet, state, reason, attempts, introduced,
    received_at
"""
ROW = "(%s, 'email', %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, false, %s)"


def keep(
    raw: bytes,
    *,
    inbox: int | None,
    sender: str | None,
    recipients: list[str],
    quiet: bool = False,
    unreadable: str = "",
    key: str = "",
) -> InboundMessage:
    """Store the letter and have it taken in; returns it, or the one that is there already when it comes again.
    Committed on return, unless the caller holds a transaction open.

    `quiet`: nobody is told of it. `unreadable`: a reason why it is put aside at once. `key`: what makes it the same
    when it comes again, if its bytes cannot say that.
    """
    letter = letter_of(raw, inbox=inbox, sender=sender, recipients=recipients)
    letter.quiet, letter.key = quiet, key or letter.key
    if unreadable:
        letter.state, letter.reason = InboundMessage.State.UNREADABLE, unreadable
    store([letter])
    return letter if letter.pk else InboundMessage.objects.get(kind="email", key=letter.key)


def letter_of(
    raw: bytes, *, inbox: int | None, sender: str | None, recipients: list[str], seen: "Seen | None" = None
) -> InboundMessage:
    """The letter as it will be stored. `seen`: what `look_at` found, where the same bytes go to several inboxes."""
    seen = seen or look_at(raw)
    return InboundMessage(
        inbox_id=inbox,
        kind="email",
        account=str(inbox or ""),
        key=key_at(f"{seen.digest} - {_way(seen, sender, recipients)}", inbox),
        letter_id=seen.letter_id,
        sha256=seen.digest,
        raw=raw,
        envelope=_envelope(sender, recipients),
        quiet=False,
        received_at=clock.now(),
    )


@dataclass(frozen=True)
class Seen:
    """What the bytes of an email say to whoever keeps it."""

    digest: str
    letter_id: str
    headers: Headers | None = field(repr=False)
    """None: they cannot be read."""
    delivered: tuple[str, ...] = ()
    """To whom servers on its way wrote that it came."""
    oddities: tuple[str, ...] = ()
    """What may change what becomes of it, though the digest leaves it out."""


def look_at(raw: bytes) -> Seen:
    """Read it once."""
    digest, letter_id = fingerprint(raw), _letter_id(raw)
    try:
        headers, _body = split_headers(without_preface(raw))
    except Unreadable:
        return Seen(digest, letter_id, None)
    return Seen(digest, letter_id, headers, delivered_to(headers, ()), tuple(_oddities(raw, headers)))


def store(letters: list[InboundMessage]) -> None:
    """Store them, and a job for each, in one transaction. Those that are new have their `pk` afterwards."""
    # Two that store the same letters at the same moment must not wait for each other in a circle.
    letters = sorted(letters, key=lambda letter: letter.key)
    with transaction.atomic():
        pks = _insert(letters)
        for letter in letters:
            # Of two copies in one hand the first is the one that is stored.
            letter.pk = pks.pop(letter.key, None)
        jobs: list[Any] = [
            {"received": letter.pk} for letter in letters if letter.pk and letter.state == InboundMessage.State.NEW
        ]
        if jobs:
            app.configure_task(TAKE).batch_defer(*jobs)
        failpoints.reach("keep.done")
    failpoints.reach("keep.committed")


def fingerprint(raw: bytes) -> str:
    """The same for the same letter, whichever servers it passed and however they ended and folded its lines.

    A letter with neither an id nor a date, as simple machines write them, is another one on another day.
    """
    try:
        headers, body = split_headers(raw)
    except Unreadable:
        headers, body = Headers(), raw
    fields = [field for field in headers.fields if field[0] not in TRACES]
    made_on_the_way = _queued_as(headers)
    own = {value for value in headers.all("message-id")[:_MOST_IDS] if _any_in(made_on_the_way, value)}
    fields = [(name, value) for name, value in fields if name != "message-id" or value not in own]
    digest = hashlib.sha256()
    for name, value in fields:
        digest.update(name.encode() + b":" + value + b"\n")
    digest.update(b"\n")
    _add_lines(digest, body)
    if headers.fields and not {"message-id", "date"} & {name for name, _value in fields}:
        digest.update(clock.now().date().isoformat().encode())
    return digest.hexdigest()


def _way(seen: Seen, sender: str | None, recipients: list[str]) -> str:
    """What is said of the letter's way and not by itself, where that may change what becomes of it: that no person sent
    it, a request's own address that stands in neither To nor Cc, that our server did not prove its sender, and how its
    head is written where that decides what it proves. Empty for most. The same words that somebody sends in
    another way must not take the place of the letter."""
    if seen.headers is None:
        return ""
    delivered = dict.fromkeys((*delivered_to(_NO_HEADERS, recipients), *seen.delivered))
    named = b" ".join((*seen.headers.all("to"), *seen.headers.all("cc"))).lower()
    signed = sorted(each for each in delivered if number_in(each) and each.encode() not in named)
    found = [hashlib.sha256(" ".join(signed).encode()).hexdigest()[:16]] if signed else []
    found += ["null"] if is_null_sender(seen.headers, sender) else []
    return " ".join((*found, *seen.oddities))


def _oddities(raw: bytes, headers: Headers) -> Iterator[str]:
    yield from _refused(headers)
    if says_away(headers):
        yield "away"
    is_signed = headers.raw("dkim-signature") is not None
    # Where nothing could prove it, nothing is lost.
    if (is_signed or settings.CONFIG.mail_authserv) and is_ambiguous(raw):
        yield "ambiguous"
    elif is_signed:
        yield _as_signed(raw)


def _refused(headers: Headers) -> list[str]:
    """What our mail server found, where that does not prove its sender. What no program writes so is not looked into:
    this runs while the other server waits."""
    if not settings.CONFIG.mail_authserv:
        return []
    fields = headers.all("from")
    is_plain = len(fields) == 1 and len(fields[0]) <= _LONGEST_FROM
    written = mailboxes(fields[0]) if is_plain else ()
    said = said_by_ours(results_in(headers), address=written[-1].address if written else "")
    return [said.result if is_plain else NONE] if said and not (said.passed and is_plain) else []


def _as_signed(raw: bytes) -> str:
    """Of what a signature may cover and the digest leaves out: the case of names, and the folds."""
    digest, is_trace = hashlib.sha256(), False
    for row in head_of(raw).replace(b"\r\n", b"\n").split(b"\n"):
        if row[:1] not in (b" ", b"\t"):
            is_trace = row.partition(b":")[0].decode("latin-1").lower() in TRACES
        if not is_trace:
            digest.update(row + b"\n")
    return digest.hexdigest()[:16]


def _queued_as(headers: Headers) -> set[bytes]:
    """Names that servers on its way had for it: of these some make an id for a letter without one, anew each time."""
    found = (match[1] for value in headers.all("received") for match in _QUEUED_AS.finditer(value))
    return set(islice(found, _MOST_NAMES))


def _any_in(names: set[bytes], value: bytes) -> bool:
    return any(name in value for name in names)


def _add_lines(digest: Any, body: bytes) -> None:
    """Add the body with LF as its line end, and without the last ones."""
    at = ends = 0
    while at < len(body):
        end = at + _AT_ONCE
        end += body[end - 1 : end + 1] == b"\r\n"
        lines = body[at:end].replace(b"\r\n", b"\n")
        text = lines.rstrip(b"\n")
        if text:
            digest.update(b"\n" * ends + text)
            ends = 0
        ends += len(lines) - len(text)
        at = end


def _insert(letters: list[InboundMessage]) -> dict[str, int]:
    """The ids of those that were not there, by their keys."""
    values: list[Any] = []
    for letter in letters:
        values += [
            letter.inbox_id,
            letter.account,
            letter.key,
            letter.letter_id,
            letter.sha256,
            letter.raw,
            Jsonb(letter.envelope),
        ]
        values += [letter.quiet, letter.state, letter.reason, letter.received_at]
    rows = ", ".join([ROW] * len(letters))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO channels_received ({COLUMNS}) VALUES {rows}"  # noqa: S608 - constants of ours
            " ON CONFLICT (kind, key) DO NOTHING RETURNING key, id",
            values,
        )
        return dict(cursor.fetchall())


def _letter_id(raw: bytes) -> str:
    try:
        headers, _body = split_headers(raw)
    except Unreadable:
        return ""
    ids = message_ids(headers.raw("message-id") or b"")
    return ids[0] if ids and len(ids[0]) <= 250 else ""


def _envelope(sender: str | None, recipients: list[str]) -> dict[str, Any]:
    """As the other side said it. Who fetches a letter is told of no sender, which is not the empty one of a machine."""
    said: dict[str, Any] = {"recipients": [_plain(address) for address in recipients]}
    return said if sender is None else {"sender": _plain(sender), **said}


def _plain(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:320]
