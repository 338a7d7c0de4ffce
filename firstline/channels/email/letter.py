"""One letter, read: `read(raw)` gives a frozen Letter, whatever came."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from firstline.channels.email.absences import is_away
from firstline.channels.email.addresses import Mailbox, Sender, first_address, mailboxes
from firstline.channels.email.automatic_mail import why_automatic
from firstline.channels.email.bodies import body_of
from firstline.channels.email.bounces import Bounce, bounce_of
from firstline.channels.email.headers import Headers, line, message_ids, moment
from firstline.channels.email.mime import Limits, Part, Unreadable, parse
from firstline.channels.email.writtenin import Attachment
from firstline.kit.limits import limit

__all__ = ["Attachment", "Bounce", "Envelope", "Letter", "Limits", "Mailbox", "Sender", "Unreadable", "read"]

REPLY = re.compile(r"^\s*(?:re|aw|sv|antw|rv|回复|回覆|答复|答覆|回信)\s?(?:\[\d+\]|\(\d+\))?\s?[:：]", re.IGNORECASE)
FORWARD = re.compile(r"^\s*(?:fwd?|wg|tr|转发|轉寄|轉發)\s?(?:\[\d+\]|\(\d+\))?\s?[:：]", re.IGNORECASE)
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-forwarded-to")
_MOST_REFERENCES = limit(
    100, "ids", of="emails that an email says it answers", per="email", said="The first and the last of them count."
)
_LONGEST_SUBJECT = limit(998, "characters", of="the subject of an email", per="email", said="The rest is left out.")
# What was left out of the body, by the mark that says so.
_CUT = {"cut": {"text"}, "links": {"links"}, "files": {"files"}}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What was said over SMTP or LMTP. `sender` is empty for the null sender, None when nobody knows."""

    sender: str | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in our words. Addresses are in lower case, ids stand in `<…>`, dates in UTC."""

    key: str
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Sender
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    delivered_to: tuple[str, ...]
    subject: str
    date: datetime | None
    text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    automatic: str | None
    is_away: bool
    bounce: Bounce | None
    is_reply: bool
    is_forward: bool
    oversize: tuple[str, ...]
    problems: tuple[str, ...]
    marks: tuple[str, ...]
    """What a reader should know of how it came: signed, encrypted, cut, links, files."""
    headers: Headers

    @property
    def answers(self) -> tuple[str, ...]:
        """The ids that this letter may answer, the likeliest first."""
        return tuple(dict.fromkeys((*self.in_reply_to, *reversed(self.references))))

    @property
    def answer_to(self) -> str:
        """Where an answer goes: the first Reply-To, else the sender. Who wrote is `sender` alone."""
        return next((one.address for one in self.reply_to if one.address), self.sender.address)


def without_forward(subject: str) -> str:
    """The subject of what was forwarded."""
    return FORWARD.sub("", subject).strip() or subject


def read(
    raw: bytes,
    envelope: Envelope | None = None,
    *,
    limits: Limits | None = None,
    own_hosts: frozenset[str] = frozenset(),
) -> Letter:
    """The letter. `own_hosts` are the domains of our own message ids (lower case).

    Raises Unreadable, and nothing else, for a letter beyond the limits. Whatever else is odd about it
    stands in `problems`, and what was too long in `oversize` ("text", "html", "links" or "files").
    """
    limits = limits or Limits()
    root = parse(raw, limits=limits)
    headers = root.headers
    problems: list[str] = []
    sender = _sender(headers, envelope, problems)
    subject = headers.text("subject")[:_LONGEST_SUBJECT]
    null_sender = is_null_sender(headers, envelope.sender if envelope else None)
    body = body_of(root, limits=limits)
    message_id, in_reply_to, references = _ids(headers, problems)
    sealed = _seals(root)
    problems += [problem for problem in ("encrypted",) if problem in sealed]
    return Letter(
        key=message_id if message_id and len(message_id) <= 250 else f"sha256:{hashlib.sha256(raw).hexdigest()}",
        message_id=message_id,
        in_reply_to=in_reply_to,
        references=references,
        sender=sender,
        reply_to=_all(headers, "reply-to"),
        to=_all(headers, "to"),
        cc=_all(headers, "cc"),
        delivered_to=delivered_to(headers, envelope.recipients if envelope else ()),
        subject=subject,
        date=_date(headers, problems),
        text=body.text,
        html=body.html,
        attachments=body.attachments,
        automatic=why_automatic(root, sender=sender, null_sender=null_sender, own_hosts=own_hosts, text=body.text),
        is_away=is_away(root, null_sender=null_sender, text=body.text),
        bounce=bounce_of(root, sender=sender, null_sender=null_sender, subject=subject, text=body.text),
        is_reply=bool(in_reply_to or references or REPLY.match(subject)),
        is_forward=FORWARD.match(subject) is not None,
        oversize=body.oversize,
        problems=tuple(dict.fromkeys(problems)),
        marks=(*sealed, *(name for name, cut in _CUT.items() if cut & set(body.oversize))),
        headers=headers,
    )


def _sender(headers: Headers, envelope: Envelope | None, problems: list[str]) -> Sender:
    """From, when it names one person without a flaw; else the likeliest address, not certain."""
    fields = headers.all("from")
    written = [one for value in fields for one in mailboxes(value, headers.charset)]
    flaws = [flaw for one in written for flaw in one.flaws]
    if len(fields) > 1:
        flaws.append("more than one From field")
    if len(written) > 1:
        flaws.append("more than one sender")
    found = next((one for one in reversed(written) if one.address), None)
    if found is None:
        flaws.append("no usable From address")
        said = ((envelope.sender or "") if envelope else "").encode("ascii", "replace")
        returned = headers.raw("return-path") or b""
        instead = (*_all(headers, "reply-to"), *_all(headers, "sender"), *mailboxes(said), *mailboxes(returned))
        found = next((one for one in instead if one.address), Mailbox(written[0].name if written else "", ""))
    if first_address(found.name) not in ("", found.address):
        problems.append("From: the name holds another address")
    problems += [f"From: {flaw}" for flaw in flaws]
    return Sender(name=found.name, address=found.address, certain=not flaws)


def _ids(headers: Headers, problems: list[str]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    own = [one for value in headers.all("message-id") for one in message_ids(value)]
    if not own:
        problems.append("no Message-ID")
    elif len(set(own)) > 1:
        problems.append("more than one Message-ID")
    in_reply_to = message_ids(b" ".join(headers.all("in-reply-to")))[:_MOST_REFERENCES]
    references = message_ids(b" ".join(headers.all("references")))
    # The first opened the thread and the last are the nearest; the middle of a very long chain helps nobody.
    if len(references) > _MOST_REFERENCES:
        references = (references[0], *references[1 - _MOST_REFERENCES :])
    return own[0] if own else "", in_reply_to, references


def _all(headers: Headers, name: str) -> tuple[Mailbox, ...]:
    return tuple(one for value in headers.all(name) for one in mailboxes(value, headers.charset))


def delivered_to(headers: Headers, recipients: Sequence[str]) -> tuple[str, ...]:
    """To whom it came: `recipients`, who were said over SMTP, and those whom servers wrote on top."""
    named = [line(value).strip("<> ").lower() for field in _DELIVERED for value in headers.all(field)]
    said = [address.strip("<> ").lower() for address in recipients]
    return tuple(dict.fromkeys(address for address in (*said, *named) if "@" in address))


def is_null_sender(headers: Headers, sender: str | None) -> bool:
    """Whether no answer can reach whoever sent it. `sender`: who was said over SMTP, None where nobody knows."""
    if sender is not None:
        return sender.strip("<> ") == ""
    returned = headers.raw("return-path")
    return returned is not None and returned.strip().strip(b"<> ") == b""


def _date(headers: Headers, problems: list[str]) -> datetime | None:
    date = moment(headers.raw("date") or b"")
    if date is None:
        problems.append("no usable Date")
    return date


def _seals(root: Part) -> tuple[str, ...]:
    """Whether it is encrypted, or signed by its writer. The signature itself is not checked."""
    encrypted = signed = False
    for part in root.walk():
        if part.type == "multipart/encrypted":
            encrypted = True
        elif part.type == "multipart/signed":
            signed = True
        elif part.type.endswith("pkcs7-mime"):
            signed = signed or "signed" in part.parameters.get("smime-type", "")
            encrypted = encrypted or "signed" not in part.parameters.get("smime-type", "")
        elif part.type == "text/plain" and part.body.lstrip()[:34].startswith(b"-----BEGIN PGP MESSAGE-----"):
            encrypted = True
        elif part.type == "text/plain" and part.body.lstrip()[:34] == b"-----BEGIN PGP SIGNED MESSAGE-----":
            signed = True
    return (*(("encrypted",) if encrypted else ()), *(("signed",) if signed else ()))
