"""A delivery as a letter: first in our words (`Outgoing`), then in MIME."""

import unicodedata
from collections.abc import Iterable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import override

from firstline.catalog import config_cache
from firstline.channels.base import File, GiveUp, TryLater
from firstline.channels.email.attaching import attached_as
from firstline.channels.email.outgoing import Outgoing
from firstline.channels.email.signed import desk_address, reply_address, return_address
from firstline.channels.models import InboundMessage
from firstline.kit.limits import limit
from firstline.kit.mailbox import is_plain
from firstline.notices.enclosures import enclosures
from firstline.notices.models import Delivery
from firstline.notices.preferences import switch_of
from firstline.notices.render import render
from firstline.tickets import files

# Headers that are the same in most letters; most of the time of writing one goes into reading and folding headers.
ALIKE = frozenset(
    """mime-version content-type content-transfer-encoding auto-submitted x-auto-response-suppress x-firstline-loop
    list-unsubscribe-post""".split()
)


_NO_ADDRESS = str.maketrans(dict.fromkeys("@＠﹫", " at ") | dict.fromkeys('<>"\\\uff1c\uff1e', " "))


class _Policy(EmailPolicy):
    """As `email.policy.SMTP`; what it makes of headers that are alike is remembered."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        return _stored(name, value) if _is_alike(name, value) else super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return _folded(name, value) if _is_alike(name, value) else super().fold_binary(name, value)


POLICY = _Policy(linesep=SMTP.linesep, max_line_length=SMTP.max_line_length)

WRITTEN_BY_PEOPLE = frozenset({"replied", "resolved"})
LONGEST_THREAD = limit(
    12,
    "ids",
    of="emails that an email of ours names as answered",
    per="email",
    said="The first and the last are named.",
)


def outgoing(delivery: Delivery, *, thread: tuple[str, ...] | None = None) -> Outgoing:
    """The letter, rendered. Raises `notices.render.Blank`, and TryLater when its files cannot be read.

    `thread`: what `threads` found for it, if that is known already.
    """
    rendered = render(delivery)
    ticket = config_cache.current().dress(delivery.ticket)
    address = desk_address(delivery.desk_id)
    with override(delivery.language):
        desk = config_cache.current().desks[delivery.desk_id].name
    by_hand = delivery.template in WRITTEN_BY_PEOPLE
    switch = switch_of(ticket, delivery.person, delivery.template)
    return Outgoing(
        desk=delivery.desk_id,
        letter_id=delivery.letter_id,
        sender_name=f"{delivery.payload['by']} · {desk}" if by_hand else desk,
        sender=address,
        to_name=delivery.person.name,
        to=delivery.address,
        reply_to=reply_address(ticket, address),
        return_to=return_address(ticket, delivery.pk, address),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        date=delivery.created_at,
        automatic=not by_hand,
        thread=threads([delivery])[delivery.pk] if thread is None else thread,
        files=tuple(_files(delivery)),
        unsubscribe=switch.link(address=delivery.address) if switch else "",
    )


def as_mime(letter: Outgoing) -> bytes:
    """The letter as it goes over the wire. Raises GiveUp for an address that cannot be written to."""
    if not is_plain(letter.to):
        raise GiveUp("bad_address", letter.to)
    message = EmailMessage(policy=POLICY)
    # Names are people's own words: no line break of theirs may begin a header.
    sender_name, to_name = shown_name(letter.sender_name), shown_name(letter.to_name)
    try:
        message["From"] = Address(sender_name, addr_spec=letter.sender)
        message["To"] = Address(to_name, addr_spec=letter.to)
        message["Reply-To"] = Address(sender_name, addr_spec=letter.reply_to)
    except ValueError as error:
        raise GiveUp("bad_address", str(error)) from error
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.date)
    message["Message-ID"] = letter.letter_id
    for name, value in extra_headers(letter).items():
        if name != "List-Unsubscribe":
            message[name] = value
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for file in letter.files:
        message.add_attachment(file.content, filename=file.name, **attached_as(file.content, file.type))
    return _threading(letter.thread) + _unsubscribing(letter.unsubscribe) + message.as_bytes()


def shown_name(name: str) -> str:
    """A name as it may stand before an address: nothing in it looks like another address, or turns the line around."""
    plain = "".join(" " if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp") else each for each in name)
    return " ".join(plain.translate(_NO_ADDRESS).split())


def _is_alike(name: str, value: object) -> bool:
    return name.lower() in ALIKE and isinstance(value, str) and len(value) < 100 and "boundary" not in value


@lru_cache(maxsize=200)
def _stored(name: str, value: str) -> tuple[str, Any]:
    return SMTP.header_store_parse(name, value)


@lru_cache(maxsize=200)
def _folded(name: str, value: Any) -> bytes:
    return SMTP.fold_binary(name, value)


def extra_headers(letter: Outgoing) -> dict[str, str]:
    """What keeps other machines from answering a letter that a machine wrote, and how to switch such letters off."""
    headers = {}
    if letter.automatic:
        headers = {
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "X-Firstline-Loop": settings.CONFIG.mail_domain,
        }
    if letter.unsubscribe:
        headers |= {
            "List-Unsubscribe": f"<{letter.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers


def _threading(thread: tuple[str, ...]) -> bytes:
    # Written by hand, an id a line: Python's own folding breaks ids that are longer than a line.
    if not thread:
        return b""
    folded = "\r\n ".join(thread)
    return f"In-Reply-To: {thread[-1]}\r\nReferences: {folded}\r\n".encode("ascii", "replace")


def _unsubscribing(link: str) -> bytes:
    # By hand as well: a link that is longer than a line would be broken.
    return f"List-Unsubscribe: <{link}>\r\n".encode("ascii", "replace") if link else b""


def threads(deliveries: Iterable[Delivery]) -> dict[int, tuple[str, ...]]:
    """For each, ids of the letters between the desk and its person about its ticket: nobody else's."""
    wanted = {(delivery.ticket_id, delivery.person_id): delivery.pk for delivery in deliveries}
    tickets, persons = [ticket for ticket, _person in wanted], [person for _ticket, person in wanted]
    theirs = (
        InboundMessage.objects.filter(ticket__in=tickets, person__in=persons)
        .exclude(letter_id="")
        .values_list("ticket", "person", "received_at", "letter_id")
    )
    ours = (
        Delivery.objects.filter(ticket__in=tickets, person__in=persons, sent_at__isnull=False)
        .exclude(pk__in=wanted.values())
        .values_list("ticket", "person", "sent_at", "letter_id")
    )
    found: dict[int, list[tuple[Any, str]]] = {pk: [] for pk in wanted.values()}
    for ticket, person, at, letter_id in [*theirs, *ours]:
        if (ticket, person) in wanted:
            found[wanted[ticket, person]].append((at, letter_id))
    return {
        pk: _shortened(list(dict.fromkeys(letter_id for _at, letter_id in sorted(told)))) for pk, told in found.items()
    }


def _shortened(ids: list[str]) -> tuple[str, ...]:
    return (*ids[:1], *ids[1:][1 - LONGEST_THREAD :])


def _files(delivery: Delivery) -> Iterable[File]:
    for file in enclosures(delivery).attached:
        try:
            with files.read(file) as opened:
                yield File(file.name, file.type, opened.read())
        except OSError as error:
            raise TryLater("file", f"{file.name}: {error}") from error
