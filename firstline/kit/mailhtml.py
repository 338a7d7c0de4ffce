"""The same cut as in plain letters, made in HTML."""

from functools import cache

import nh3

from firstline.kit import html
from firstline.kit.markup import BLOCKS, VOID, Piece, bare, pieces, prepared
from firstline.kit.quotes import Cut, head_at, is_signature_line, plain, points_below

# How mail programs mark a quote of which they know the end: (attribute, value).
QUOTES = {
    "class": {"gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "tutanota_quote"}
    | {"zmail_extra", "ntes-mailmaster-quote", "history-quote-wrapper", "moz-cite"},
    "id": {"isreplycontent", "olk_src_body_section", "mail-editor-reference-message-container", "origbody"},
    "name": {"messagereplysection"},
}
# And a place behind which everything is the old letter.
TAILS = {"id": {"divrplyfwdmsg", "appendonsend"}, "class": {"outlookmessageheader"}}
SIGNATURES = {
    "class": {"gmail_signature", "moz-signature", "protonmail_signature_block", "mail-signature"},
    "id": {"signature", "ms-outlook-mobile-signature", "applemailsignature", "ntes-pcmac-signature"},
}
_LINES = 5_000

_SHOWN, _QUOTED, _SIGNED = "shown", "quoted", "signed"


def visible_html(source: str) -> Cut:
    """The letter's HTML cut in three pieces of clean HTML (see `html.clean` and `mailtext.visible`)."""
    ready = prepared(source)
    if ready is None:
        return Cut(shown=html.from_text(bare(source)))
    letter = _Letter(list(pieces(_shape().clean(ready))))
    letter.mark_known()
    letter.mark_headed()
    shown = html.clean(letter.joined(_SHOWN))
    said = html.text(shown).strip()
    if not (said or "<img" in shown) or points_below(said):
        return Cut(shown=html.clean(source))
    return Cut(shown, html.clean(letter.joined(_QUOTED)), html.clean(letter.joined(_SIGNED)))


@cache
def _shape() -> nh3.Cleaner:
    """Balanced and safe, but still with the names by which mail programs mark their quotes."""
    attributes = {tag: set(names) for tag, names in html.ATTRIBUTES.items()}
    attributes["*"] |= {"id", "class", "name"}
    attributes["blockquote"] = {"type"}
    return nh3.Cleaner(
        tags=set(html.TAGS) | {"includetail"},
        clean_content_tags=set(html.SWALLOWED),
        attributes=attributes,
        url_schemes=set(html.SCHEMES),
        link_rel=None,
    )


class _Letter:
    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces
        self.marks = [_SHOWN] * len(pieces)
        self.ends = _ends(pieces)

    def joined(self, wanted: str) -> str:
        return "".join(p.raw for p, mark in zip(self.pieces, self.marks, strict=True) if mark == wanted)

    def mark_known(self) -> None:
        """Mark the containers that the mail programs named."""
        at = 0
        while at < len(self.pieces):
            piece = self.pieces[at]
            if not piece.tag or piece.closing:
                at += 1
            elif _named(piece, TAILS):
                self._mark(self._rule_before(at), len(self.pieces), _QUOTED)
                return
            elif self._is_quote(piece, at):
                self._mark(at, self.ends[at], _QUOTED)
                at = self.ends[at]
            elif _named(piece, SIGNATURES) and not self._holds_quote(at):
                self._mark(at, self.ends[at], _SIGNED)
                at = self.ends[at]
            else:
                at += 1

    def mark_headed(self) -> None:
        """Mark what follows a sentence or a block of headers that opens a quote."""
        lines, places = self._lines()
        at = 0
        while at < len(lines):
            start, quote = places[at]
            if self.marks[start] != _SHOWN:
                at += 1
                continue
            if quote is not None:
                # An indented part is a quote only when it opens like one.
                head = head_at([line.removeprefix("> ") for line in lines[at : at + 16]], 0)
                if head is not None and not head.forward:
                    self._mark(quote, self.ends[quote], _QUOTED)
                at += 1
                continue
            head = head_at(lines, at)
            if head is None:
                if is_signature_line(lines[at]):
                    self._mark_line(places, at, at + 1, _SIGNED)
                at += 1
                continue
            if head.forward:
                return
            following = next((i for i in range(head.end, min(head.end + 6, len(lines))) if plain(lines[i])), None)
            opened = places[following][1] if following is not None else None
            if opened is None:
                self._mark(self._rule_before(start), len(self.pieces), _QUOTED)
                return
            self._mark_line(places, at, head.end, _QUOTED)
            self._mark(opened, self.ends[opened], _QUOTED)
            at = head.end

    def _is_quote(self, piece: Piece, at: int) -> bool:
        if piece.tag == "includetail":
            return True
        if piece.tag == "blockquote":
            classes = piece.get("class").lower().split()
            if piece.get("type").lower() == "cite" or "gmail_quote" in classes:
                return True
        return _named(piece, QUOTES) and not self._is_forward(at)

    def _is_forward(self, at: int) -> bool:
        said = [p.text for p in self.pieces[at : min(self.ends[at], at + 20)] if p.text.strip()]
        head = head_at(said, 0) if said else None
        return head is not None and head.forward

    def _holds_quote(self, at: int) -> bool:
        inside = self.pieces[at : self.ends[at]]
        return any(p.tag == "blockquote" or (p.tag and _named(p, TAILS)) for p in inside)

    def _lines(self) -> tuple[list[str], list[tuple[int, int | None]]]:
        """The lines a reader sees; for each the piece it starts at and the quote it stands in, if any."""
        lines: list[str] = []
        places: list[tuple[int, int | None]] = []
        said: list[str] = []
        start, quote, quote_end = 0, None, 0
        for at, piece in enumerate(self.pieces):
            if not said:
                start = at
            if at >= quote_end:
                quote = None
            if piece.text:
                said.append(piece.text.replace("\n", " "))
            elif piece.tag in ("td", "th") and not piece.closing:
                said.append("| ")
            elif piece.tag == "br" or piece.tag in BLOCKS or piece.tag == "includetail":
                if said:
                    lines.append("> " * (quote is not None) + "".join(said))
                    places.append((start, quote))
                    said = []
                if quote is None and not piece.closing and self._opens_quote(at):
                    quote, quote_end = at, self.ends[at]
            if len(lines) >= _LINES:
                break
        if said:
            lines.append("> " * (quote is not None) + "".join(said))
            places.append((start, quote))
        return lines, places

    def _opens_quote(self, at: int) -> bool:
        return self.pieces[at].tag == "blockquote" or self.marks[at] == _QUOTED

    def _mark(self, start: int, end: int, mark: str) -> None:
        self.marks[start:end] = [mark] * (end - start)

    def _mark_line(self, places: list[tuple[int, int | None]], at: int, end: int, mark: str) -> None:
        # Only words and breaks move; tags stay where they are, so both parts remain balanced.
        until = places[end][0] if end < len(places) else len(self.pieces)
        for i in range(places[at][0], until):
            if self.marks[i] == _SHOWN and self.pieces[i].tag in ("", "br", "img"):
                self.marks[i] = mark

    def _rule_before(self, at: int) -> int:
        """Where the line above the quote stands, when one does: it goes with the quote."""
        for i in range(at - 1, max(at - 8, -1), -1):
            if self.pieces[i].tag == "hr":
                return i
            if self.pieces[i].text.strip():
                break
        return at


def _ends(pieces: list[Piece]) -> list[int]:
    """For each opening tag, where its element ends (exclusive)."""
    ends = list(range(1, len(pieces) + 1))
    opened: list[int] = []
    for at, piece in enumerate(pieces):
        if not piece.tag or piece.tag in VOID:
            continue
        if not piece.closing:
            opened.append(at)
        elif opened:
            ends[opened.pop()] = at + 1
    for at in opened:
        ends[at] = len(pieces)
    return ends


def _named(piece: Piece, table: dict[str, set[str]]) -> bool:
    if not piece.attributes:
        return False
    return any(not names.isdisjoint(piece.get(attribute).lower().split()) for attribute, names in table.items())
