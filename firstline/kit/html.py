"""HTML from strangers: made safe to show, turned into text, and made from text."""

import html as entities
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from itertools import groupby
from urllib.parse import unquote

import nh3

from firstline.kit import columns, direction, htmltext, text_colors
from firstline.kit.bounded_cache import kept
from firstline.kit.limits import limit
from firstline.kit.markdown import rendered
from firstline.kit.markup import Piece, bare, pieces, prepared

TAGS = frozenset(
    {"a", "abbr", "b", "bdi", "blockquote", "br", "caption", "center", "code", "col", "colgroup", "dd", "del", "div"}
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
    "*": {"class", "dir", "lang"},
}
_EMBEDDED = re.compile(r'(?<= )src="cid:([^"]+)"', re.IGNORECASE)
SCHEMES = frozenset({"http", "https", "mailto", "cid"})
# These go with all that they hold; any other unknown tag goes and leaves its text.
SWALLOWED = frozenset(
    {"script", "style", "title", "iframe", "embed", "applet", "template", "noscript", "svg", "math", "xml"}
    | {"audio", "video", "canvas"}
)
REL = "noopener noreferrer"
# Not addresses but programs and contents, of which nothing is to be seen.
UNSEEN = frozenset({"javascript", "vbscript", "data", "about", "blob", "jar", "view-source"})
# What somebody wrote in colour says so there; it becomes a class of the list in `hues`.
COLOURS = {"font": {"color"}, "table": {"bgcolor"}, "tr": {"bgcolor"}, "td": {"bgcolor"}, "th": {"bgcolor"}}

_HREF = re.compile(r"""href\s{0,9}=\s{0,9}["']?\s{0,9}([a-z][a-z0-9+.-]{0,30}):""", re.IGNORECASE)
_MOST_SCHEMES = 20
_BLANKS = re.compile(r" {2,}")
_ANY_BLANKS = re.compile(r"[ \t]+")
_TAB = 4
MOST_BLANKS = limit(
    60_000,
    "blanks",
    of="blanks and tabulators that are kept as they stand",
    per="text",
    said="In a text with more, those next to each other are shown as one.",
)
"""Each kept one is six characters of HTML, and a tabulator is four of them."""

_URL = re.compile(r"https?://[!#-;=?-_a-z~]+", re.IGNORECASE)
_OPENING = {")": "(", "]": "["}
# A page of messages is drawn again and again; the largest of all texts are not kept for that.
_KEPT_CHARS = 4_000_000


def clean(html: str) -> str:
    """The HTML with nothing left that could run, load or pretend.

    Links go to http, https, mailto and cid only; another address stands as text behind its words. What was written in
    colour has a class of `hues.CLASSES`. A remote picture keeps its address in `data-src`, so that
    nothing is fetched until a reader asks for it; a remote picture of one pixel is dropped.
    """
    ready = prepared(html)
    if ready is None:
        return from_text(bare(html))
    return _directed(_second_pass().clean("".join(_disarmed(pieces(_first_pass(_schemes(ready)).clean(ready))))))


def text(html: str) -> str:
    """The HTML as plain text: links kept, a table row on a line, quotes behind `>`."""
    ready = prepared(html)
    if ready is None:
        return bare(html).strip()
    return htmltext.written(pieces(_first_pass(_schemes(ready)).clean(ready)))


def from_text(text: str) -> str:
    """Safe HTML: an empty line parts paragraphs, a line break stays one, columns of blanks stand one below the other,
    http(s) addresses become links."""
    if text.count("\t") * _TAB + text.count("  ") * 2 > MOST_BLANKS:
        text = _ANY_BLANKS.sub(" ", text)
    lines = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    made: list[str] = []
    for has_words, paragraph in groupby(lines, key=lambda line: bool(line.strip())):
        if has_words:
            made += [_rows(run) if is_table else _paragraph(run) for is_table, run in columns.blocks(list(paragraph))]
    return _directed("\n".join(made))


def markdown(text: str) -> str:
    """Safe HTML from the Markdown that people write in replies and notes. HTML in it stays visible text, and what would
    be too much stands as it was typed."""
    made = rendered(text)
    return from_text(text) if made is None else _linked(clean(made))


@kept(characters=_KEPT_CHARS)
def shown(text: str, format: str) -> str:
    """Safe HTML of what a person wrote: `format` is "markdown", or else it stands as it was typed."""
    return markdown(text) if format == "markdown" else from_text(text)


def _schemes(ready: str) -> frozenset[str]:
    found = {scheme.lower() for scheme in _HREF.findall(ready)} - SCHEMES - UNSEEN
    return frozenset(sorted(found)[:_MOST_SCHEMES])


