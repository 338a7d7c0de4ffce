"""Plain text out of sanitised HTML."""

import re
from collections.abc import Iterable

from firstline.kit.markup import BLOCKS, Piece
from firstline.kit.numbers import whole

_SPACE = re.compile(r"[ \t\r\n\f]+")
_ROOMY = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "dl"})
_PLAIN_BLOCKS = frozenset({"p", "div"})


def written(pieces: Iterable[Piece]) -> str:
    """The text as one would type it: a table row on a line, list items with dashes, quotes behind `>`."""
    page = _Page()
    for piece in pieces:
        if not piece.tag:
            page.say(piece.text)
        elif piece.closing:
            page.close(piece)
        else:
            page.open(piece)
    return page.finished()


def is_pixel(image: Piece) -> bool:
    """Whether the picture is made to be counted, not seen."""
    return any(image.get(side).strip().rstrip("px") in ("0", "1") for side in ("width", "height"))


class _Page:
    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.line: list[str] = []
        self.has_words = False
        self.quoted = 0
        self.verbatim = 0
        self.lists: list[int | None] = []
        self.links: list[tuple[str, list[str]]] = []
        self.cell_follows = False
        self.cells = 0
        # A bullet or a cell's edge stands at the end of the line: a paragraph goes on behind it.
        self.led = False
        self.owed_break: bool | None = None

    def say(self, text: str) -> None:
        if self.verbatim:
            first, *rest = text.split("\n")
            self._add(first)
            for line in rest:
                self.break_line(keep_empty=True)
                self._add(line)
            return
        self._add(_SPACE.sub(" ", text))

    def open(self, piece: Piece) -> None:
        tag = piece.tag
        if tag == "br":
            self.break_line(keep_empty=True)
        elif tag == "hr":
            self.break_line()
            self._add("-" * 20)
            self.break_line()
        elif tag == "img":
            if not is_pixel(piece) and piece.get("alt").strip():
                self._add(f"[{_SPACE.sub(' ', piece.get('alt')).strip()}]")
        elif tag == "a":
            self.links.append((piece.get("href"), []))
        elif tag in ("td", "th"):
            if self.cell_follows and self.has_words:
                self._add(" | ")
                self.led = True
            self.cell_follows = False
            self.cells += 1
        elif tag in BLOCKS:
            if not (self.led and tag in _PLAIN_BLOCKS):
                self.break_line(roomy=tag in _ROOMY and not self.lists)
            if tag == "blockquote":
                self.quoted += 1
            elif tag == "pre":
                self.verbatim += 1
            elif tag in ("ul", "ol"):
                self.lists.append(_number(piece.get("start")) if tag == "ol" else None)
            elif tag == "li":
                self._add(self._bullet())
                self.led = True
            elif tag == "tr":
                self.cell_follows = False

    def close(self, piece: Piece) -> None:
        tag = piece.tag
        if tag == "a" and self.links:
            href, label = self.links.pop()
            self._add(address(href, "".join(label)))
        elif tag in ("td", "th"):
            self.cell_follows, self.owed_break = True, None
            self.cells = max(0, self.cells - 1)
        elif self.cells and tag in _PLAIN_BLOCKS:
            # The only paragraph of a cell must not tear its row apart.
            self.owed_break = tag in _ROOMY
        elif tag in BLOCKS:
            self.break_line(roomy=tag in _ROOMY and not self.lists[1:])
            if tag == "blockquote":
                self.quoted = max(0, self.quoted - 1)
            elif tag == "pre":
                self.verbatim = max(0, self.verbatim - 1)
            elif tag in ("ul", "ol") and self.lists:
                self.lists.pop()

    def break_line(self, *, keep_empty: bool = False, roomy: bool = False) -> None:
        self.owed_break, self.led = None, False
        line = "".join(self.line)
        line = line.rstrip() if self.verbatim else line.strip(" ")
        if line or keep_empty:
            self.lines.append((self.quoted, line.replace("\xa0", " ")))
        if roomy and self.lines and self.lines[-1][1]:
            self.lines.append((self.quoted, ""))
        self.line, self.has_words = [], False

    def finished(self) -> str:
        self.break_line()
        out: list[str] = []
        last_said = 0
        for quoted, line in self.lines:
            if line.strip() or last_said == len(out):
                out.append(("> " * min(quoted, 20) + line).rstrip())
            if line.strip():
                last_said = len(out)
        return "\n".join(out[:last_said]).lstrip("\n")

    def _add(self, text: str) -> None:
        if not text:
            return
        says_something = bool(text.strip())
        if self.owed_break is not None and says_something:
            self.break_line(roomy=self.owed_break)
        self.led = self.led and not says_something
        self.has_words = self.has_words or says_something
        self.line.append(text)
        if self.links:
            self.links[-1][1].append(text)

    def _bullet(self) -> str:
        indent = "  " * max(0, min(len(self.lists), 10) - 1)
        number = self.lists[-1] if self.lists else None
        if number is None:
            return f"{indent}- "
        self.lists[-1] = number + 1
        return f"{indent}{number}. "


def _number(start: str) -> int:
    number = whole(start, digits=6)
    return 1 if number is None else number


def address(href: str, label: str) -> str:
    """What to add behind a link's label so that the address is not lost."""
    bare = href.split("?", 1)[0].removeprefix("mailto:") if href.startswith("mailto:") else href
    said = label.strip()
    if not href or href.startswith("cid:") or said.rstrip("/") in (bare.rstrip("/"), _schemeless(bare)):
        return ""
    return f" ({bare})" if said else bare


def _schemeless(url: str) -> str:
    return url.split("://", 1)[-1].rstrip("/")
