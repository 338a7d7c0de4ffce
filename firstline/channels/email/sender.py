"""How letters leave: by SMTP, by a service that django-anymail knows, or into the demo's own mailbox."""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import idna
from django.core.mail import EmailMultiAlternatives, get_connection

from firstline.channels.base import GiveUp, TryLater
from firstline.channels.email.answers import problem
from firstline.channels.email.connections import connections
from firstline.channels.email.outgoing import Outgoing
from firstline.channels.email.routes import Route, route_of
from firstline.channels.email.signing import key_of, signed
from firstline.channels.email.writing import as_mime, extra_headers, shown_name
from firstline.channels.models import DemoLetter
from firstline.kit.restore_hold import stands_still
from firstline.notices.models import SigningKey
from firstline.people.models import Person


@dataclass
class Ways:
    """By which way letters leave, and by which key they are signed; asked once for all that are sent by the same."""

    route: Callable[[int], Route] = field(default_factory=lambda: cache(route_of))
    key: Callable[[str], SigningKey | None] = field(default_factory=lambda: cache(key_of))


def send(letter: Outgoing, *, ways: Ways | None = None) -> bool:
    """Hand the letter over for good. Raises TryLater or GiveUp; when neither, it is the other side's now.

    True when the server had been in trouble and is well again, so that what waited for it may follow.
    """
    if stands_still():
        raise TryLater("restored")
    ways = ways or Ways()
    return deliver(letter, ways.route(letter.desk), ways)


def deliver(letter: Outgoing, route: Route, ways: Ways | None = None) -> bool:
    """As `send`, by this way."""
    return WAYS[route.kind](letter, route, ways or Ways())


def _nowhere(letter: Outgoing, route: Route, ways: Ways) -> bool:
    raise TryLater("no_server")


def _by_smtp(letter: Outgoing, route: Route, ways: Ways) -> bool:
    raw, recipient = signed(as_mime(letter), key_of=ways.key), _ascii_domain(letter.to)
    try:
        with connections.line(route) as server:
            server.sendmail(
                letter.return_to or letter.reply_to, [recipient], raw, mail_options=_options(server, recipient)
            )
    except (smtplib.SMTPException, OSError) as error:
        raise problem(error) from error
    return connections.was_in_trouble(route)


def _options(server: smtplib.SMTP, recipient: str) -> list[str]:
    if recipient.isascii():
        return []
    if not server.has_extn("smtputf8"):
        raise GiveUp("bad_address", recipient)
    return ["SMTPUTF8"]


def _ascii_domain(address: str) -> str:
    local, _at, domain = address.rpartition("@")
    with suppress(idna.IDNAError):
        domain = idna.encode(domain, uts46=True).decode()
    return f"{local}@{domain}"


def _by_service(letter: Outgoing, route: Route, ways: Ways) -> bool:
    from anymail.exceptions import AnymailAPIError, AnymailConfigurationError, AnymailRecipientsRefused

    options: dict[str, Any] = dict(route.options)
    headers = {"Message-ID": letter.letter_id, **extra_headers(letter)}
    if letter.thread:
        headers |= {"In-Reply-To": letter.thread[-1], "References": " ".join(letter.thread)}
    try:
        message = EmailMultiAlternatives(
            subject=letter.subject,
            body=letter.text,
            from_email=_named(letter.sender_name, letter.sender),
            to=[_named(letter.to_name, letter.to)],
            reply_to=[_named(letter.sender_name, letter.reply_to)],
            headers=headers,
            alternatives=[(letter.html, "text/html")],
            attachments=[(file.name, file.content, file.type) for file in letter.files],
            connection=get_connection(f"anymail.backends.{route.service}.EmailBackend", **options),
        )
        message.send()
    except AnymailRecipientsRefused as error:
        raise GiveUp("no_address", str(error)) from error
    except AnymailConfigurationError as error:
        raise TryLater("login", str(error)) from error
    except (AnymailAPIError, OSError) as error:
        raise _of_service(error) from error
    return False


def _of_service(error: Exception) -> Exception:
    status = getattr(error, "status_code", None) or 0
    if status in (401, 403):
        return TryLater("login", str(error))
    if 400 <= status < 500 and status not in (408, 429):
        return GiveUp("refused", str(error))
    return TryLater("busy" if status else "away", str(error))


def _named(name: str, address: str) -> str:
    return f'"{shown_name(name)}" <{address}>'


def _into_demo(letter: Outgoing, route: Route, ways: Ways) -> bool:
    DemoLetter.objects.get_or_create(
        letter_id=letter.letter_id,
        defaults={
            "person": Person.objects.by_email(letter.to),
            "address": letter.to,
            "sender": letter.sender_name[:300],
            "subject": letter.subject[:400],
            "raw": as_mime(letter),
        },
    )
    return False


WAYS: dict[str, Callable[[Outgoing, Route, Ways], bool]] = {
    "": _nowhere,
    "smtp": _by_smtp,
    "service": _by_service,
    "demo": _into_demo,
}
