"""A received letter as `Incoming`."""

import re

from django.conf import settings

from firstline.channels.base import File, Incoming, News
from firstline.channels.email.letter import Envelope, Letter, Limits, Unreadable, read
from firstline.channels.email.signed import number_in
from firstline.channels.models import Received
from firstline.kit import mailtext
from firstline.kit.quotes import Cut

__all__ = ["Unreadable", "incoming"]

_NUMBER = re.compile(r"\[([A-Z][A-Z0-9]{1,7}-\d{1,15})\]", re.IGNORECASE)


def incoming(received: Received) -> Incoming:
    """What the letter says. Raises Unreadable for one beyond the limits."""
    envelope = Envelope(received.envelope.get("sender"), tuple(received.envelope.get("recipients", ())))
    letter = read(
        bytes(received.raw),
        envelope,
        limits=Limits(size=settings.CONFIG.upload_mb * 1024 * 1024),
        own_hosts=frozenset({settings.CONFIG.mail_domain.lower()}),
    )
    cut = _cut(letter)
    return Incoming(
        channel="email",
        letter_id=letter.message_id[:250],
        name=_plain(letter.sender.name),
        address=_plain(letter.sender.address),
        certain=letter.sender.certain,
        subject=_plain(_NUMBER.sub("", letter.subject)),
        text=_plain(cut.shown),
        quoted=_plain("\n\n".join(part for part in (cut.signature, cut.quoted) if part)),
        html=_plain(letter.html or ""),
        files=tuple(
            File(file.name, file.type, file.content, file.content_id, file.inline) for file in letter.attachments
        ),
        answers=letter.answers,
        signed=next((number for address in _recipients(letter) if (number := number_in(address))), ""),
        named=tuple(number.upper() for number in _NUMBER.findall(letter.subject)),
        automatic=letter.automatic or "",
        away=letter.is_away,
        news=_news(letter),
    )


def _cut(letter: Letter) -> Cut:
    cut = mailtext.visible(letter.text)
    # A letter that holds nothing but a quote still says something: all of it is shown.
    return cut if cut.shown.strip() else Cut(shown=letter.text)


def _recipients(letter: Letter) -> tuple[str, ...]:
    written = (box.address for box in (*letter.to, *letter.cc))
    return (*letter.delivered_to, *written)


def _news(letter: Letter) -> News | None:
    bounce = letter.bounce
    return News(bounce.recipient, bounce.status, bounce.failed, bounce.original_id) if bounce else None


def _plain(text: str) -> str:
    # PostgreSQL stores neither NUL nor half a surrogate pair.
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
