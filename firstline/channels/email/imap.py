"""Connecting to a mailbox by IMAP: what goes wrong is said as a Trouble."""

import imaplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from firstline.catalog.models import Mailbox
from firstline.channels.email.bounded import BoundedClient
from firstline.channels.email.imap_errors import Trouble
from firstline.kit import http
from firstline.kit.limits import limit
from firstline.kit.numbers import whole
from firstline.kit.outgoing_connections import TooMuch
from firstline.kit.secrets import Secret, Unreadable
from firstline.kit.strangers_json import NotJson
from firstline.kit.url_policy import Refused

TIMES = SocketTimeout(connect=15, read=60)
OLD_TOKEN_SECONDS = 120
"""So long before its end a token is too old to begin with."""
LONGEST_TOKEN = limit(
    16_000, "characters", of="a token of a sign-in service", per="token", said="Not taken; the mailbox's page says so."
)
LONGEST_LIFE = limit(
    timedelta(days=3650), of="the time for which a token says it is good", per="token", said="As above."
)

_tokens: dict[int, tuple[float, str, Secret]] = {}


@dataclass(frozen=True, slots=True)
class Folder:
    """What the server says of an opened folder."""

    validity: int
    next_uid: int
    count: int
    keeps_keywords: bool


def connect(mailbox: Mailbox) -> BoundedClient:
    """A connection that is signed in. Raises Trouble."""
    context = ssl.create_default_context()
    with said("cut"):
        is_tls = mailbox.security == Mailbox.Security.TLS
        client = BoundedClient(
            mailbox.host,
            port=mailbox.port,
            ssl=is_tls,
            ssl_context=context,
            timeout=TIMES,
            anywhere=mailbox.anywhere,
        )
    try:
        client.normalise_times = False
        if mailbox.security == Mailbox.Security.STARTTLS:
            with said("encryption"):
                client.starttls(context)
        _sign_in(client, mailbox)
        with said("other"):
            if client.has_capability("ID"):
                # NetEase (163, 126) opens no folder to those who do not say who they are.
                client.id_({"name": "Firstline"})
    except BaseException:
        hang_up(client)
        raise
    return client


def open_folder(client: IMAPClient, mailbox: Mailbox) -> Folder:
    """Open the mailbox's folder, for reading only where nothing in it is to change. Raises Trouble."""
    only_read = mailbox.after == Mailbox.After.LEAVE
    with said("folder"):
        told: dict[bytes, Any] = client.select_folder(mailbox.folder, readonly=only_read)
        next_uid = told.get(b"UIDNEXT")
        if next_uid is None:
            next_uid = client.folder_status(mailbox.folder, ["UIDNEXT"])[b"UIDNEXT"]
    flags = told.get(b"PERMANENTFLAGS", ())
    keeps = b"\\*" in flags or mailbox.into.encode() in flags
    return Folder(int(told[b"UIDVALIDITY"]), int(next_uid), int(told.get(b"EXISTS", 0)), keeps)


def check(mailbox: Mailbox) -> int:
    """Try everything that fetching needs, and change nothing; how many letters lie there. Raises Trouble."""
    client = connect(mailbox)
    try:
        folder = open_folder(client, mailbox)
        if mailbox.after == Mailbox.After.KEYWORD and not folder.keeps_keywords:
            raise Trouble("keyword", mailbox.into)
        if mailbox.after == Mailbox.After.MOVE:
            with said("move"):
                client.folder_status(mailbox.into, ["MESSAGES"])
        return folder.count
    finally:
        hang_up(client)


def hang_up(client: IMAPClient) -> None:
    """Whatever state it is in."""
    with suppress(OSError, IMAPClientError, AttributeError, ValueError):
        client.shutdown()


def interrupt(client: IMAPClient) -> None:
    """Wake a thread that waits on this connection: it finds it ended."""
    with suppress(OSError, AttributeError, ValueError):
        client.socket().shutdown(socket.SHUT_RDWR)


