"""Receiving letters by SMTP or LMTP. The other server hears "250" only after the raw letter is committed."""

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from typing import Any, AnyStr

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import ALLOWED_BEFORE_STARTTLS, SMTP, Envelope, Session
from django.conf import settings
from django.db import Error as DatabaseError

from firstline.channels.email.crowd import Crowd
from firstline.channels.email.doors import Inboxes
from firstline.channels.email.keeping import letter_of
from firstline.channels.email.pace import Pace
from firstline.channels.email.postbox import Postbox, with_connection
from firstline.kit.limits import limit

MOST_RECIPIENTS = limit(
    100, "recipients", of="recipients of an email", per="email", said="452 4.5.3 Too many recipients"
)
MOST_LETTERS = limit(
    10_000, "emails", of="emails on a connection", per="connection", said="421 4.7.0 Enough letters on this connection"
)
"""On one connection; then the other server begins a new one."""
LONGEST_COMMAND = limit(16 * 1024, "bytes", of="an SMTP command", per="line", said="500 Command line too long")
"""In bytes. A line of a letter may be as long as the whole letter: real ones break the rule of 998 bytes a line."""
COMMAND_SECONDS = 300
DATA_SECONDS = 600
LATER = "451 4.3.0 Try again later"
FULL = "452 4.3.1 No room left"
KEPT = "250 2.0.0 Kept"
# PostgreSQL's words for a full disk, and for memory and connections that are used up.
NO_ROOM = {"53000", "53100", "53200", "53300", "53400"}

logger = logging.getLogger(__name__)

# aiosmtpd knows the greeting of SMTP only.
ALLOWED_BEFORE_STARTTLS.add("LHLO")


async def listen(host: str, port: int, *, lmtp: bool = False, tls: ssl.SSLContext | None = None) -> asyncio.Server:
    """A server that receives, on the running loop. `tls` is what STARTTLS uses; without it none is offered."""
    config = settings.CONFIG
    crowd = Crowd(
        most=config.smtp_connections,
        most_of_one=config.smtp_connections_each,
        memory=config.smtp_memory_mb * 1024 * 1024,
    )
    inboxes, postbox, pace = Inboxes(), Postbox(), Pace()
    kind: type[Talk] = LmtpTalk if lmtp else SmtpTalk

    def talk() -> Talk:
        return kind(
            Doorstep(lmtp, inboxes, postbox),
            crowd=crowd,
            pace=pace,
            data_size_limit=settings.CONFIG.upload_mb * 1024 * 1024,
            enable_SMTPUTF8=True,
            hostname=config.mail_domain,
            ident="Firstline",
            tls_context=tls,
            require_starttls=tls is not None and config.smtp_tls_required,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            timeout=COMMAND_SECONDS,
            loop=asyncio.get_running_loop(),
        )

    return await asyncio.get_running_loop().create_server(talk, host, port)


class Talk(SMTP):
    """One connection: the steps are aiosmtpd's, the limits ours."""

    line_length_limit = LONGEST_COMMAND

    def __init__(self, *args: Any, crowd: Crowd, pace: Pace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.crowd, self.pace = crowd, pace
        self._counted = ""
        self._letters = 0

    def connection_made(self, transport: Any) -> None:
        if self._counted:  # the same one, now encrypted
            super().connection_made(transport)
            return
        address = str((transport.get_extra_info("peername") or ("?",))[0])
        if not self.crowd.enter(address):
            transport.write(b"421 4.7.0 Too many connections, come again later\r\n")
            transport.close()
            self._refused = True
            return
        self._counted = address
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._counted:
            self.crowd.leave(self._counted)
            self._counted = ""
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self._counted else False

    async def smtp_DATA(self, arg: str) -> None:
        """As it is, but one letter after another where memory is short, and within a time."""
        self._letters += 1
        if self._letters > MOST_LETTERS:
            await self.push("421 4.7.0 Enough letters on this connection")
            self.transport.close()  # type: ignore[union-attr]
            return
        most = self.data_size_limit or 0
        said = _said_size(self.envelope.mail_options if self.envelope else [], most)
        try:
            self._reset_timeout(DATA_SECONDS)
            await self.pace.keep()
            async with self.crowd.room_for(said):
                self._reset_timeout(DATA_SECONDS)
                # Who says less than he sends is stopped where he said that it ends, give or take.
                self.data_size_limit = min(most, said + said // 4 + 64 * 1024)
                self._let_lines_be(self.data_size_limit)
                await super().smtp_DATA(arg)
        finally:
            self.data_size_limit = most
            self._let_lines_be(LONGEST_COMMAND)
            if self.transport is not None:
                self._reset_timeout()

    async def push(self, status: AnyStr) -> None:
        if isinstance(status, str) and status.startswith("500 Line too long"):
            # A line that is too long is a letter that is too large, and only that tells its sender what to do.
            await super().push("552 5.3.4 The letter is too large")
        else:
            await super().push(status)

    def _let_lines_be(self, longest: int) -> None:
        # The reader's own limit has no other way in.
        self.line_length_limit = longest
        self._reader._limit = longest  # type: ignore[attr-defined]


class SmtpTalk(Talk):
    pass


class LmtpTalk(Talk, LMTP):
    pass


@dataclass
class Doorstep:
    """What is answered at each step of the talk. One for each connection."""

    lmtp: bool
    inboxes: Inboxes
    postbox: Postbox
    chosen: dict[str, int | None] = field(default_factory=dict)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        # Nobody signs in here.
        return [answer for answer in answers if not answer[4:].startswith("AUTH")]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            if not self.inboxes.are_fresh_for(address):
                await asyncio.to_thread(with_connection, self.inboxes.read)
            known, inbox = self.inboxes.of(address)
        except DatabaseError:
            logger.exception("The database is away; a letter is put off.")
            return LATER
        if not known:
            return "550 5.1.1 No such mailbox here"
        self.chosen[address] = inbox
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        inboxes: dict[int | None, list[str]] = {}
        for address in envelope.rcpt_tos:
            inboxes.setdefault(self.chosen[address], []).append(address)
        sender = (envelope.mail_from or "").strip("<>")
        raw = bytes(envelope.original_content or b"")
        answers = await asyncio.gather(*(self._keep(raw, inbox, sender, to) for inbox, to in inboxes.items()))
        said = dict(zip(inboxes, answers, strict=True))
        if self.lmtp:
            # LMTP answers for each recipient, in the order in which they were named.
            return "\r\n".join(said[self.chosen[address]] for address in envelope.rcpt_tos)
        # One answer for all: what was kept meanwhile is known again when the letter comes anew.
        return next((answer for answer in said.values() if not answer.startswith("250")), KEPT)

    async def handle_exception(self, error: Exception) -> str:
        logger.error("A talk about a letter broke off.", exc_info=error)
        return LATER

    async def _keep(self, raw: bytes, inbox: int | None, sender: str, recipients: list[str]) -> str:
        try:
            await self.postbox.put(letter_of(raw, inbox=inbox, sender=sender, recipients=recipients))
        except DatabaseError as error:
            logger.exception("A letter could not be kept; its sender will try again.")
            return FULL if getattr(error.__cause__, "sqlstate", "") in NO_ROOM else LATER
        return KEPT


def _said_size(options: list[str], most: int) -> int:
    """How large the letter will be, as MAIL FROM said; the largest that is allowed if it did not say."""
    for option in options:
        name, _equals, value = option.partition("=")
        if name.upper() == "SIZE" and value.isdigit():
            return min(int(value), most)
    return most
