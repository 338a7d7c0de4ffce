"""Receiving letters by SMTP or LMTP. The other server hears "250" only after the raw letter is committed."""

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import ALLOWED_BEFORE_STARTTLS, SMTP, Envelope, Session
from django.conf import settings
from django.db import Error as DatabaseError

from firstline.channels.email.backpressure import Pace
from firstline.channels.email.batch_writer import Postbox, with_connection
from firstline.channels.email.coming import Coming
from firstline.channels.email.connection_limits import MOST_ON_DISK, Crowd
from firstline.channels.email.ingest import Seen, letter_of, look_at
from firstline.channels.email.recipients import Inboxes
from firstline.kit.addresses import network_of
from firstline.kit.limits import limit
from firstline.kit.numbers import whole

MOST_RECIPIENTS = limit(
    100, "recipients", of="recipients of an email", per="email", said="452 4.5.3 Too many recipients"
)
MOST_LETTERS = limit(
    10_000, "emails", of="emails on a connection", per="connection", said="421 4.7.0 Enough letters on this connection"
)
"""On one connection; then the other server begins a new one."""
LONGEST_COMMAND = limit(16 * 1024, "bytes", of="an SMTP command", per="line", said="500 Command line too long")
"""A line of a letter may be as long as the whole letter: real ones break the rule of 998 bytes a line."""
COMMAND_SECONDS = limit(300, "seconds", of="the time for the next command", per="connection", said="It is closed.")
DATA_SECONDS = limit(600, "seconds", of="the time for an email", per="email", said="The connection is closed.")
FIRST_SECONDS = limit(
    30.0, "seconds", of="the time for the first bytes of an email", per="email", said="421 4.4.2 It comes too slowly"
)
LEAST_RATE = limit(
    1024, "bytes a second", of="(at least) the pace after that", per="email", said="421 4.4.2 It comes too slowly"
)
MOST_OF_A_COMMAND = limit(
    200, "times", of="a command other than those of an email", per="connection", said="421 4.7.0, and it is closed."
)
COMMANDS_OF_A_LETTER = ("MAIL", "RCPT", "DATA", "RSET")
READ_AT_ONCE = 64 * 1024
TOO_LARGE_TIMES = 4
"""So much of one that is too large is listened to, to say so at its end, where every mail server hears it."""
TOO_LARGE = "552 5.3.4 The letter is too large"
LATER = "451 4.3.0 Try again later"
FULL = "452 4.3.1 No room left"
BUSY = "451 4.3.2 Many emails wait here, try again later"
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
            command_call_limit={"*": MOST_OF_A_COMMAND}
            | dict.fromkeys(COMMANDS_OF_A_LETTER, MOST_LETTERS * MOST_RECIPIENTS),
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            timeout=COMMAND_SECONDS,
            loop=asyncio.get_running_loop(),
        )

    return await asyncio.get_running_loop().create_server(talk, host, port)