@contextmanager
def said(otherwise: str) -> Iterator[None]:
    """Every failure as a Trouble; what the server merely refuses is `otherwise`."""
    try:
        yield
    except Trouble:
        raise
    except Refused as error:
        raise Trouble("private", error.detail) from error
    except TooMuch as error:
        raise Trouble("too-much", error) from error
    except ssl.SSLCertVerificationError as error:
        raise Trouble("certificate", error.verify_message) from error
    except ssl.SSLError as error:
        raise Trouble("encryption", error.reason or error) from error
    except socket.gaierror as error:
        raise Trouble("host", error.strerror or error) from error
    except TimeoutError as error:
        raise Trouble("slow") from error
    except ConnectionRefusedError as error:
        raise Trouble("refused") from error
    except UnicodeError as error:
        raise Trouble("host" if otherwise == "cut" else otherwise) from error
    except (IMAPClientAbortError, imaplib.IMAP4.abort, OSError) as error:
        raise Trouble("cut", error) from error
    except (IMAPClientError, imaplib.IMAP4.error) as error:
        # The first thing that it says is its greeting.
        raise Trouble("no-imap" if otherwise == "cut" else otherwise, _bare(error)) from error


def _sign_in(client: IMAPClient, mailbox: Mailbox) -> None:
    try:
        if mailbox.sign_in == Mailbox.SignIn.OAUTH:
            token = _token(mailbox)
            with said("token"):
                try:
                    client.oauth2_login(mailbox.user, token)
                except IMAPClientError:
                    _tokens.pop(mailbox.pk, None)
                    raise
            return
        password = mailbox.password.reveal()
    except Unreadable as error:
        raise Trouble("secret", error) from error
    with said("sign-in"):
        if (mailbox.user + password).isascii():
            client.login(mailbox.user, password)
        else:
            # LOGIN has no way to say anything but ASCII.
            client.plain_login(mailbox.user, password)


def _token(mailbox: Mailbox) -> str:
    """An access token, from memory or by the refresh token; a new refresh token that comes with it is kept."""
    until, token, given_for = _tokens.get(mailbox.pk, (0.0, "", Secret("")))
    if time.monotonic() < until and given_for.token == mailbox.refresh_token.token:
        return token
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": mailbox.refresh_token.reveal(),
        "client_id": mailbox.client_id,
        "client_secret": mailbox.client_secret.reveal(),
        "scope": mailbox.scope,
    }
    content = urlencode({name: value for name, value in asked.items() if value}).encode()
    try:
        answer = http.fetch(
            mailbox.token_url,
            method="POST",
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            content=content,
        )
        told = answer.json()
    except http.Failed as error:
        raise Trouble("token-url", error) from error
    except NotJson as error:
        raise Trouble("token-url", f"{answer.status}") from error
    if not answer.is_ok or not isinstance(told, dict) or not _is_said(told.get("access_token")):
        # What is said of the error is no secret; the rest of the answer might be.
        raise Trouble("token", told.get("error_description") or told.get("error") if isinstance(told, dict) else "")
    token, fresh, lives = told["access_token"], told.get("refresh_token"), _seconds(told.get("expires_in"))
    if (fresh and not _is_said(fresh)) or lives is None:
        raise Trouble("token-odd", "expires_in" if lives is None else "refresh_token")
    if fresh:
        mailbox.refresh_token = fresh
        if mailbox.pk:
            mailbox.save(update_fields=["refresh_token"])
    if mailbox.pk:
        _tokens[mailbox.pk] = (time.monotonic() + lives - OLD_TOKEN_SECONDS, token, mailbox.refresh_token)
    return str(token)


def _is_said(token: object) -> bool:
    """Whether it is a token, in the characters that one has (RFC 6749)."""
    return isinstance(token, str) and 0 < len(token) <= LONGEST_TOKEN and token.isascii() and token.isprintable()


def _seconds(said: object) -> float | None:
    """For how long a token is good, five minutes where that is not said; None for what is no such time."""
    if said in (None, ""):
        return 300.0
    count = whole(said) if isinstance(said, str) else said
    if isinstance(count, bool) or not isinstance(count, int | float) or not 0 <= count <= LONGEST_LIFE.total_seconds():
        return None
    return float(count)


def _bare(error: Exception) -> str:
    """What the server said, without Python's b'…' around it."""
    text = str(error)
    return text[2:-1] if text[:2] in ("b'", 'b"') else text
