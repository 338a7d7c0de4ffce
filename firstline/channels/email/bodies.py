"""What of a letter is its words, and what is attached."""

import re
from dataclasses import dataclass, field, replace

from firstline.channels.email.bounces import DELIVERY_STATUS, is_report
from firstline.channels.email.charset import decode
from firstline.channels.email.enclosed import taken_out
from firstline.channels.email.flowed import unflowed
from firstline.channels.email.headers import extension, file_name, type_by_name
from firstline.channels.email.hints import is_hint
from firstline.channels.email.mime import Limits, Part, Unreadable, split_headers
from firstline.channels.email.outside import words_outside
from firstline.channels.email.transfer import from_base64
from firstline.channels.email.winmail import unpacked
from firstline.channels.email.writtenin import Attachment, pictures_taken_out
from firstline.kit import html as markup
from firstline.kit.markup import bare

_LINK = re.compile(r"https?://", re.IGNORECASE)
_LONGEST_ID = 200
"""Files are found by no longer id."""
# Signatures of the letter itself say nothing to a reader.
_SEALS = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_PACKETS = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_HIDDEN = DELIVERY_STATUS | {"message/disposition-notification", "text/rfc822-headers"}
# Words, whatever program wrote them.
_PLAIN = frozenset({"text/plain", "text/markdown", "text/x-markdown", "text/enriched", "text/richtext", "text/unknown"})
_MARKED = frozenset({"text/enriched", "text/richtext"})
# The same words once more, for watches, for pages that live in a mail program, and for signs that it shows at a letter.
_REPEATED = frozenset(
    {"text/x-amp-html", "text/watch-html", "text/x-watch-html", "text/vnd.google.email-reaction+json"}
)
# The first bytes of files whose letter does not say what they are.
_MAGIC = (
    *((b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"GIF8", ".gif"), (b"%PDF", ".pdf"), (b"PK\x03\x04", ".zip")),
    *((b"BM", ".bmp"), (b"II*\x00", ".tif"), (b"MM\x00*", ".tif"), (b"\xd0\xcf\x11\xe0", ".doc"), (b"{\\rtf", ".rtf")),
)
_HEAD_FIELDS = frozenset({"from", "to", "subject", "date", "received", "message-id", "content-type", "mime-version"})


@dataclass(frozen=True, slots=True)
class Body:
    """The words of a letter in plain text, its HTML as it came, its files; `oversize` names what was left out."""

    text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    oversize: tuple[str, ...] = ()


@dataclass(slots=True)
class _Block:
    plain: str | None = None
    html: str | None = None
    cut: bool = False


def body_of(root: Part, *, limits: Limits) -> Body:
    """The letter's body. The plain part is its text; its HTML becomes the text where that is missing or blank."""
    collected = _Collected(limits)
    collected.add(root)
    collected.find_words(root)
    blocks, files = collected.blocks, collected.files
    if is_report(root):
        files = [one for one in files if one.type not in _HIDDEN]
    oversize: list[str] = []
    attached, is_all = _opened(files, blocks, most=limits.files)
    html, has_all = pictures_taken_out(_html(blocks), attached, most=limits.files)
    if not (collected.is_all and is_all and has_all):
        oversize.append("files")
    if html is not None and len(html) > limits.html:
        oversize.append("html")
        attached.append(Attachment(name="letter.html", type="text/html", content=html.encode()))
    if len(_LINK.findall(html or "")) > limits.links or _links(blocks) > limits.links:
        if "html" not in oversize:
            attached.append(_whole(html, blocks))
        return Body(text="", html=None, attachments=tuple(attached), oversize=(*oversize, "links"))
    text, is_whole = _text(blocks, limits)
    if len(text) > limits.text or not is_whole or any(block.cut for block in blocks):
        oversize.append("text")
    html = None if "html" in oversize else html
    return Body(
        text=text[: limits.text],
        html=html,
        attachments=tuple(_marked(attached, html or "")),
        oversize=tuple(oversize),
    )


