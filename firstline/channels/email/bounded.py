"""IMAP and SMTP with servers that anybody may have named: where they are, how much they say, and for how long."""

import imaplib
import smtplib
import socket
import ssl
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from firstline.kit.limits import limit
from firstline.kit.outgoing_connections import BoundedReader, connect

FEW_BYTES = limit(
    256 * 1024,
    "bytes",
    of="an answer of a mail server that was named in the settings",
    per="answer (one with emails: those, and so much more)",
    said="The connection is closed, and settings say so.",
)
"""For an answer before letters are fetched, and for any answer by SMTP."""
ANSWER_SECONDS = limit(
    60.0,
    "seconds",
    of="the time for an answer of a mail server",
    per="answer (longer where emails come)",
    said="As above.",
)
IDLE_SECONDS = 30 * 60.0
IDLE_BYTES = limit(
    1024 * 1024, "bytes", of="what a mail server tells while it is waited for", per="wait", said="As above."
)
"""Each line of it becomes objects, many times its size."""


class BoundedClient(IMAPClient):  # type: ignore[misc]
    """An IMAPClient whose server says no more in one answer than `most_bytes`, which the caller may raise."""

    def __init__(self, host: str, *, anywhere: bool, **options: Any) -> None:
        self._anywhere = anywhere
        super().__init__(host, **options)

    def expect(self, most_bytes: int) -> None:
        self._imap.most_bytes = most_bytes

    def wait_for_news(self, seconds: float) -> None:
        """Return when the server has told something, or after so many seconds. Raises what IMAPClient raises."""
        tag = self._idle_tag = self._imap._command("IDLE")
        is_news = False
        while self._imap._get_response() is not None:  # None: its consent to wait
            if self._imap.tagged_commands[tag] is not None:
                raise IMAPClientError("IDLE was refused")
            is_news = True
        # What came in one piece with the consent is here already, and no socket would wake us for it.
        if not is_news and not self._imap.has_heard:
            self.idle_check(timeout=seconds)
        self._imap.begin_answer()
        self.idle_done()

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> Any:
        said = super().starttls(ssl_context)
        self._imap.read_from(self._imap.sock)
        return said

    def _create_IMAP4(self) -> "_Imap":
        context = self.ssl_context if self.ssl else None
        return _Imap(self.host, self.port, context, timeout=self._timeout.connect, anywhere=self._anywhere)


class _Imap(imaplib.IMAP4):
    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, *, timeout: float, anywhere: bool) -> None:
        self.most_bytes = FEW_BYTES
        self._context, self._anywhere = context, anywhere
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        sock = connect(self.host, self.port, timeout=timeout or ANSWER_SECONDS, anywhere=self._anywhere)
        return self._context.wrap_socket(sock, server_hostname=self.host) if self._context else sock

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        super().open(host, port, timeout)
        self.file.close()
        self.read_from(self.sock)

    def read_from(self, sock: socket.socket) -> None:
        self._reader = BoundedReader(sock, most_bytes=self.most_bytes, seconds=ANSWER_SECONDS)
        self.file: Any = self._reader

    def _command(self, name: str, *args: Any) -> Any:
        if name.upper() == "IDLE":
            self._reader.allow(most_bytes=IDLE_BYTES, seconds=IDLE_SECONDS)
        else:
            seconds = ANSWER_SECONDS * max(1, self.most_bytes // FEW_BYTES)
            self._reader.allow(most_bytes=self.most_bytes, seconds=min(seconds, IDLE_SECONDS))
        return super()._command(name, *args)  # type: ignore[misc]

    @property
    def has_heard(self) -> bool:
        """Whether something is here that nobody has looked at."""
        return self._reader.holds_some

    def begin_answer(self) -> None:
        """What comes next is one answer again, short and soon."""
        self._reader.allow(most_bytes=FEW_BYTES, seconds=ANSWER_SECONDS)


class Plain(smtplib.SMTP):
    """SMTP, the server's answers bounded. It is made without a host, and then told whom to reach."""

    _anywhere = False

    def reach(self, host: str, port: int, *, anywhere: bool) -> None:
        """Connect; `anywhere`: also to a private network that nobody named. Raises Refused, and what smtplib raises."""
        self._anywhere, self._host = anywhere, host
        code, said = self.connect(host, port)
        if code != 220:
            self.close()
            raise smtplib.SMTPConnectError(code, said)

    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        return connect(host, port, timeout=timeout, anywhere=self._anywhere)

    def getreply(self) -> tuple[int, bytes]:
        if self.sock is not None and not isinstance(self.file, BoundedReader):
            self.file = BoundedReader(self.sock, most_bytes=FEW_BYTES, seconds=ANSWER_SECONDS)
        if isinstance(self.file, BoundedReader):
            # As long as the caller waits for it: servers that look into letters take their time over one answer.
            waits = self.sock.gettimeout() if self.sock is not None else None
            self.file.allow(most_bytes=FEW_BYTES, seconds=waits or ANSWER_SECONDS)
        return super().getreply()


class OverTls(smtplib.SMTP_SSL, Plain):
    """The same, encrypted from the start."""
