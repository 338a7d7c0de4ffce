"""Addresses of letters, read strictly: whom a letter is from, and whether that can be taken at its word."""

import re
from dataclasses import dataclass

from firstline.channels.email.headers import WORD, line
from firstline.kit.limits import limit
from firstline.kit.mailbox import normal

MOST_ADDRESSES = limit(500, "addresses", of="addresses read in a header", per="header", said="The rest is left out.")

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.+[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\.?"
_ADDRESS = re.compile(rf"^{_LOCAL}@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$")
_ANYWHERE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_ENCODED_WORD = re.compile(rb"=\?[^?\s]{1,60}\?[bBqQ]\?")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address in lower case. `flaws` says in words what is odd about how it was written."""

    name: str
    address: str
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom a letter is from. Unless `certain`, the address must not be taken for a known person's."""

    name: str
    address: str
    certain: bool


def mailboxes(raw: bytes, charset: str = "") -> tuple[Mailbox, ...]:
    """Every mailbox of an address field, in order; groups opened, at most 500. `charset`: what raw 8-bit names are
    likely in."""
    found = []
    for chunk in _chunks(raw):
        mailbox = _mailbox(chunk, charset)
        if mailbox:
            found.append(mailbox)
        if len(found) >= MOST_ADDRESSES:
            break
    return tuple(found)


def first_address(text: str) -> str:
    """The first address anywhere in a text, in lower case, or an empty string."""
    found = _ANYWHERE.search(text[:20_000])
    return normal(found[0]) if found else ""


@dataclass(slots=True)
class _Chunk:
    """One address as it stood between commas, taken apart by its punctuation."""

    outside: bytes
    quoted: bytes
    comment: bytes
    angles: tuple[bytes, ...]
    trailing: bool
    grouped: bool
    broken: bool


def _mailbox(chunk: _Chunk, charset: str) -> Mailbox | None:
    flaws: list[str] = []
    outside = chunk.outside.strip()
    if chunk.angles:
        written = chunk.angles[-1]
        name = line(chunk.quoted, charset) or line(outside, charset) or line(chunk.comment, charset)
        if len(chunk.angles) > 1:
            flaws.append("more than one address in brackets")
        if chunk.trailing:
            flaws.append("text after the address")
        if b"@" in outside:
            flaws.append("an unquoted address before the address")
    else:
        written = outside
        name = line(chunk.comment, charset) or line(chunk.quoted, charset)
        if chunk.quoted:
            flaws.append("no brackets around the address")
    if chunk.grouped:
        flaws.append("a group instead of an address")
    if chunk.broken:
        flaws.append("unbalanced quotes or brackets")
    address = _cleaned(written, flaws)
    if not address and not name:
        return None
    return Mailbox(name=name.strip("'\" ")[:200], address=address, flaws=tuple(flaws))


def _cleaned(written: bytes, flaws: list[str]) -> str:
    """The address as it was meant; whatever had to be mended is a flaw."""
    if _ENCODED_WORD.search(written):
        flaws.append("an encoded word in the address")
        text = line(written)
        inner = _ANYWHERE.search(text)
        return normal(inner[0]) if inner and text.count("@") == 1 else ""
    text = written.decode("ascii", "replace").strip()
    if _ADDRESS.match(text) and len(text) <= 254:
        return normal(text)
    if not text:
        return ""
    flaws.append("an address that is not well formed")
    mended = re.sub(r"[\s<>()\[\]\"]|mailto:", "", text.rpartition(":")[2]).rstrip(".,;")
    return normal(mended) if _ADDRESS.match(mended) and len(mended) <= 254 else ""


def _chunks(raw: bytes) -> list[_Chunk]:
    """The field taken apart in one walk: commas and semicolons part, quotes and comments hold together."""
    chunks: list[_Chunk] = []
    parts: dict[str, bytearray] = {"outside": bytearray(), "quoted": bytearray(), "comment": bytearray()}
    angles: list[bytes] = []
    angle = bytearray()
    state, depth, group, trailing, broken = "outside", 0, False, False, False

    def finish() -> None:
        nonlocal trailing, broken
        if angles or any(part.strip() for part in parts.values()):
            chunks.append(
                _Chunk(
                    outside=bytes(parts["outside"]),
                    quoted=bytes(parts["quoted"]),
                    comment=bytes(parts["comment"]),
                    angles=tuple(angles),
                    trailing=trailing,
                    grouped=group,
                    broken=broken,
                )
            )
        for part in parts.values():
            part.clear()
        angles.clear()
        trailing = broken = False

    at, size = 0, len(raw)
    while at < size and len(chunks) < MOST_ADDRESSES:
        char = raw[at : at + 1]
        at += 1
        if char == b"\\" and state in ("quoted", "comment") and at < size:
            parts[state] += raw[at : at + 1]
            at += 1
        elif state == "quoted":
            if char == b'"':
                state = "outside"
            else:
                parts["quoted"] += char
        elif state == "comment":
            depth += (char == b"(") - (char == b")")
            if depth:
                parts["comment"] += char
            else:
                state = "outside"
        elif state == "angle":
            if char == b">":
                angles.append(bytes(angle))
                state = "outside"
            else:
                broken = broken or char in b'<"'
                angle += char
        elif char == b"=" and (word := WORD.match(raw, at - 1)):
            # Punctuation inside an encoded word parts nothing.
            parts["outside"] += word[0]
            trailing = trailing or bool(angles)
            at = word.end()
        elif char == b'"':
            state = "quoted"
            trailing = trailing or bool(angles)
            if parts["quoted"]:
                parts["quoted"] += b" "
        elif char == b"(":
            state, depth = "comment", 1
        elif char == b"<":
            state = "angle"
            angle.clear()
        elif char in b",;":
            finish()
            if char == b";":
                group = False
        elif char == b":" and not angles and b"@" not in parts["outside"]:
            # `Friends: a@x, b@x;` is a group: its name is nobody's.
            group = True
            for part in parts.values():
                part.clear()
        else:
            trailing = trailing or (bool(angles) and not char.isspace())
            broken = broken or char == b">" or (char < b" " and char not in b"\t\r\n")
            parts["outside"] += char
    if state != "outside":
        broken = True
        if state == "angle":
            angles.append(bytes(angle))
    finish()
    return chunks
