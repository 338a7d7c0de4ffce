"""Header fields of letters: words in other charsets, parameters, file names, message ids, dates."""

import binascii
import mimetypes
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from firstline.channels.email.charset import decode
from firstline.kit.time_format import in_zone, is_usual

WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
# Also one that was cut off, with blanks around its charset, or with a question mark among its words.
_ANY_WORD = re.compile(rb"=\?[ ]?([^?\s]{1,60})[ ]?\?([bBqQ])\?((?:[^?=]|=(?!\?[^=])|\?(?!=))*)(?:\?=|\Z|(?==\?))")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
# Control characters, and the marks that turn the reading direction (exe.gnp reads as png.exe).
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
_ID = re.compile(r"<([^<>]{1,996})>")
_TYPE = re.compile(r"^[\w.+-]{1,80}/[\w.+-]{1,120}$", re.ASCII)
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){2}")
_CONTINUED = re.compile(r"^(.+?)(?:\*(\d{1,3}))?(\*)?$")
_WHOLE = -1
"""The number of a parameter that is not in pieces."""


# Types as mail programs write them, which the usual table does not know or knows by another ending.
_ENDINGS = {
    **{"message/rfc822": ".eml", "text/calendar": ".ics", "image/jpg": ".jpg", "image/pjpeg": ".jpg"},
    **{"image/jpeg": ".jpg", "image/x-png": ".png", "image/webp": ".webp", "image/heic": ".heic", "text/plain": ".txt"},
    **{"application/x-pdf": ".pdf", "application/x-zip-compressed": ".zip", "text/rtf": ".rtf"},
    **{"application/mac-binhex40": ".hqx", "application/applefile": ".applefile"},
}


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields in their order, names in lower case, values as the bytes that came, unfolded."""

    fields: tuple[tuple[str, bytes], ...] = ()
    mended: frozenset[str] = frozenset()
    """Names of fields that stood below a damaged place of the head, where no server looked at them."""
    charset: str = ""
    """The charset that the letter names for its words: raw 8-bit text in its fields is taken to be in it."""

    def raw(self, name: str) -> bytes | None:
        """The first field of that name."""
        return next((value for found, value in self.fields if found == name), None)

    def all(self, name: str) -> list[bytes]:
        """Every field of that name."""
        return [value for found, value in self.fields if found == name]

    def text(self, name: str) -> str:
        """The first field of that name as one clean line, or an empty string."""
        return line(self.raw(name) or b"", self.charset)


def line(raw: bytes, charset: str = "") -> str:
    """A field's value as one line of text: words decoded, nothing invisible, no line ends. `charset`: what raw 8-bit
    text is likely in."""
    return " ".join(_INVISIBLE.sub(" ", words(raw, charset)).split())


def words(raw: bytes, charset: str = "") -> str:
    """RFC 2047 words and raw 8-bit text decoded. May hold line ends; `line` and `file_name` remove them."""
    out: list[str] = []
    pending: list[bytes] = []
    label, at = "", 0
    for match in _ANY_WORD.finditer(raw):
        between = raw[at : match.start()]
        named = match[1].decode("ascii", "replace").partition("*")[0].strip().lower()
        adjacent = bool(pending) and not between.strip()
        if not adjacent or named != label:
            # Words side by side may share a character: only then are their bytes joined before decoding.
            out.append(_joined(pending, label))
            pending = []
            if not adjacent:
                out.append(decode(between, hint=charset))
        pending.append(_word_bytes(match[2], match[3]))
        label, at = named, match.end()
    out.append(_joined(pending, label))
    out.append(decode(raw[at:], hint=charset))
    return "".join(out)


def parameters(raw: bytes, charset: str = "") -> tuple[str, dict[str, str]]:
    """A field such as Content-Type in two: the value in lower case, and its parameters (RFC 2231 joined). `charset`:
    what raw 8-bit text in them is likely in."""
    first, *rest = _split(raw)
    if b" " in (first := first.strip()) and b"=" in first:
        # The semicolon was forgotten.
        first, _blank, more = first.partition(b" ")
        first, rest = first.rstrip(b","), [*(more.split() if b'"' not in more else [more]), *rest]
    found: dict[str, dict[tuple[int, bool], bytes]] = {}
    for part in rest[:100]:
        name, equals, value = part.partition(b"=")
        if not equals:
            continue
        shape = _CONTINUED.match(name.strip().decode("ascii", "replace").lower())
        if shape:
            number = int(shape[2]) if shape[2] else _WHOLE
            # Of what is said twice the first counts.
            found.setdefault(shape[1], {}).setdefault((number, bool(shape[3])), _unquoted(value.strip()))
    return line(first).lower(), {name: _parameter(pieces, charset) for name, pieces in found.items()}


def file_name(name: str) -> str:
    """A name that is safe to show and to offer: no folders, nothing invisible, at most 200 characters."""
    name = " ".join(_INVISIBLE.sub("", name).split()).replace("\\", "/").rpartition("/")[2]
    name = re.sub(r'[<>:"|?*]', "_", name).strip(". ")
    stem, dot, end = name.rpartition(".")
    # What is long loses of its stem, and keeps an ending.
    return stem[: 199 - len(end)] + dot + end if len(end) < 20 else name[:200]


def extension(content_type: str) -> str:
    """The usual ending for a type, with its dot, or an empty string."""
    return _ENDINGS.get(content_type) or (mimetypes.guess_extension(content_type) or "")


def type_by_name(name: str) -> str:
    """The usual type of a file with this name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def content_type(value: str) -> str:
    """A type of the shape a/b, or an empty string."""
    return value if _TYPE.match(value) else ""