@dataclass(slots=True)
class _Collected:
    """The parts of a letter sorted into words and files, each in their order."""

    limits: Limits
    blocks: list[_Block] = field(default_factory=list)
    files: list[Part | Attachment] = field(default_factory=list)
    leaves: int = 0
    is_all: bool = True
    """Whether `files` are all; beyond the limit nothing is taken out any more."""

    def add(self, part: Part, *, alternative: bool = False) -> None:
        """Sort a part, and all in it."""
        if part.type in _SEALS or (alternative and part.type in _REPEATED):
            return
        if part.type == "multipart/alternative" and part.children:
            self._add_best(part)
            return
        for child in _without_forks(part):
            self.add(child, alternative=alternative)
        if part.children or part.type == "application/pgp-encrypted":
            return
        self.leaves += 1
        if _is_words(part) and (not part.filename or alternative):
            self._read(part)
            return
        if _is_words(part) and self.leaves == 1 and not part.disposition:
            # A body that bears a name, which some programs give to it, is a body; whoever wants the file has it, too.
            self._read(part)
        if len(self.files) < self.limits.files:
            self.files.append(part)
        else:
            self.is_all = False

    def find_words(self, root: Part) -> None:
        """Where no part was words, what stands outside of the parts is, or the first text without a name, or one that
        is to be shown. What stands outside of parts that were only guessed at is words in any case."""
        guessed = [words for part in root.walk() if part.is_guessed for words in words_outside(part)]
        self.blocks = [*(_Block(plain=words) for words in guessed), *self.blocks]
        if any((block.plain or block.html or "").strip() for block in self.blocks):
            return
        outside = [words for part in root.walk() for words in words_outside(part)]
        if outside:
            self.blocks += [_Block(plain=words) for words in outside]
            return
        for part in [file for file in self.files if isinstance(file, Part)]:
            if part.type not in ("text/html", *_PLAIN) or (part.disposition == "attachment" and part.filename):
                continue
            self._read(part)
            if not part.filename:
                self.files.remove(part)
            return

    def _read(self, part: Part) -> None:
        is_plain = part.type in _PLAIN
        # Four bytes make the longest character; what lies beyond would be cut anyway.
        most = 4 * (self.limits.text if is_plain else self.limits.html) + 4
        before, content, after = part.pieces_of_text()
        if is_plain:
            content, enclosed, is_all = taken_out(content, most=self.limits.files - len(self.files))
            self.is_all = self.is_all and is_all
            self.files += [Attachment(name=name, type=type_by_name(name), content=data) for name, data in enclosed]
        text = part.read_as_text(content[:most])
        if is_plain and part.parameters.get("format", "").lower() == "flowed":
            text = unflowed(text, without_blank=part.parameters.get("delsp", "").lower() == "yes")
        if part.type in _MARKED:
            text = bare(text)
        above, below = (_around(piece, part) for piece in (before, after))
        pieces = (above, text, below) if is_plain else (markup.from_text(above), text, markup.from_text(below))
        text, cut = "\n\n".join(piece for piece in pieces if piece), len(content) > most
        self.blocks.append(_Block(plain=text, cut=cut) if is_plain else _Block(html=text, cut=cut))

    def _add_best(self, part: Part) -> None:
        """The alternatives are one text, told twice: one block with both."""
        whole, outer = _Block(), self.blocks
        for child in part.children:
            self.blocks = []
            self.add(child, alternative=True)
            plain = "\n\n".join(block.plain for block in self.blocks if block.plain)
            html = _html(self.blocks)
            whole.plain = plain if plain.strip() and html is None else whole.plain
            whole.html = html if html is not None else whole.html
            whole.cut = whole.cut or any(block.cut for block in self.blocks)
        if whole.plain and whole.html and is_hint(whole.plain, whole.html):
            whole.plain = None
        self.blocks = [*outer, whole]


def _without_forks(part: Part) -> list[Part]:
    """The parts, without what only a Mac's file system wants of a file."""
    if part.type != "multipart/appledouble":
        return part.children
    named = next((child.filename for child in part.children if child.filename), "")
    data = [child for child in part.children if child.type != "application/applefile"]
    for child in data:
        child.named.setdefault("filename", named)
    return data or part.children


def _is_words(part: Part) -> bool:
    return (part.type == "text/html" or part.type in _PLAIN) and part.disposition != "attachment"


def _around(piece: bytes, part: Part) -> str:
    text = decode(piece[:100_000], hint=part.parameters.get("charset"))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _is_packet(one: Attachment) -> bool:
    return one.type in _PACKETS or one.name.lower() == "winmail.dat"


