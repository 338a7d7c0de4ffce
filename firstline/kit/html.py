"""HTML from strangers: made safe to show, turned into text, and made from text."""

import html as entities
import re
from collections.abc import Callable
from functools import cache

import nh3
from markdown_it import MarkdownIt

from firstline.kit import htmltext
from firstline.kit.markup import Piece, bare, pieces, prepared

TAGS = frozenset(
    {"a", "abbr", "b", "blockquote", "br", "caption", "center", "code", "col", "colgroup", "dd", "del", "div"}
    | {"dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol"}
    | {"p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td"}
    | {"tfoot", "th", "thead", "tr", "u", "ul", "var"}
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "data-src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    "*": {"dir", "lang"},
}
SCHEMES = frozenset({"http", "https", "mailto", "cid"})
# These go with all that they hold; any other unknown tag goes and leaves its text.
SWALLOWED = frozenset(
    {"script", "style", "title", "iframe", "object", "embed", "applet", "template", "noscript", "textarea"}
    | {"select", "svg", "math", "xml", "audio", "video", "canvas"}
)
REL = "noopener noreferrer"

_URL = re.compile(r"https?://[!#-;=?-_a-z~]+", re.IGNORECASE)
_OPENING = {")": "(", "]": "["}
# The Markdown parser needs quadratic time for a long row of brackets.
_MARKDOWN_CHARS = 20_000


def clean(html: str) -> str:
    """The HTML with nothing left that could run, load or pretend.

    Links go to http, https, mailto and cid only. A remote picture keeps its address in `data-src`, so that
    nothing is fetched until a reader asks for it; a remote picture of one pixel is dropped.
    """
    ready = prepared(html)
    if ready is None:
        return from_text(bare(html))
    return _second_pass().clean("".join(map(_disarmed, pieces(_first_pass().clean(ready)))))


def text(html: str) -> str:
    """The HTML as plain text: links kept, a table row on a line, quotes behind `>`."""
    ready = prepared(html)
    if ready is None:
        return bare(html).strip()
    return htmltext.written(pieces(_first_pass().clean(ready)))


def from_text(text: str) -> str:
    """Safe HTML: an empty line parts paragraphs, a line break stays one, http(s) addresses become links."""
    lines = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            paragraphs[-1].append(_line(line))
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n".join(f"<p>{'<br>'.join(lines)}</p>" for lines in paragraphs if lines)


def markdown(text: str) -> str:
    """Safe HTML from the Markdown that people write in replies and notes. HTML in it stays visible text."""
    if len(text) > _MARKDOWN_CHARS:
        return from_text(text)
    return _linked(clean(_markdown().render(text)))


@cache
def _first_pass() -> nh3.Cleaner:
    return _cleaner(_waiting_pictures)


@cache
def _second_pass() -> nh3.Cleaner:
    # The last word is the sanitiser's: whatever happened between the passes, no remote address stays in src.
    return _cleaner(_only_own_pictures)


def _cleaner(attribute_filter: Callable[[str, str, str], str | None]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(SWALLOWED),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=attribute_filter,
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel=REL,
    )


def _waiting_pictures(tag: str, attribute: str, value: str) -> str | None:
    # What was cleaned before may be cleaned again.
    if attribute == "data-src" and not value.lower().startswith(("http://", "https://")):
        return None
    return value


def _only_own_pictures(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src" and not value.strip().lower().startswith("cid:"):
        return None
    return _waiting_pictures(tag, attribute, value)


def _disarmed(piece: Piece) -> str:
    if piece.tag != "img":
        return piece.raw
    source = piece.get("src").strip().lower()
    if not source.startswith(("http:", "https:")):
        shows = source.startswith("cid:") or piece.get("alt") or piece.get("data-src")
        return piece.raw if shows else ""
    if htmltext.is_pixel(piece):
        return ""
    return piece.renamed("src", "data-src")


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def _line(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return "&nbsp;" * min(indent, 40) + _autolinked(line.strip())


def _linked(canonical: str) -> str:
    """Bare addresses in the text become links, except inside links and code."""
    out, closed_to = [], 0
    for piece in pieces(canonical):
        if piece.tag in ("a", "code", "pre"):
            closed_to += -1 if piece.closing else 1
        out.append(piece.raw if piece.tag or closed_to else _autolinked(piece.text))
    return "".join(out)


def _autolinked(text: str) -> str:
    out, at = [], 0
    for match in _URL.finditer(text):
        url = _without_tail(match[0])
        if len(url) <= len("https://"):
            continue
        end = match.start() + len(url)
        link = entities.escape(url)
        out.append(_escaped(text[at : match.start()]))
        out.append(f'<a href="{link}" rel="{REL}">{_escaped(url)}</a>')
        at = end
    return "".join(out) + _escaped(text[at:])


def _without_tail(url: str) -> str:
    # Punctuation after an address belongs to the sentence; a bracket only when it was opened before it.
    unopened = {shut: url.count(shut) - url.count(opening) for shut, opening in _OPENING.items()}
    end = len(url)
    while end:
        last = url[end - 1]
        if unopened.get(last, 0) > 0:
            unopened[last] -= 1
        elif last not in ".,;:!?'*_":
            break
        end -= 1
    return url[:end]


def _escaped(text: str) -> str:
    return entities.escape(text, quote=False).replace("\xa0", "&nbsp;")
