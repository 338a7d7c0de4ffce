"""A received letter as `Incoming`."""

import re
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from firstline.catalog import config_cache
from firstline.channels.base import File, News
from firstline.channels.email.incoming import IncomingMail
from firstline.channels.email.letter import Envelope, Limits, Unreadable
from firstline.channels.email.letter_data import Plain
from firstline.channels.email.parser_sandbox import read_apart
from firstline.channels.email.signed import letter_in, number_in
from firstline.channels.models import InboundMessage
from firstline.kit.mailbox import base_of

__all__ = ["REASONS", "Unreadable", "incoming"]

REASONS = {
    "size": gettext_noop("The letter is larger than what is accepted."),
    "header": gettext_noop("The head of the letter is too long."),
    "parts": gettext_noop("The letter has too many parts."),
    "depth": gettext_noop("The parts of the letter are nested too deeply."),
    "time": gettext_noop("Reading the letter took too long."),
    "memory": gettext_noop("Reading the letter took too much memory."),
}
_NUMBER = re.compile(r"\[([A-Z][A-Z0-9]{1,7}-\d{1,15})\]", re.IGNORECASE)


def incoming(received: InboundMessage) -> IncomingMail:
    """What the letter says. Raises Unreadable, its `reason` a sentence, for one beyond the limits."""
    try:
        letter = read_apart(
            bytes(received.raw),
            Envelope(received.envelope.get("sender"), tuple(received.envelope.get("recipients", ()))),
            limits=Limits(size=settings.CONFIG.upload_mb * 1024 * 1024),
            own_hosts=frozenset({settings.CONFIG.mail_domain.lower()}),
        )
    except Unreadable as error:
        raise Unreadable(REASONS[error.reason]) from error
    return _incoming(_clean(letter.said), letter, received)


def _incoming(said: dict[str, Any], letter: Plain, received: InboundMessage) -> IncomingMail:
    subject = said["subject"]
    return IncomingMail(
        channel="email",
        remote_id=said["letter_id"],
        name=said["name"],
        address=said["address"],
        certain=said["certain"],
        subject=_without_our_numbers(subject),
        text=said["shown"],
        quoted=said["quoted"],
        whole=said["whole"],
        forwards=said["forwards"],
        html=said["html"],
        files=tuple(
            File(name, kind, content, content_id, inline)
            for (name, kind, content_id, inline), content in zip(said["files"], letter.contents, strict=True)
        ),
        answers=tuple(said["answers"]),
        signed=_signed(said["recipients"], received.inbox.address if received.inbox else ""),
        named=tuple(number.upper() for number in _NUMBER.findall(subject)),
        automatic=said["automatic"],
        away=said["away"],
        news=_news(said) if said["news"] else None,
        marks=tuple(said["marks"]),
        invitation=said["invitation"],
        forwarded=tuple(said["forwarded"]),
        others=tuple((name, address) for name, address in said["others"] if base_of(address) != said["address"]),
        addressed=tuple(said["addressed"]),
        recipients=tuple(said["delivered"]),
        reply_to=tuple(said["reply_to"]),
        below_damage=said["below_damage"],
        results=tuple(said["results"]),
    )


def _news(said: dict[str, Any]) -> News:
    returned = next((sent for address in said["recipients"] if (sent := letter_in(address))), 0)
    return replace(News(*said["news"]), returned=returned)


def _signed(addresses: list[str], inbox: str) -> str:
    """The number in a signed address: in the one of this inbox, where several desks were answered at once."""
    found = [(base_of(address), number) for address in addresses if (number := number_in(address))]
    here = [number for base, number in found if base == inbox.lower()]
    return next(iter((*here, *(number for _base, number in found))), "")


def _without_our_numbers(subject: str) -> str:
    """A new ticket gets a number of its own; what other systems put there is theirs, and they look for it."""
    ours = {desk.key for desk in config_cache.current().desks.values()}
    return _NUMBER.sub(lambda found: "" if found[1].upper().rpartition("-")[0] in ours else found[0], subject)


def _clean(value: Any) -> Any:
    """The same data with nothing in it that PostgreSQL cannot store: neither NUL nor half a surrogate pair."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    return value