def message_ids(raw: bytes) -> tuple[str, ...]:
    """Message ids in their order, each `<…>` without blanks, none twice."""
    text = raw.decode("ascii", "replace")
    found = ["<" + "".join(inner.split()) + ">" for inner in _ID.findall(text)]
    if not found:
        found = [f"<{word}>" for word in text.split() if "@" in word and len(word) < 500]
    return tuple(dict.fromkeys(one for one in found if len(one) > 2))


def moment(raw: bytes) -> datetime | None:
    """The date in UTC, or None when it is none or lies outside of 1990 to 2100."""
    try:
        parsed = parsedate_to_datetime(line(raw[:200])[:120])
        found = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else in_zone(parsed, UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found is not None and is_usual(found) else None


def _word_bytes(encoding: bytes, body: bytes) -> bytes:
    if encoding in b"qQ":
        return _HEX.sub(lambda match: bytes([int(match[1], 16)]), body.replace(b"_", b" "))
    body = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    if len(body) % 4 == 1:
        body = body[:-1]
    return binascii.a2b_base64(body + b"=" * (-len(body) % 4))


def _joined(pieces: list[bytes], label: str) -> str:
    """The text of words side by side: of all their bytes, unless it is only one by one that they make sense."""
    together = decode(b"".join(pieces), label)
    if "\ufffd" not in together or len(pieces) == 1:
        return together
    return "".join(decode(piece, label) for piece in pieces)


def _split(raw: bytes) -> list[bytes]:
    """The parts between semicolons that stand outside of quotes."""
    parts, start, quoted, escaped = [], 0, False, False
    for at, byte in enumerate(raw):
        if escaped:
            escaped = False
        elif byte == 0x5C and quoted:
            escaped = True
        elif byte == 0x22:
            quoted = not quoted
        elif byte == 0x3B and not quoted:
            parts.append(raw[start:at])
            start = at + 1
    # A quote that nobody closed must not swallow the parameters behind it.
    return raw.split(b";") if quoted else [*parts, raw[start:]]


def _unquoted(value: bytes) -> bytes:
    if value[:1] == b'"':
        value = value[1:-1] if value[-1:] == b'"' else value[1:]
        return re.sub(rb"\\(.)", rb"\1", value)
    return value


def _parameter(pieces: dict[tuple[int, bool], bytes], hint: str) -> str:
    """`pieces`: by number, and whether they are extended (RFC 2231)."""
    # Told twice, once for old programs: the extended one says more, and one that is in pieces.
    if (_WHOLE, True) in pieces:
        pieces = {(_WHOLE, True): pieces[_WHOLE, True]}
    elif len(pieces) > 1:
        pieces = {key: value for key, value in pieces.items() if key[0] != _WHOLE}
    ordered = [(key[1], pieces[key]) for key in sorted(pieces) if key[1] or (key[0], True) not in pieces]
    if not any(extended for extended, _value in ordered):
        # Not allowed, but usual: encoded words or raw bytes in a name.
        return _unescaped(words(b"".join(value for _extended, value in ordered), hint))
    charset, joined = "", b""
    for at, (extended, value) in enumerate(ordered):
        if extended:
            if at == 0 and value.count(b"'") >= 2:
                label, _, value = value.split(b"'", 2)
                charset = label.decode("ascii", "replace")
            value = unquote_to_bytes(value)
        joined += value
    return words(joined, hint) if _ANY_WORD.search(joined) else decode(joined, charset, hint=hint)


def _unescaped(name: str) -> str:
    """A name whose characters are written as in an address of the web, which some programs do without saying so."""
    if "%" not in name or not name.isascii() or not _PERCENT.search(name):
        return name
    try:
        text = unquote_to_bytes(name).decode()
    except UnicodeDecodeError:
        return name
    return name if text.isascii() else text