@lru_cache(maxsize=64)
def _first_pass(schemes: frozenset[str]) -> nh3.Cleaner:
    # Here everything that is to be seen in another form is still there; what may stand is the second pass's to say.
    named = {tag: ATTRIBUTES.get(tag, set()) | COLOURS.get(tag, set()) for tag in ATTRIBUTES.keys() | COLOURS.keys()}
    return nh3.Cleaner(
        tags=TAGS | {"font"},
        clean_content_tags=set(SWALLOWED),
        attributes={**named, "*": ATTRIBUTES["*"] | {"style"}},
        attribute_filter=_as_found,
        url_schemes=SCHEMES | schemes,
        url_relative="pass_through",
        link_rel=REL,
    )


@cache
def _second_pass() -> nh3.Cleaner:
    # The last word is the sanitiser's: whatever happened between the passes, no remote address stays in src.
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(SWALLOWED),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_only_own_pictures,
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel=REL,
    )


def _as_found(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "style":
        return text_colors.of_style(value) or None
    if attribute in ("color", "bgcolor"):
        return text_colors.of_colour(value, where="ink" if attribute == "color" else "on") or None
    if attribute in ("href", "src") and ":" not in value.split("/", 1)[0]:
        # A place on another machine is an address; one on a page that is not there is none.
        return value if attribute == "href" and value.strip().startswith(("//", "\\\\")) else None
    return _waiting_pictures(tag, attribute, value)


def embedded(cleaned: str) -> set[str]:
    """The content ids of the files that a cleaned letter shows as pictures."""
    return {_content_id(found) for found in _EMBEDDED.finditer(cleaned)}


def with_embedded(cleaned: str, address: Callable[[str], str]) -> str:
    """The cleaned letter, each such picture at the address for its content id."""
    return _EMBEDDED.sub(lambda found: f'src="{entities.escape(address(_content_id(found)))}"', cleaned)


def _content_id(found: re.Match[str]) -> str:
    return unquote(entities.unescape(found[1])).strip("<> ")


def _waiting_pictures(tag: str, attribute: str, value: str) -> str | None:
    # What was cleaned before may be cleaned again.
    if attribute == "class":
        return value if text_colors.CLASSES.issuperset(value.split(" ")) else None
    if attribute == "data-src" and not value.lower().startswith(("http://", "https://")):
        return None
    return value


def _only_own_pictures(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src" and not value.strip().lower().startswith("cid:"):
        return None
    return _waiting_pictures(tag, attribute, value)


def _disarmed(found: Iterable[Piece]) -> Iterator[str]:
    """The tags and texts with pictures that wait, colours as classes, and unsafe addresses as text."""
    links: list[tuple[str, list[str]]] = []
    for piece in found:
        if links and not piece.tag:
            links[-1][1].append(piece.text)
        if piece.tag == "img":
            yield _picture(piece)
        elif piece.tag == "a" and piece.closing and links:
            href, label = links.pop()
            yield piece.raw + entities.escape(htmltext.address(href, "".join(label)), quote=False)
        else:
            if piece.tag == "a" and not piece.closing:
                href = piece.get("href")
                links.append(("" if href.lower().startswith(tuple(f"{each}:" for each in SCHEMES)) else href, []))
            yield _coloured(piece)


def _coloured(piece: Piece) -> str:
    if piece.tag == "font":
        piece = replace(piece, tag="span", raw="</span>" if piece.closing else f"<span{piece.attributes}>")
    if piece.closing or not piece.attributes:
        return piece.raw
    said = [piece.get(name) for name in ("style", "color", "bgcolor")]
    if not any(said):
        return piece.raw
    classes = " ".join(dict.fromkeys(" ".join(filter(None, said)).split()))
    return piece.without("style", "color", "bgcolor", "class")[:-1] + f' class="{classes}">'


def _picture(piece: Piece) -> str:
    source = piece.get("src").strip().lower()
    if not source.startswith(("http:", "https:")):
        shows = source.startswith("cid:") or piece.get("alt") or piece.get("data-src")
        return piece.raw if shows else ""
    if htmltext.is_pixel(piece):
        return ""
    return piece.renamed("src", "data-src")


def _directed(safe: str) -> str:
    return "".join(direction.directed(pieces(safe))) if direction.RIGHT_TO_LEFT.search(safe) else safe


def _paragraph(lines: list[str]) -> str:
    return f"<p>{'<br>'.join(map(_line, lines))}</p>"


def _rows(lines: list[str]) -> str:
    return "<pre>{}</pre>".format("\n".join(_autolinked(line.rstrip()) for line in lines))


def _line(line: str) -> str:
    line = line.expandtabs(_TAB).rstrip()
    indent = len(line) - len(line.lstrip(" "))
    return "&nbsp;" * min(indent, 40) + _BLANKS.sub(_kept_blanks, _autolinked(line.strip()))


def _kept_blanks(blanks: re.Match[str]) -> str:
    # A browser makes one of many, and breaks a line at that one only.
    return "&nbsp;" * (len(blanks[0]) - 1) + " "


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
    return direction.apart(entities.escape(text, quote=False).replace("\xa0", "&nbsp;"))
