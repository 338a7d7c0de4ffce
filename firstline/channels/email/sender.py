"""How letters leave: by SMTP, by a service that django-anymail knows, or into the demo's own mailbox."""

import smtplib
import ssl
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.translation import gettext_noop

from firstline.channels.base import GiveUp, Outgoing, TryLater
from firstline.channels.email.writing import as_mime, extra_headers
from firstline.channels.models import DemoLetter
from firstline.kit.standstill import stands_still
from firstline.people.models import Person

TIMEOUT_SECONDS = 30
RESTORED = gettext_noop("This desk was restored from a backup and is not at work yet (firstline arm).")
NOT_SET_UP = gettext_noop("No mail server is set up yet (FIRSTLINE_MAIL_URL).")


def send(letter: Outgoing) -> None:
    """Hand the letter over for good. Raises TryLater or GiveUp; when neither, it is the other side's now."""
    if stands_still():
        raise TryLater(RESTORED)
    url = urlsplit(settings.CONFIG.mail_url)
    if url.scheme in ("smtp", "smtps"):
        _by_smtp(url, letter)
    elif url.scheme.startswith("anymail+"):
        _by_service(url, letter)
    elif settings.CONFIG.demo and not settings.CONFIG.mail_url:
        _into_demo(letter)
    else:
        raise TryLater(NOT_SET_UP)


def _by_smtp(url: SplitResult, letter: Outgoing) -> None:
    raw = as_mime(letter)
    try:
        server = _connected(url)
    except (smtplib.SMTPException, OSError) as error:
        # Whatever goes wrong before our letter is spoken of is no fault of the letter.
        raise TryLater(_words(error)) from error
    with server:
        try:
            server.sendmail(letter.reply_to, [letter.to], raw)
        except (smtplib.SMTPException, OSError) as error:
            raise (GiveUp if _is_final(error) else TryLater)(_words(error)) from error


def _connected(url: SplitResult) -> smtplib.SMTP:
    options = dict(parse_qsl(url.query))
    host, context = url.hostname or "127.0.0.1", ssl.create_default_context()
    us = settings.CONFIG.mail_domain
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, us, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, url.port or 25, us, timeout=TIMEOUT_SECONDS)
    try:
        # A password never travels in the open unless somebody asked for it.
        if url.scheme == "smtp" and options.get("tls", "1" if url.username else "0") != "0":
            server.starttls(context=context)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _said in error.recipients.values())
    return isinstance(error, smtplib.SMTPNotSupportedError) or (
        isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600
    )


def _words(error: Exception) -> str:
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return str(error)[:500] or type(error).__name__
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"[:500]


def _by_service(url: SplitResult, letter: Outgoing) -> None:
    from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused

    name = url.scheme.removeprefix("anymail+")
    options: dict[str, Any] = dict(parse_qsl(url.query))
    backend = get_connection(f"anymail.backends.{name}.EmailBackend", **options)
    headers = {"Message-ID": letter.letter_id, **extra_headers(letter)}
    if letter.thread:
        headers |= {"In-Reply-To": letter.thread[-1], "References": " ".join(letter.thread)}
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=_named(letter.sender_name, letter.sender),
        to=[_named(letter.to_name, letter.to)],
        reply_to=[_named(letter.sender_name, letter.reply_to)],
        headers=headers,
        alternatives=[(letter.html, "text/html")],
        attachments=[(file.name, file.content, file.type) for file in letter.files],
        connection=backend,
    )
    try:
        message.send()
    except AnymailRecipientsRefused as error:
        raise GiveUp(str(error)[:500]) from error
    except (AnymailAPIError, OSError) as error:
        status = getattr(error, "status_code", None) or 0
        final = 400 <= status < 500 and status not in (401, 403, 408, 429)
        raise (GiveUp if final else TryLater)(str(error)[:500]) from error


def _named(name: str, address: str) -> str:
    plain = name.replace("\\", "").replace('"', "")
    return f'"{plain}" <{address}>'


def _into_demo(letter: Outgoing) -> None:
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