def _opened(files: list[Part | Attachment], blocks: list[_Block], *, most: int) -> tuple[list[Attachment], bool]:
    """The files with Outlook's packets opened, and whether these are all; what a packet says counts where the letter
    says nothing itself. Only what is a part of the letter is opened, nothing that came out of something."""
    out: list[Attachment] = []
    has_all = True
    for number, one in enumerate(files, start=1):
        if isinstance(one, Attachment):
            out.append(one)
            continue
        attached = _attachment(one, number)
        # One place is kept for each that follows.
        packed = (
            unpacked(attached.content, most=most - len(out) - (len(files) - number)) if _is_packet(attached) else None
        )
        if packed is None:
            out.append(attached)
            continue
        has_all = has_all and packed.is_all
        out += [Attachment(name=name, type=type_by_name(name), content=data) for name, data in packed.files]
        if not any((block.plain or block.html or "").strip() for block in blocks):
            blocks.append(_Block(plain=packed.text, html=packed.html or None))
    return out, has_all


def _html(blocks: list[_Block]) -> str | None:
    """All blocks as one HTML text, when at least one of them came as HTML."""
    if not any(block.html and block.html.strip() for block in blocks):
        return None
    return "\n".join(block.html or markup.from_text(block.plain or "") for block in blocks)


def _whole(html: str | None, blocks: list[_Block]) -> Attachment:
    """The words as a file, for a letter that is not shown."""
    if html is not None:
        return Attachment(name="letter.html", type="text/html", content=html.encode())
    text = "\n\n".join(block.plain or "" for block in blocks)
    return Attachment(name="letter.txt", type="text/plain", content=text.encode())


def _text(blocks: list[_Block], limits: Limits) -> tuple[str, bool]:
    """The words of all blocks, told once: those of the plain parts, else of the HTML; and whether all was read."""
    told: list[str] = []
    left, tags = 2 * limits.text, limits.tags
    for block in blocks:
        if left < 0:
            break
        if block.plain and block.plain.strip():
            told.append(block.plain.strip("\n"))
            left -= len(block.plain)
        elif block.html:
            source = block.html[:left]
            tags -= source.count("<")
            told.append(markup.text(source) if tags >= 0 else bare(source).strip())
            left -= len(block.html)
    return "\n\n".join(part for part in told if part), left >= 0


def _marked(attached: list[Attachment], html: str) -> list[Attachment]:
    """The files, those marked that the letter shows as pictures when it is read whole; all others are to be listed."""
    pictures = [one for one in attached if one.type.startswith("image/") and 0 < len(one.content_id) <= _LONGEST_ID]
    shown = markup.embedded(markup.clean(html)) if pictures else set()
    marked = []
    for one in attached:
        is_shown = any(one is each for each in pictures) and one.content_id in shown
        marked.append(replace(one, inline=True) if is_shown else one)
        if is_shown:
            shown.discard(one.content_id)  # of two with one id only one is shown
    return marked


def _links(blocks: list[_Block]) -> int:
    return sum(len(_LINK.findall(block.plain or "")) for block in blocks)


def _attachment(part: Part, number: int) -> Attachment:
    content = _letter(part) if part.type == "message/rfc822" else part.content()
    name = file_name(part.filename) or file_name(_inner_subject(part, content))
    if not name:
        known = "" if part.type == "application/octet-stream" else extension(part.type)
        ending = known or next((end for start, end in _MAGIC if content.startswith(start)), extension(part.type))
        name = f"{'image' if part.type.startswith('image/') else 'attachment'}-{number}{ending}"
    elif part.type == "message/rfc822" and not name.lower().endswith(".eml"):
        name += ".eml"
    return Attachment(name=name, type=part.type, content=content, content_id=part.content_id)


def _letter(part: Part) -> bytes:
    """An attached letter as a letter, though its head says wrongly how it was encoded, or not that it was."""
    content = part.content()
    for found in (content, part.body, from_base64(part.body) if part.body[:4_000].count(b" ") < 3 else b""):
        if _has_a_head(found):
            return found
    return content


def _has_a_head(raw: bytes) -> bool:
    try:
        headers, _ = split_headers(raw[:64_000].lstrip(b"\r\n"))
    except Unreadable:
        return True
    return any(name in _HEAD_FIELDS for name, _value in headers.fields)


def _inner_subject(part: Part, content: bytes) -> str:
    """A letter attached to a letter is named by its own subject."""
    if part.type != "message/rfc822":
        return ""
    try:
        headers, _ = split_headers(content.lstrip(b"\r\n"))
    except Unreadable:
        return ""
    return headers.text("subject").replace("/", "_").replace("\\", "_")[:100]
