"""Connections to mail servers, kept for a while and used for several letters; and servers that are left in peace.

A server that does not answer is asked by one letter at a time, twice a minute. All others fail at once meanwhile, so
that it holds up nobody whose letters leave another way.
"""

import smtplib
import ssl
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from firstline.channels.base import NotSent, TryLater
from firstline.channels.email.answers import problem
from firstline.channels.email.bounded import OverTls, Plain
from firstline.channels.email.routes import Route
from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.kit.url_policy import Refused

CONNECT_SECONDS = 10
ANSWER_SECONDS = 15
DATA_SECONDS = 90
"""Servers that look into letters take their time over the answer to them. All steps together stay below the lease."""
KEEP = timedelta(seconds=10)
OLDEST = timedelta(minutes=2)
MOST_LETTERS = limit(
    50, "emails", of="emails handed over on a connection", per="connection", said="It is closed and another opened."
)
"""On one connection; then it is closed, as servers want it."""
REST = timedelta(seconds=30)


@dataclass
class Line:
    """One open connection."""

    server: smtplib.SMTP
    opened_at: datetime = field(default_factory=clock.now)
    used_at: datetime = field(default_factory=clock.now)
    letters: int = 0

    @property
    def is_fresh(self) -> bool:
        now = clock.now()
        return self.letters < MOST_LETTERS and now - self.used_at < KEEP and now - self.opened_at < OLDEST


@dataclass
class Trouble:
    """A server that could not be talked to: why, until when it is left in peace, and whether a letter asks it now."""

    why: NotSent
    until: datetime
    is_asked: bool = False


class Connections:
    """Those of this process. Safe to use from several threads; a connection is used by one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[Route, list[Line]] = defaultdict(list)
        self._troubles: dict[Route, Trouble] = {}
        self._closer: threading.Timer | None = None

    @contextmanager
    def line(self, route: Route) -> Iterator[smtplib.SMTP]:
        """An open connection, logged in. Raises TryLater when there is none to be had."""
        line = self._kept(route) or Line(self._opened(route))
        line.letters += 1
        usable = False
        try:
            yield line.server
            usable = True
        except smtplib.SMTPResponseException as answer:
            usable = answer.smtp_code != 421
            raise
        except smtplib.SMTPRecipientsRefused as refused:
            usable = all(code != 421 for code, _said in refused.recipients.values())
            raise
        finally:
            if usable and line.is_fresh and line.server.sock is not None:
                self._keep(route, line)
            else:
                _hang_up(line)

    def was_in_trouble(self, route: Route) -> bool:
        """Whether the server is well again after it was not; says so once."""
        with self._lock:
            trouble = self._troubles.get(route)
            if trouble is None or trouble.until > clock.now() or not trouble.is_asked:
                return False
            del self._troubles[route]
            return True

    def close(self) -> None:
        """Hang up everywhere and forget all troubles."""
        with self._lock:
            lines = [line for lines in self._idle.values() for line in lines]
            self._idle.clear()
            self._troubles.clear()
        for line in lines:
            _hang_up(line)

    def _kept(self, route: Route) -> Line | None:
        while True:
            with self._lock:
                line = self._idle[route].pop() if self._idle[route] else None
            if line is None:
                return None
            if line.is_fresh and _answers(line):
                return line
            _hang_up(line)

    def _keep(self, route: Route, line: Line) -> None:
        line.used_at = clock.now()
        with self._lock:
            self._idle[route].append(line)
            if self._closer is None or not self._closer.is_alive():
                self._closer = threading.Timer(KEEP.total_seconds(), self._close_idle)
                self._closer.daemon = True
                self._closer.start()

    def _close_idle(self) -> None:
        with self._lock:
            stale = [line for lines in self._idle.values() for line in lines if not line.is_fresh]
            for lines in self._idle.values():
                lines[:] = [line for line in lines if line.is_fresh]
            if any(self._idle.values()):
                self._closer = threading.Timer(KEEP.total_seconds(), self._close_idle)
                self._closer.daemon = True
                self._closer.start()
        for line in stale:
            _hang_up(line)

    def _opened(self, route: Route) -> smtplib.SMTP:
        with self._lock:
            trouble = self._troubles.get(route)
            if trouble is not None:
                if trouble.is_asked or trouble.until > clock.now():
                    raise TryLater(trouble.why.reason, trouble.why.detail)
                trouble.is_asked = True
        try:
            return opened(route)
        except NotSent as why:
            with self._lock:
                self._troubles[route] = Trouble(why, clock.now() + REST)
            raise
        except BaseException:
            with self._lock:
                self._troubles.pop(route, None)
            raise


def opened(route: Route) -> smtplib.SMTP:
    """A new connection, encrypted and logged in as the route says. Raises TryLater, which says what is wrong."""
    server: smtplib.SMTP | None = None
    try:
        server = _connected(route)
        if route.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if route.user:
            server.login(route.user, route.password)
        server.ehlo_or_helo_if_needed()
    except Refused as error:
        raise TryLater("private", error.detail) from error
    except (smtplib.SMTPException, OSError) as error:
        if server is not None:
            server.close()
        # Whatever goes wrong before our letter is spoken of is no fault of the letter.
        raise problem(error, connecting=True) from error
    return server


def _connected(route: Route) -> smtplib.SMTP:
    us = settings.CONFIG.mail_domain
    server: Plain
    if route.security == "tls":
        server = _OverTls(local_hostname=us, timeout=CONNECT_SECONDS, context=ssl.create_default_context())
    else:
        server = _Plain(local_hostname=us, timeout=CONNECT_SECONDS)
    server.reach(route.host, route.port, anywhere=route.anywhere)
    if server.sock is not None:
        server.sock.settimeout(ANSWER_SECONDS)
    return server


class _Plain(Plain):
    def data(self, msg: Any) -> tuple[int, bytes]:
        return _patiently(self, super().data, msg)


class _OverTls(OverTls):
    def data(self, msg: Any) -> tuple[int, bytes]:
        return _patiently(self, super().data, msg)


def _patiently(server: smtplib.SMTP, data: Callable[[Any], tuple[int, bytes]], msg: Any) -> tuple[int, bytes]:
    if server.sock is not None:
        server.sock.settimeout(DATA_SECONDS)
    try:
        return data(msg)
    finally:
        if server.sock is not None:
            server.sock.settimeout(ANSWER_SECONDS)


def _answers(line: Line) -> bool:
    try:
        return line.server.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _hang_up(line: Line) -> None:
    with suppress(smtplib.SMTPException, OSError):
        if line.server.sock is not None:
            line.server.sock.settimeout(1)
            line.server.quit()
    line.server.close()


connections = Connections()
