"""What of a letter is its words, and what is attached."""

import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from firstline.channels.email.headers import extension, file_name, type_by_name
from firstline.channels.email.machines import DELIVERY_STATUS
from firstline.channels.email.mime import Limits, Part, Unreadable, from_base64, split_headers
from firstline.channels.email.winmail import unpacked
from firstline.kit import html as markup
from firstline.kit.markup import bare

_LINK = re.compile(r"https?://", re.IGNORECASE)
_CID = re.compile(r"""cid:([^"'\s<>)]{1,500})""", re.IGNORECASE)
_MOST_WRITTEN_IN = 100
# Signatures of the letter itself say nothing to a reader.
_SEALS = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_PACKETS = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_HIDDEN = DELIVERY_STATUS | {"message/disposition-notification", "text/rfc822-headers"}
# Some mail programs write pasted screenshots right into the HTML.
_WRITTEN_IN = re.compile(
    r"""(\ssrc\s{0,9}=\s{0,9}["']?)data:(image/(?:png|jpe?g|gif|webp));base64,([A-Za-z0-9+/=\s]{40,})""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a letter. `inline` is true for one that the letter's HTML shows by its content id."""

    name: str
    type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False


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
    blocks: list[_Block] = []
    files: list[Part] = []
    _collect(root, blocks, files, limits)
    oversize: list[str] = []
    attached = [_attachment(part, number) for number, part in enumerate(files, start=1)]
    attached = _unpacked(attached, blocks)
    html = _with_pictures_taken_out(_html(blocks), attached)
    if html is not None and len(html) > limits.html:
        oversize.append("html")
        attached.append(Attachment(name="letter.html", type="text/html", content=html.encode()))
    if len(_LINK.findall(html or "")) > limits.links or _links(blocks) > limits.links:
        if "html" not in oversize:
            attached.append(_whole(html, blocks))
        return Body(text="", html=None, attachments=tuple(attached), oversize=(*oversize, "links"))
    text = _text(blocks, limits)
    if len(text) > limits.text or any(block.cut for block in blocks):
        oversize.append("text")
    shown = {unquote(found).strip() for found in _CID.findall(html or "")}
    return Body(
        text=text[: limits.text],
        html=None if "html" in oversize else html,
        attachments=tuple(
            replace(one, inline=True) if one.content_id and one.content_id in shown else one for one in attached
        ),
        oversize=tuple(oversize),
    )


def _collect(part: Part, blocks: list[_Block], files: list[Part], limits: Limits) -> None:
    """Sort a part, and all in it, into words and files, in their order."""
    if part.type in _SEALS or part.type in _HIDDEN:
        return
    if part.children:
        if part.type == "multipart/alternative":
            _collect_best(part, blocks, files, limits)
        else:
            for child in part.children:
                _collect(child, blocks, files, limits)
    elif part.type in ("text/plain", "text/html") and part.disposition != "attachment" and not part.filename:
        is_plain = part.type == "text/plain"
        # Four bytes make the longest character; what lies beyond would be cut anyway.
        most = 4 * (limits.text if is_plain else limits.html) + 4
        content = part.content()
        text = part.read_as_text(content[:most])
        cut = len(content) > most
        blocks.append(_Block(plain=text, cut=cut) if is_plain else _Block(html=text, cut=cut))
    elif part.type == "application/pgp-encrypted":
        return
    else:
        files.append(part)


def _collect_best(part: Part, blocks: list[_Block], files: list[Part], limits: Limits) -> None:
    """The alternatives are one text, told twice: one block with both."""
    whole = _Block()
    for child in part.children:
        inner: list[_Block] = []
        _collect(child, inner, files, limits)
        plain = "\n\n".join(block.plain for block in inner if block.plain)
        html = _html(inner)
        whole.plain = plain if plain.strip() and html is None else whole.plain
        whole.html = html if html is not None else whole.html
        whole.cut = whole.cut or any(block.cut for block in inner)
    blocks.append(whole)


def _unpacked(attached: list[Attachment], blocks: list[_Block]) -> list[Attachment]:
    """The files with Outlook's packets opened; what a packet says counts where the letter says nothing itself."""
    out: list[Attachment] = []
    for one in attached:
        is_packet = one.type in _PACKETS or one.name.lower() == "winmail.dat"
        packed = unpacked(one.content) if is_packet else None
        if packed is None:
            out.append(one)
            continue
        out += [Attachment(name=name, type=type_by_name(name), content=data) for name, data in packed.files]
        if not any((block.plain or block.html or "").strip() for block in blocks):
            blocks.append(_Block(plain=packed.text, html=packed.html or None))
    return out


def _html(blocks: list[_Block]) -> str | None:
    """All blocks as one HTML text, when at least one of them came as HTML."""
    if not any(block.html and block.html.strip() for block in blocks):
        return None
    if len(blocks) == 1:
        return blocks[0].html
    return "\n".join(block.html or markup.from_text(block.plain or "") for block in blocks)


def _with_pictures_taken_out(html: str | None, attached: list[Attachment]) -> str | None:
    """The HTML with every picture that was written into it referred to as an attachment instead."""
    if html is None:
        return None

    def taken_out(match: re.Match[str]) -> str:
        number = len(attached) + 1
        kind = match[2].lower().replace("jpg", "jpeg")
        one = Attachment(
            name=f"image-{number}{extension(kind)}",
            type=kind,
            content=from_base64(match[3].encode("ascii")),
            content_id=f"picture-{number}@written-in.invalid",
        )
        attached.append(one)
        return f"{match[1]}cid:{one.content_id}"

    return _WRITTEN_IN.sub(taken_out, html, count=_MOST_WRITTEN_IN)


def _whole(html: str | None, blocks: list[_Block]) -> Attachment:
    """The words as a file, for a letter that is not shown."""
    if html is not None:
        return Attachment(name="letter.html", type="text/html", content=html.encode())
    text = "\n\n".join(block.plain or "" for block in blocks)
    return Attachment(name="letter.txt", type="text/plain", content=text.encode())


def _text(blocks: list[_Block], limits: Limits) -> str:
    """The words of all blocks, told once: those of the plain parts, else those of the HTML."""
    told: list[str] = []
    left, tags = 2 * limits.text, limits.tags
    for block in blocks:
        if left <= 0:
            break
        if block.plain and block.plain.strip():
            told.append(block.plain.strip("\n"))
            left -= len(block.plain)
        elif block.html:
            source = block.html[:left]
            tags -= source.count("<")
            told.append(markup.text(source) if tags >= 0 else bare(source).strip())
            left -= len(block.html)
    return "\n\n".join(part for part in told if part)


def _links(blocks: list[_Block]) -> int:
    return sum(len(_LINK.findall(block.plain or "")) for block in blocks)


def _attachment(part: Part, number: int) -> Attachment:
    name = file_name(part.filename) or file_name(_inner_subject(part))
    ending = extension(part.type)
    if not name:
        name = f"{'image' if part.type.startswith('image/') else 'attachment'}-{number}{ending}"
    elif part.type == "message/rfc822" and not name.lower().endswith(".eml"):
        name += ".eml"
    return Attachment(name=name, type=part.type, content=part.content(), content_id=part.content_id)


def _inner_subject(part: Part) -> str:
    """A letter attached to a letter is named by its own subject."""
    if part.type != "message/rfc822":
        return ""
    try:
        headers, _ = split_headers(part.content().lstrip(b"\r\n"))
    except Unreadable:
        return ""
    return headers.text("subject").replace("/", "_").replace("\\", "_")[:100]
