"""Receiving letters by SMTP or LMTP. The other server hears "250" only after the raw letter is committed."""

import asyncio
import hashlib
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connections, transaction
from procrastinate.contrib.django import app

from firstline.catalog.models import Inbox
from firstline.channels.base import TAKE
from firstline.channels.email.headers import message_ids
from firstline.channels.email.mime import Unreadable, split_headers
from firstline.channels.email.signed import base_of, number_in
from firstline.channels.models import Received
from firstline.kit import failpoints

MOST_RECIPIENTS = 100
LONGEST_LINE = 1024 * 1024
"""Real letters break the rule of 998 bytes a line; ours is only a bound on memory."""
READY = "Mail is ready"

T = TypeVar("T")
logger = logging.getLogger(__name__)


def run() -> int:
    """Receive, where FIRSTLINE_SMTP_HOST and _PORT say, until told to stop (SIGTERM, SIGINT): 0. 1 if it cannot."""
    return asyncio.run(_run())


async def _run() -> int:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, told.set)
    where = settings.CONFIG.smtp_host, settings.CONFIG.smtp_port
    try:
        server = await listen(*where, lmtp=settings.CONFIG.lmtp)
    except OSError as error:
        logger.error("Letters cannot be received at %s:%s: %s", *where, error)
        return 1
    logger.info("%s at %s:%s", READY, *where)
    await told.wait()
    server.close()
    return 0


async def listen(host: str, port: int, *, lmtp: bool = False) -> asyncio.Server:
    """A server that receives, on the running loop."""
    loop = asyncio.get_running_loop()
    kind: type[SMTP] = Lmtp if lmtp else Smtp

    def talk() -> SMTP:
        return kind(
            Doorstep(lmtp=lmtp),
            data_size_limit=settings.CONFIG.upload_mb * 1024 * 1024,
            enable_SMTPUTF8=True,
            hostname=settings.CONFIG.mail_domain,
            ident="Firstline",
            loop=loop,
        )

    return await loop.create_server(talk, host, port)


class Smtp(SMTP):
    line_length_limit = LONGEST_LINE


class Lmtp(LMTP):
    line_length_limit = LONGEST_LINE


@dataclass
class Doorstep:
    """What is answered at each step of the talk. One for each connection."""

    lmtp: bool
    inboxes: dict[str, int | None] = field(default_factory=dict)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            known, inbox = await _in_thread(lambda: _inbox_of(address))
        except DatabaseError:
            logger.exception("The database is away; a letter is put off.")
            return "451 4.3.0 Try again later"
        if not known:
            return "550 5.1.1 No such mailbox here"
        self.inboxes[address] = inbox
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        inboxes: dict[int | None, list[str]] = {}
        for address in envelope.rcpt_tos:
            inboxes.setdefault(self.inboxes[address], []).append(address)
        sender = (envelope.mail_from or "").strip("<>")
        raw = bytes(envelope.original_content or b"")
        said = {}
        for inbox, recipients in inboxes.items():
            said[inbox] = await self._keep(raw, inbox, sender, recipients)
        if self.lmtp:
            # LMTP answers for each recipient, in the order in which they were named.
            return "\r\n".join(said[self.inboxes[address]] for address in envelope.rcpt_tos)
        # One answer for all: what was kept meanwhile is known again when the letter comes anew.
        return next((answer for answer in said.values() if not answer.startswith("250")), "250 2.0.0 Kept")

    async def handle_exception(self, error: Exception) -> str:
        logger.error("A talk about a letter broke off.", exc_info=error)
        return "451 4.3.0 Try again later"

    async def _keep(self, raw: bytes, inbox: int | None, sender: str, recipients: list[str]) -> str:
        try:
            await _in_thread(lambda: keep(raw, inbox=inbox, sender=sender, recipients=recipients))
            failpoints.reach("keep.committed")
        except DatabaseError as error:
            logger.exception("A letter could not be kept; its sender will try again.")
            full = getattr(error.__cause__, "sqlstate", "") == "53100"
            return "452 4.3.1 No room left" if full else "451 4.3.0 Try again later"
        return "250 2.0.0 Kept"


@transaction.atomic
def keep(raw: bytes, *, inbox: int | None, sender: str, recipients: list[str]) -> Received:
    """Store the letter and have it taken in; the one that is there already when it comes again."""
    digest = hashlib.sha256(raw).hexdigest()
    letter_id = _letter_id(raw)
    key = f"{letter_id} {inbox or ''}" if letter_id else f"sha256:{digest} {inbox or ''}"
    if Received.objects.filter(kind="email", key=key).exclude(sha256=digest).exists():
        # Somebody used the id of another letter, or it was changed on its way: both are kept.
        key = f"{key} {digest}"
    received, is_new = Received.objects.get_or_create(
        kind="email",
        key=key,
        defaults={
            "inbox_id": inbox,
            "letter_id": letter_id,
            "sha256": digest,
            "raw": raw,
            "envelope": {"sender": _plain(sender), "recipients": [_plain(address) for address in recipients]},
        },
    )
    if is_new:
        app.configure_task(TAKE).defer(received=received.pk)
    failpoints.reach("keep.done")
    return received


def _inbox_of(address: str) -> tuple[bool, int | None]:
    """Whether we take letters for this address, and its inbox; a signed address is ours even without one."""
    inbox = Inbox.objects.filter(kind="email", active=True, address__iexact=base_of(address)).first()
    if inbox is not None:
        return True, inbox.pk
    is_ours = address.lower().endswith(f"@{settings.CONFIG.mail_domain.lower()}")
    return is_ours and bool(number_in(address)), None


def _letter_id(raw: bytes) -> str:
    try:
        headers, _body = split_headers(raw)
    except Unreadable:
        return ""
    ids = message_ids(headers.raw("message-id") or b"")
    return ids[0] if ids and len(ids[0]) <= 250 else ""


def _plain(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:320]


async def _in_thread(work: Callable[[], T]) -> T:
    def alone() -> Any:
        try:
            return work()
        finally:
            # The thread may never come back; its connection goes back to the pool.
            connections.close_all()

    return await asyncio.to_thread(alone)
