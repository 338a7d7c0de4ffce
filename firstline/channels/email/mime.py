"""The parts of a letter. Written for letters as they come: it never fails, except by its limits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from firstline.channels.email.charset import codecs_for, decode
from firstline.channels.email.head import split_headers, without_preface
from firstline.channels.email.headers import Headers, content_type, parameters
from firstline.channels.email.limits import Limits, Unreadable
from firstline.channels.email.transfer import decoded, decoded_text

__all__ = ["Limits", "Part", "Unreadable", "parse", "split_headers"]

_CHARSET = re.compile(rb"charset\s{0,3}=\s{0,3}[\"']?([A-Za-z0-9_.:+-]{2,40})", re.IGNORECASE)
_WHERE_CHARSETS_STAND = 200_000
# A boundary is known by what follows it, whatever the head says.
_BOUNDARY = re.compile(
    rb"(?:\A|(?<=[\r\n]))--([^\r\n]{1,200})(?:\r\n|\n|\r)Content-(?:Type|Transfer-Encoding|Disposition|ID)[ \t]{0,9}:",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(rb"\s{0,20}(?:[^\r\n]{0,200}\b(?:MIME|multi-?part)\b[^\r\n]{0,200}\s{1,20}){0,3}", re.IGNORECASE)
_FAR = 20_000


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
    outside: tuple[bytes, ...] = ()
    """What stands before the first of its parts and behind the last, of which mail programs show nothing."""
    is_guessed: bool = False
    """Whether its parts were found by a boundary that its head does not name."""

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
        return decoded(self.body, self._encoding)[1]

    def pieces_of_text(self) -> tuple[bytes, bytes, bytes]:
        """The body decoded, as words; first and last what somebody, such as a list, put around it without encoding."""
        return decoded_text(self.body, self._encoding)

    @property
    def _encoding(self) -> str:
        return self.headers.text("content-transfer-encoding")

    def read_as_text(self, content: bytes) -> str:
        """Content of this part as text with plain line ends."""
        declared = self.parameters.get("charset") or ""
        if self.type == "text/html" and (found := _CHARSET.search(content, 0, 5_000)):
            named = found[1].decode("ascii")
            # What HTML says of itself counts where the head says nothing that can be used.
            if not codecs_for(declared) or codecs_for(declared) == ("ascii",):
                declared = named
        text = decode(content, declared, hint=self.headers.charset)
        return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(raw: bytes, *, limits: Limits) -> Part:
    """The letter as a tree of parts. Raises Unreadable beyond the limits."""
    if len(raw) > limits.size:
        raise Unreadable("size")
    if raw.count(b"\r\r\n") * 2 > raw.count(b"\n"):
        # Every line end was mended once too often.
        raw = raw.replace(b"\r\r\n", b"\r\n")
    raw = without_preface(raw)
    return _Parser(limits, _charset_in(raw)).part(raw, depth=0, default="text/plain")


def _charset_in(raw: bytes) -> str:
    """The charset that the letter names first and that says something; what its fields hold is likely in it, too."""
    for found in _CHARSET.finditer(raw, 0, _WHERE_CHARSETS_STAND):
        name = found[1].decode("ascii")
        if codecs_for(name) not in ((), ("ascii",), ("utf-8",)) and not name.lower().startswith("utf"):
            return name
    return ""


class _Parser:
    def __init__(self, limits: Limits, charset: str) -> None:
        self.limits, self.charset = limits, charset
        self.count = 0
        self.outside: tuple[bytes, ...] = ()
        self.guessed = False

    def part(self, raw: bytes, *, depth: int, default: str) -> Part:
        self.count += 1
        if self.count > self.limits.parts:
            raise Unreadable("parts")
        if depth > self.limits.depth:
            raise Unreadable("depth")
        headers, body = split_headers(
            raw, limits=self.limits, of_part=depth > 0, before_words=True, charset=self.charset
        )
        kind, named = parameters(headers.raw("content-type") or b"", self.charset)
        disposition, about = parameters(headers.raw("content-disposition") or b"", self.charset)
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
            chunks = self._chunks(part)
            if not chunks:
                # A multipart without parts: what there is, is text.
                part.type = "text/html" if b"<html" in part.body[:2000].lower() else "text/plain"
        else:
            inner, chunks = "text/plain", self._untold_chunks(part, kind)
            if chunks:
                part.type = "multipart/mixed"
        part.outside = tuple(piece for piece in self.outside if piece.strip()) if chunks else ()
        part.is_guessed = bool(chunks) and self.guessed
        for chunk in chunks:
            part.children.append(self.part(chunk, depth=depth + 1, default=inner))
        return part

    def _chunks(self, part: Part) -> list[bytes]:
        """The parts between the boundary that the head names; else between the one that is there."""
        self.guessed = False
        chunks = self._between(part.body, part.parameters.get("boundary", ""))
        if not chunks and part.headers.raw("content-transfer-encoding"):
            part.body = part.content()
            chunks = self._between(part.body, part.parameters.get("boundary", ""))
        if not chunks and (found := _BOUNDARY.search(part.body)):
            self.guessed = True
            chunks = self._between(part.body, found[1].rstrip())
        return chunks

    def _untold_chunks(self, part: Part, kind: str) -> list[bytes]:
        """The parts of one whose head does not say that it has any."""
        if part.type != "text/plain" or part.filename or b"--" not in part.body[:_FAR]:
            return []
        is_told = bool(content_type(kind)) or part.headers.raw("content-transfer-encoding") is not None
        preamble = _PREAMBLE.match(part.body) if is_told else None
        found = _BOUNDARY.match(part.body, preamble.end()) if preamble else _BOUNDARY.search(part.body, 0, _FAR)
        if found is None:
            return []
        self.guessed, edge = True, found[1].rstrip()
        return self._between(part.body, edge) if part.body.count(b"--" + edge) > 1 else []

    def _between(self, body: bytes, boundary: str | bytes) -> list[bytes]:
        if not boundary or len(boundary) > 500:
            return []
        edge = boundary if isinstance(boundary, bytes) else boundary.encode("utf-8", "replace")
        mark = re.escape(b"--" + edge)
        edges = re.compile(mark + rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")
        chunks: list[bytes] = []
        start: int | None = None
        first, last = len(body), len(body)
        for found in edges.finditer(body):
            if found.start() and body[found.start() - 1] not in b"\r\n":
                continue
            first = min(first, found.start())
            last = found.end() if found[1] else len(body)
            if start is not None:
                chunks.append(_without_edge(body[start : found.start()]))
                if len(chunks) > self.limits.parts:
                    raise Unreadable("parts")
            # Some programs go on behind what they said was the end.
            start = None if found[1] else found.end()
        if start is not None and body[start:].strip():
            chunks.append(body[start:])
        self.outside = body[:first], body[last:]
        return chunks


def _type(written: str, default: str) -> str:
    if not written:
        return default
    written = written.partition(" ")[0]
    if written == "html":
        return "text/html"
    # What is no type at all is text, as RFC 2045 says; a file is known by its name.
    return content_type(written) or "text/plain"


def _without_edge(chunk: bytes) -> bytes:
    # The line end before a boundary belongs to the boundary.
    return chunk[:-2] if chunk.endswith(b"\r\n") else chunk[:-1]
