"""HTML taken apart safely: is it fit for a parser, and its tags and texts one by one."""

import html as entities
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from firstline.kit.limits import limit

MAX_CHARS = limit(
    1_000_000, "characters", of="HTML that is drawn", per="text in HTML", said="What is beyond is not drawn."
)
MAX_DEPTH = limit(
    1_000,
    "levels",
    of="elements inside each other",
    per="text in HTML",
    said="Its words are shown without their layout.",
)
MAX_ATTRIBUTES = limit(
    300,
    "attributes",
    of="attributes of an element",
    per="text in HTML",
    said="Its words are shown without their layout.",
)
MAX_VALUE = limit(
    8_000, "characters", of="an attribute", per="text in HTML", said="Its words are shown without their layout."
)
MAX_REPEATS = limit(
    500_000,
    "elements",
    of="formatting that is left open, as a parser opens it again",
    per="text in HTML",
    said="Its words are shown without their layout.",
)
MAX_ENTITIES = limit(
    50_000, "entities", of="entities", per="text in HTML", said="Its words are shown without their layout."
)
MAX_TAGS = limit(50_000, "tags", of="tags", per="text in HTML", said="Its words are shown without their layout.")

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "figcaption"}
    | {"figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p"}
    | {"pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "caption"}
)
# A parser closes these by itself, so an unclosed one does not nest.
SELF_CLOSING = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option"})
# A parser opens these again after a block that was closed around them.
FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"""[\s/]*(?:[^\s/>][^\s/>=]*(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|[^\s>"'][^\s>]*|(?=>)))?)?""")
_ENTITY = re.compile(r"&(?:#[xX]?[0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")
_DATA_URI = re.compile(r"""data:[a-zA-Z]+/[^"'\s<>]{1000,}""")
_KEEP_ESCAPED = frozenset("<>&\"'`=")

_PIECE = re.compile(r"<(/?)([a-z][^\s/>]*)((?:\s[^\s=>]+=\"[^\"]*\")*)\s*>|([^<]+)")
_NAMED = re.compile(r"\s([^\s=>]+)=\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class Piece:
    """One tag or one run of text of HTML that a sanitiser wrote. `raw` joined gives the HTML back."""

    raw: str
    tag: str = ""
    closing: bool = False
    attributes: str = ""

    def get(self, name: str) -> str:
        """The unescaped value of an attribute, or an empty string."""
        for found, value in _NAMED.findall(self.attributes):
            if found == name:
                return entities.unescape(value)
        return ""

    def renamed(self, name: str, new: str) -> str:
        """The opening tag with one of its attributes under another name."""
        named = _NAMED.sub(lambda found: f' {new if found[1] == name else found[1]}="{found[2]}"', self.attributes)
        return f"<{self.tag}{named}>"

    def without(self, *names: str) -> str:
        """The opening tag without these attributes."""
        kept = _NAMED.sub(lambda found: "" if found[1] in names else found[0], self.attributes)
        return f"<{self.tag}{kept}>"

    @property
    def text(self) -> str:
        """The unescaped text, empty for a tag."""
        return "" if self.tag else entities.unescape(self.raw)


def pieces(canonical: str) -> Iterator[Piece]:
    """Tags and texts in order. Takes only what nh3 wrote: balanced, quoted, escaped."""
    for match in _PIECE.finditer(canonical):
        closing, tag, attributes, text = match.groups()
        if text is not None:
            yield Piece(raw=text)
        else:
            yield Piece(raw=match[0], tag=tag, closing=bool(closing), attributes=attributes)


def prepared(html: str) -> str | None:
    """The HTML ready for nh3, or None when parsing it could take unbounded time or memory.

    Endless tags cost seconds; deep nesting, thousands of attributes or entities, and formatting left open cost a
    standard parser quadratic time. What people write stays far below these limits.
    """
    html = html.replace("\x00", "")
    html = _DATA_URI.sub("data:,", html)[:MAX_CHARS]
    html = _ENTITY.sub(_folded, html)
    if html.count("&") > MAX_ENTITIES or html.count("<") > MAX_TAGS or not _is_modest(html):
        return None
    return html


def bare(html: str) -> str:
    """The text between the tags, by force: for HTML that no parser should see."""
    return entities.unescape(re.sub(r"<[^<>]*>", " ", html[:MAX_CHARS]))


def _folded(match: re.Match[str]) -> str:
    # Entities cost the parser far more than characters; those that matter to syntax stay as they are.
    char = entities.unescape(match[0])
    safe = len(char) == 1 and char not in _KEEP_ESCAPED and (char.isprintable() or char == "\xa0") and char != " "
    return char if safe else match[0]


def _is_modest(html: str) -> bool:
    nested: Counter[str] = Counter()
    depth = formatting = repeats = at = 0
    while found := _TAG.search(html, at):
        at, name = found.end(), found[2].lower()
        if found[1]:
            if nested[name] > 0:
                nested[name] -= 1
                depth -= 1
                formatting -= name in FORMATTING
        elif name not in VOID and name not in SELF_CLOSING:
            nested[name] += 1
            depth += 1
            formatting += name in FORMATTING
        repeats += formatting
        attributes = 0
        while at < len(html) and html[at] != ">":
            attribute = _ATTRIBUTE.match(html, at)
            if attribute is None or attribute.end() == at:
                at += 1
                continue
            at, attributes = attribute.end(), attributes + 1
            if attributes > MAX_ATTRIBUTES or len(attribute[1] or attribute[2] or "") > MAX_VALUE:
                return False
        if depth > MAX_DEPTH or repeats > MAX_REPEATS:
            return False
    return True
