"""Where the head of a letter or of a part ends, and which fields it has.

Heads are damaged on their way: a blank line in a folded field, a row that lost its indent, a mark or a blank line
before the first field. What stands below the damage counts only when the rows prove that they are a head (`_Proof`),
and never for what servers found out or wrote on top; what stands above it is never changed by it.
"""

import re
from dataclasses import dataclass, field

from firstline.channels.email.headers import Headers
from firstline.channels.email.limits import Limits, Unreadable
from firstline.kit.limits import limit

_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:(?!//)")
# What a mailbox file writes above a letter, and sometimes within its head.
_MAILBOX = re.compile(rb"^>?From ")
_MAILBOX_WITHIN = re.compile(rb"^>?From \S{1,300}[ \t].{0,60}\d\d:\d\d")
_PREFACE = re.compile(rb"(?:\xef\xbb\xbf|[ \t]*[\r\n]){0,1000}")
_BOM = b"\xef\xbb\xbf"
_LINE_ENDS = re.compile(rb"(?<!\r)\r++(?!\n)")
_FAMILIAR = re.compile(r"x-|list-|arc-|content-|resent-|thread-|dkim-|authentication-|received|delivered-|errors-")
# Fields that every program writes, and how their values look: a row that looks so is no sentence of somebody's.
_FORM: dict[str, re.Pattern[bytes]] = {
    "from": re.compile(rb"@"),
    "to": re.compile(rb"@|undisclosed"),
    "cc": re.compile(rb"@"),
    "reply-to": re.compile(rb"@"),
    "sender": re.compile(rb"@"),
    "subject": re.compile(rb"\S"),
    "date": re.compile(rb"\d:\d\d"),
    "message-id": re.compile(rb"<[^<>\s]{3,}>"),
    "mime-version": re.compile(rb"^\s*\d\.\d"),
    "content-type": re.compile(rb"^\s*[A-Za-z]{3,20}/[A-Za-z0-9.+-]{1,80}"),
    "content-transfer-encoding": re.compile(
        rb"^\s*\"?(?:7-?bit|8-?bit|binary|base64|quoted-printable|x-uu)", re.IGNORECASE
    ),
    "content-disposition": re.compile(rb"^\s*(?:inline|attachment)", re.IGNORECASE),
}
_OF_PARTS = frozenset({"content-type", "content-transfer-encoding", "content-disposition"})
# What may be taken from below the damage. Not among them is all that servers say: who proved what, and who got it.
_MENDABLE = frozenset(_FORM) | frozenset(
    b"""
    in-reply-to references content-id content-description content-location content-language auto-submitted precedence
    x-autoreply x-autorespond x-auto-response-suppress x-failed-recipients list-id list-unsubscribe importance priority
    """.decode().split()
)
_OTHERS = frozenset(
    b"user-agent comments keywords organization organisation return-path bcc envelope-to".decode().split()
)
# Fields to which rows from below the damage may be joined: whatever they hold, it proves nothing.
_JOINED = frozenset({"subject", "to", "cc", "references", "in-reply-to", "content-type", "content-disposition"})
_NEVER_FOLDED = frozenset({"date", "message-id", "mime-version", "from", "sender", "content-transfer-encoding"})
_MOST_BREAKS = limit(
    5,
    "places",
    of="damaged places of a head that are mended",
    per="email",
    said="The head ends there; the rest is shown as text.",
)
_MOST_LOST_ROWS = 60
_LONGEST_LOOK = 64 * 1024
_WINDOWS = (4 * 1024, 32 * 1024)
"""So much is looked at first, so that a short head costs little whatever follows it; more if that is not enough."""
_PLENTY = 3
"""So many fields of every program's prove a head that began with something else."""


def split_headers(
    raw: bytes, *, limits: Limits | None = None, of_part: bool = False, before_words: bool = False, charset: str = ""
) -> tuple[Headers, bytes]:
    """The header fields, unfolded, and what follows them. LF, CRLF and lone CR all end a line.

    `before_words`: somebody's words follow, and a row such as `Note: …` above no blank line is the first of them.
    `charset`: in which raw 8-bit text is taken to be. Raises Unreadable for a head beyond the limits.
    """
    limits = limits or Limits()
    for most in (*(each for each in _WINDOWS if each < limits.header), limits.header + 2):
        reading = _Reading(_with_line_ends(raw[:most]), limits, of_part)
        end, ended = reading.read()
        if not reading.saw_all or most >= len(raw):
            break
    if before_words and not ended:
        end = reading.without_words(end)
    fields = tuple((name, b" ".join(part.strip() for part in rows)) for name, rows in reading.fields)
    above = fields if reading.above is None else fields[: reading.above]
    there = {name for name, _value in above}
    below = [(name, value) for name, value in fields[len(above) :] if name in _MENDABLE and name not in there]
    return Headers((*above, *below), mended=frozenset(name for name, _ in below), charset=charset), raw[end:]


def without_preface(raw: bytes) -> bytes:
    """The letter without the marks and blank lines that stand before it."""
    start = raw[2:2_000]
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") and _FIELD.match(start.replace(b"\x00", b"")):
        raw = raw.decode("utf-16", "replace").encode() if b"\x00" in start else raw[2:]
    found = _PREFACE.match(raw)
    return raw[found.end() :] if found else raw


def _with_line_ends(window: bytes) -> bytes:
    """The same bytes, as many as before, where LF ends every line."""
    return _LINE_ENDS.sub(lambda found: b"\n" * len(found[0]), window)


@dataclass(slots=True)
class _Reading:
    window: bytes
    limits: Limits
    of_part: bool
    fields: list[tuple[str, list[bytes]]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    above: int | None = None
    """How many fields stand above the first damage."""
    breaks: int = 0
    saw_all: bool = False
    """Whether the window was read to its end, so that what lies beyond may matter."""

    def read(self) -> tuple[int, bool]:
        """Where the body starts, and whether a blank line says so."""
        at, ended = 0, False
        while at < len(self.window):
            row, after = self._row(at)
            if not row.strip():
                resumed = self._resumed(at, row, stray=False)
                if resumed is None:
                    at, ended = after, True
                    break
                after = resumed
            elif row[:1] in b" \t" and self.fields:
                self.fields[-1][1].append(row)
            elif found := _FIELD.match(row.lstrip()):
                self._add(found, row.lstrip(), at)
            elif not self._is_of_a_mailbox(row, after):
                resumed = self._resumed(at, row, stray=True)
                if resumed is None:
                    break
                after = resumed
            at = after
            if at > self.limits.header or len(self.fields) > self.limits.fields:
                raise Unreadable("header")
        return at, ended

    def _add(self, found: re.Match[bytes], row: bytes, at: int) -> None:
        self.fields.append((found[1].decode("ascii").lower(), [row[found.end() :]]))
        self.starts.append(at)

    def _row(self, at: int) -> tuple[bytes, int]:
        newline = self.window.find(b"\n", at)
        after = len(self.window) if newline < 0 else newline + 1
        self.saw_all = self.saw_all or after >= len(self.window)
        row = self.window[at:after].rstrip(b"\r\n")
        return row.removeprefix(_BOM), after

    def _is_of_a_mailbox(self, row: bytes, after: int) -> bool:
        if not self.fields:
            return _MAILBOX.match(row) is not None
        return _MAILBOX_WITHIN.match(row) is not None and _FIELD.match(self._row(after)[0]) is not None

    def _resumed(self, at: int, row: bytes, *, stray: bool) -> int | None:
        """Where the head goes on below a blank or a stray row, if what stands there proves that it does."""
        if self.breaks >= _MOST_BREAKS or (stray and row.startswith(b"--")):
            return None
        lost, seen = [], 0
        start = at
        while seen < _MOST_LOST_ROWS and start < min(len(self.window), at + _LONGEST_LOOK):
            row, after = self._row(start)
            if _is_usual(row) and not row[:1].isspace():
                break
            if row.strip():
                # Below a blank line only what is still indented may belong to the field above it.
                if not stray and not row[:1].isspace():
                    return None
                lost.append(row)
            elif stray:
                return None
            start, seen = after, seen + 1
        if lost and not self._takes(lost):
            return None
        if not self._proves(start, plenty=bool(lost) and not self.fields):
            return None
        self.breaks += 1
        if self.above is None:
            self.above = len(self.fields)
        if self.fields and self.fields[-1][0] in _JOINED:
            self.fields[-1][1].extend(lost)
        return start

    def _takes(self, lost: list[bytes]) -> bool:
        """Whether these rows can have belonged to the last field, so that no word of somebody's goes with them."""
        if not self.fields:
            return len(lost) == 1
        name, rows = self.fields[-1]
        return name not in _NEVER_FOLDED and (name not in _OF_PARTS or rows[-1].rstrip().endswith(b";"))

    def _proves(self, at: int, *, plenty: bool) -> bool:
        """Whether a head goes on here: usual fields only, one at least that is lacking, none that is there already."""
        counted = _OF_PARTS if self.of_part else _FORM.keys()
        there = {name for name, _rows in self.fields}
        gained: set[str] = set()
        until = at + _LONGEST_LOOK
        while at < min(len(self.window), until):
            row, at = self._row(at)
            if not row.strip() or not (row[:1] in b" \t" or _FIELD.match(row)):
                break
            if row[:1] in b" \t":
                continue
            name = _name(row)
            if not _is_usual(row) or (name in _FORM and name in there):
                return False
            if self.of_part and not name.startswith(("content-", "x-", "mime-")):
                return False
            if name in counted:
                gained.add(name)
        return len(gained) >= (_PLENTY if plenty else 1)

    def without_words(self, end: int) -> int:
        """Where the body starts when no blank line parts it: rows such as `Note: …` at its beginning are words."""
        known = [number for number, (name, _rows) in enumerate(self.fields) if _is_familiar(name)]
        first = known[-1] + 1 if known else 0
        if first < len(self.fields):
            end = self.starts[first]
            del self.fields[first:]
        return end


def _name(row: bytes) -> str:
    found = _FIELD.match(row)
    return found[1].decode("ascii").lower() if found else ""


def _is_familiar(name: str) -> bool:
    return name in _MENDABLE or name in _OTHERS or _FAMILIAR.match(name) is not None


def _is_usual(row: bytes) -> bool:
    """Whether mail programs write such a row in a head."""
    found = _FIELD.match(row)
    if found is None:
        return False
    name = found[1].decode("ascii").lower()
    form = _FORM.get(name)
    return form.search(row[found.end() :]) is not None if form else _is_familiar(name)