class Talk(SMTP):
    """One connection: the steps are aiosmtpd's, the limits and the reading of an email ours."""

    line_length_limit = LONGEST_COMMAND

    def __init__(self, *args: Any, crowd: Crowd, pace: Pace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.crowd, self.pace = crowd, pace
        self.network = ""
        self.since: float | None = None
        self._letters = 0

    def connection_made(self, transport: Any) -> None:
        if self.network:  # the same one, now encrypted
            super().connection_made(transport)
            return
        network = network_of(str((transport.get_extra_info("peername") or ("?",))[0])) or "?"
        self.network, self.since = network, self.loop.time()
        if not self.crowd.enter(self):
            transport.write(b"421 4.7.0 Too many connections, come again later\r\n")
            transport.close()
            self.network = ""
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.network:
            self.crowd.leave(self)
            self.network = ""
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self.network else False

    def send_away(self) -> None:
        """End the talk, for somebody else."""
        if self.transport is not None:
            self.transport.write(b"421 4.4.2 You take long and others wait, come again later\r\n")  # type: ignore[attr-defined]
            self.transport.close()

    async def smtp_DATA(self, arg: str) -> None:
        """Read one email and keep it. Until its end has come it holds a little memory, and nothing that others need."""
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        self._letters += 1
        if self._letters > MOST_LETTERS:
            await self._end("421 4.7.0 Enough letters on this connection")
            return
        most = self.data_size_limit or 0
        said = _said_size(self.envelope.mail_options, most)
        # Who says less than they send is stopped where they said that it ends, give or take.
        coming = Coming(min(most, said + said // 4 + 64 * 1024))
        self.crowd.coming.add(coming)
        self._reset_timeout(DATA_SECONDS)
        try:
            self.since, begun = None, self.since  # now it is we who are waited for
            may_come = await self.pace.keep()
            self.since = begun
            if not may_come:
                await self.push(BUSY)
                return
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            if await self._read(coming):
                self.since = None
                await self._keep(coming)
        finally:
            self.since = self.loop.time()
            self.crowd.coming.discard(coming)
            coming.close()
            self.envelope = self._create_envelope()
            if self.transport is not None:
                self._reset_timeout()

    async def _read(self, coming: Coming) -> bool:
        """Whether it has come to its end, and may be kept."""
        began, behind = self.loop.time(), None
        while behind is None:
            end = began + FIRST_SECONDS + coming.size / LEAST_RATE
            try:
                async with asyncio.timeout_at(end):
                    piece = await self._reader.read(READ_AT_ONCE)
            except TimeoutError:
                await self._end("421 4.4.2 It comes too slowly")
                return False
            if not piece:
                return False
            behind = coming.take(piece)
            if coming.size > TOO_LARGE_TIMES * coming.most:
                await self._end(TOO_LARGE)
                return False
            if coming.is_large and not await self._write(coming):
                return False
        if behind:
            # The next command; the reader's own buffer has no other way in.
            self._reader._buffer[:0] = behind  # type: ignore[attr-defined]
        if coming.is_too_large:
            await self.push(TOO_LARGE)
            return False
        return True

    async def _write(self, coming: Coming) -> bool:
        try:
            await asyncio.to_thread(coming.write)
        except OSError:
            logger.exception("An email could not be put on disk; its sender will try again.")
            await self._end(FULL)
            return False
        if self.crowd.on_disk > MOST_ON_DISK:
            await self._end(FULL)
            return False
        return True

    async def _keep(self, coming: Coming) -> None:
        self._reset_timeout(DATA_SECONDS)
        assert self.envelope is not None
        async with self.crowd.room_for(coming.size):
            self.envelope.original_content = await asyncio.to_thread(coming.whole)
            status = await self._call_handler_hook("DATA")
            self.envelope.original_content = None
        await self.push(status)

    async def _end(self, why: str) -> None:
        await self.push(why)
        if self.transport is not None:
            self.transport.close()


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
        # Reading its head may take some thousandths of a second, in which others would wait.
        seen = await asyncio.to_thread(look_at, raw)
        answers = await asyncio.gather(*(self._keep(raw, inbox, sender, to, seen) for inbox, to in inboxes.items()))
        said = dict(zip(inboxes, answers, strict=True))
        if self.lmtp:
            # LMTP answers for each recipient, in the order in which they were named.
            return "\r\n".join(said[self.chosen[address]] for address in envelope.rcpt_tos)
        # One answer for all: what was kept meanwhile is known again when the letter comes anew.
        return next((answer for answer in said.values() if not answer.startswith("250")), KEPT)

    async def handle_exception(self, error: Exception) -> str:
        logger.error("A talk about a letter broke off.", exc_info=error)
        return LATER

    async def _keep(self, raw: bytes, inbox: int | None, sender: str, recipients: list[str], seen: Seen) -> str:
        try:
            letter = letter_of(raw, inbox=inbox, sender=sender, recipients=recipients, seen=seen)
            await self.postbox.put(letter)
        except DatabaseError as error:
            logger.exception("A letter could not be kept; its sender will try again.")
            return FULL if getattr(error.__cause__, "sqlstate", "") in NO_ROOM else LATER
        return KEPT


def _said_size(options: list[str], most: int) -> int:
    """How large the letter will be, as MAIL FROM said; the largest that is allowed if it did not say."""
    for option in options:
        name, _equals, value = option.partition("=")
        size = whole(value)
        if name.upper() == "SIZE" and size is not None:
            return min(size, most)
    return most
