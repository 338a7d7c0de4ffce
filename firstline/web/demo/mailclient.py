"""What a person's mail program does when he answers a letter: quote it, sign it, and send it by SMTP."""

import smtplib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, localtime, make_msgid

from django.conf import settings
from django.utils import timezone
from django.utils.html import escape, linebreaks
from django.utils.translation import gettext as _
from django.utils.translation import override

from firstline.channels.email.letter import Letter, read
from firstline.channels.models import DemoLetter
from firstline.kit import time_format

TIMEOUT_SECONDS = 10


class NotSent(Exception):
    """The answer did not leave; `str()` says why, for the person."""


def answer(shown: DemoLetter, *, text: str) -> None:
    """Send an answer to the letter from the one who got it. Raises NotSent."""
    if not text.strip():
        raise NotSent(_("Please write something first."))
    letter = read(bytes(shown.raw))
    message = _written(shown, letter, text.replace("\r\n", "\n").strip())
    host, port = settings.CONFIG.smtp_host, settings.CONFIG.smtp_port
    host = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104  where to call, not where to listen
    kind = smtplib.LMTP if settings.CONFIG.lmtp else smtplib.SMTP
    try:
        with kind(host, port, local_hostname="mail.demo") as server:
            server.sendmail(shown.address, [letter.answer_to], message.as_bytes())
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(
            _("The mail receiver at %(host)s:%(port)s did not take it: %(why)s")
            % {"host": host, "port": port, "why": error}
        ) from error


def _written(shown: DemoLetter, letter: Letter, text: str) -> EmailMessage:
    name = shown.person.name if shown.person else shown.address.partition("@")[0]
    language = shown.person.language if shown.person else "en"
    signature = "\n".join(part for part in (name, _place(shown)) if part)
    with override(language):
        when = time_format.full(letter.date or timezone.now())
        head = _("On %(when)s, %(name)s <%(address)s> wrote:") % {
            "when": when,
            "name": letter.sender.name,
            "address": letter.sender.address,
        }
    message = EmailMessage(policy=WIRE)
    message["From"] = Address(name, addr_spec=shown.address)
    message["To"] = Address(letter.sender.name, addr_spec=letter.answer_to)
    message["Subject"] = letter.subject if letter.subject.lower().startswith("re:") else f"Re: {letter.subject}"
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = make_msgid(domain=shown.address.rpartition("@")[2])
    message["In-Reply-To"] = letter.message_id
    message["References"] = " ".join((*letter.references, letter.message_id))
    quoted = "\n".join(f"> {line}".rstrip() for line in letter.text.splitlines())
    message.set_content(f"{text}\n\n-- \n{signature}\n\n{head}\n{quoted}\n", cte="quoted-printable")
    message.add_alternative(
        f'<div dir="ltr">{linebreaks(text, autoescape=True)}<div class="gmail_signature">-- <br>'
        f"{linebreaks(signature, autoescape=True)}</div></div>"
        f'<div class="gmail_quote"><div class="gmail_attr">{escape(head)}<br></div>'
        f'<blockquote class="gmail_quote">{letter.html or linebreaks(letter.text, autoescape=True)}</blockquote></div>',
        subtype="html",
        cte="quoted-printable",
    )
    return message


def _place(shown: DemoLetter) -> str:
    return ", ".join(part for part in (shown.person.department, shown.person.city) if part) if shown.person else ""
