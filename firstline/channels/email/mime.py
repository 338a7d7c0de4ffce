"""The parts of a letter. Written for letters as they come: it never fails, except by its limits."""

import binascii
import quopri
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from firstline.channels.email.charset import decode
from firstline.channels.email.headers import Headers, content_type, parameters

_FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:")
# What a mailbox file writes above a letter.
_NO_FIELD = re.compile(rb"^>?From ")
_LONE_CR = re.compile(rb"\r(?!\n)")


class Unreadable(Exception):
    """A letter beyond the limits. It is kept as it is and shown to the administrator.

    `reason` is a word: size, header, parts, depth, time or memory; `email.reading` says it in a sentence.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a letter may hold; sizes in bytes."""

    size: int = 25 * 1024 * 1024
    header: int = 256 * 1024
    fields: int = 2_000
    parts: int = 200
    depth: int = 10
    links: int = 5_000
    text: int = 1_000_000
    html: int = 5_000_000
    tags: int = 50_000
    """Of HTML that is turned into text; what lies beyond is read without its layout."""


@dataclass(slots=True)
class Part:
    """One part: its header fields, and either parts of its own or a body still in its transfer encoding."""

    headers: Headers
    type: str
    parameters: dict[str, str]
    disposition: str
    named: dict[str, str]
    body: bytes = b""
    children: list["Part"] = field(default_factory=list)

    def walk(self) -> Iterator["Part"]:
        """This part and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def filename(self) -> str:
        """The name the sender gave to it, as it came."""
        return self.named.get("filename") or self.parameters.get("name") or self.parameters.get("filename") or ""

    @property
    def content_id(self) -> str:
        """The id by which HTML may refer to it, without its brackets."""
        return self.headers.text("content-id").strip("<> ")[:500]

    def content(self) -> bytes:
        """The body, decoded as far as it can be."""
        decoder = _DECODERS.get(self.headers.text("content-transfer-encoding").lower())
        return decoder(self.body) if decoder else self.body

    def read_as_text(self, content: bytes) -> str:
        """Content of this part as text with plain line ends."""
        text = decode(content, self.parameters.get("charset"))
        return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(raw: bytes, *, limits: Limits) -> Part:
    """The letter as a tree of parts. Raises Unreadable beyond the limits."""
    if len(raw) > limits.size:
        raise Unreadable("size")
    return _Parser(limits).part(raw.lstrip(b"\r\n"), depth=0, default="text/plain")


def split_headers(raw: bytes, *, limits: Limits | None = None) -> tuple[Headers, bytes]:
    """The header fields, unfolded, and what follows them. LF, CRLF and lone CR all end a line."""
    limits = limits or Limits()
    fields: list[tuple[str, list[bytes]]] = []
    window = _LONE_CR.sub(b"\n", raw[: limits.header + 2])
    at = 0
    while at < len(window):
        newline = window.find(b"\n", at)
        after = len(window) if newline < 0 else newline + 1
        row = window[at:after].rstrip(b"\r\n")
        if not row.strip():
            at = after
            break
        if row[:1] in b" \t":
            if fields:
                fields[-1][1].append(row)
        elif found := _FIELD.match(row):
            fields.append((found[1].decode("ascii").lower(), [row[found.end() :]]))
        elif not (_NO_FIELD.match(row) and not fields):
            # Something else than a field: the blank line was forgotten, the body starts here.
            break
        at = after
        if at > limits.header or len(fields) > limits.fields:
            raise Unreadable("header")
    return Headers(tuple((name, b" ".join(part.strip() for part in rows)) for name, rows in fields)), raw[at:]


class _Parser:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.count = 0

    def part(self, raw: bytes, *, depth: int, default: str) -> Part:
        self.count += 1
        if self.count > self.limits.parts:
            raise Unreadable("parts")
        if depth > self.limits.depth:
            raise Unreadable("depth")
        headers, body = split_headers(raw, limits=self.limits)
        kind, named = parameters(headers.raw("content-type") or b"")
        disposition, about = parameters(headers.raw("content-disposition") or b"")
        part = Part(
            headers=headers,
            type=_type(kind, default),
            parameters=named,
            disposition=disposition,
            named=about,
            body=body,
        )
        if part.type.startswith("multipart/"):
            inner = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
            for chunk in self._between(body, named.get("boundary", "")):
                part.children.append(self.part(chunk, depth=depth + 1, default=inner))
            if not part.children:
                # A multipart without parts: what there is, is text.
                part.type = "text/html" if b"<html" in body[:2000].lower() else "text/plain"
        return part

    def _between(self, body: bytes, boundary: str) -> list[bytes]:
        if not boundary or len(boundary) > 500:
            return []
        mark = re.escape(b"--" + boundary.encode("utf-8", "replace"))
        edges = re.compile(mark + rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")
        chunks: list[bytes] = []
        start: int | None = None
        for edge in edges.finditer(body):
            if edge.start() and body[edge.start() - 1] not in b"\r\n":
                continue
            if start is not None:
                chunks.append(_without_edge(body[start : edge.start()]))
                if len(chunks) > self.limits.parts:
                    raise Unreadable("parts")
            start = None if edge[1] else edge.end()
            if edge[1]:
                break
        if start is not None and body[start:].strip():
            chunks.append(body[start:])
        return chunks


def _type(written: str, default: str) -> str:
    if not written:
        return default
    written = written.split(" ", 1)[0]
    if written in ("text", "html", "text/"):
        return "text/html" if written == "html" else "text/plain"
    # What is no type at all is text, as RFC 2045 says; a file is known by its name.
    return content_type(written) or "text/plain"


def _without_edge(chunk: bytes) -> bytes:
    # The line end before a boundary belongs to the boundary.
    if chunk.endswith(b"\r\n"):
        return chunk[:-2]
    return chunk[:-1] if chunk[-1:] in (b"\n", b"\r") else chunk


def from_base64(body: bytes) -> bytes:
    """What base64 holds, as far as it can be read."""
    body = re.sub(rb"[^A-Za-z0-9+/=]", b"", body)
    out = []
    # Mail programs sometimes glue several encoded pieces together, each with its padding.
    for piece in re.findall(rb"[^=]+", body):
        piece = piece[:-1] if len(piece) % 4 == 1 else piece
        out.append(binascii.a2b_base64(piece + b"=" * (-len(piece) % 4)))
    return b"".join(out)


def _from_uuencode(body: bytes) -> bytes:
    out = []
    for row in body.splitlines():
        if row.startswith((b"begin ", b"end")) or not row.strip():
            continue
        try:
            out.append(binascii.a2b_uu(row))
        except binascii.Error:
            continue
    return b"".join(out)


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": from_base64,
    "quoted-printable": quopri.decodestring,
    "x-uuencode": _from_uuencode,
    "uuencode": _from_uuencode,
    "x-uue": _from_uuencode,
}
