"""Markdown as HTML, at a cost that grows with the text. What it gives is not safe to show yet: `kit.html` cleans it."""

from collections.abc import Iterable
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.blockquote import blockquote
from markdown_it.rules_block.table import table
from markdown_it.token import Token

from firstline.kit.limits import limit

# The parser needs quadratic time for a long row of brackets.
MOST_CHARACTERS = limit(
    20_000, "characters", of="Markdown that is drawn", per="message", said="It stands as it was typed."
)
MOST_CELLS = limit(
    5_000, "cells", of="the tables of a message", per="message", said="A table beyond that stands as it was typed."
)
"""A row is filled up to the columns of its head, so that a short text may have very many."""
MOST_QUOTED = limit(
    10_000,
    "lines",
    of="lines that are looked through for the ends of quotations",
    per="message",
    said="A quotation beyond that stands as it was typed.",
)
"""Each is looked for up to the next empty line, and may end sooner; the next one looks through the rest again."""
MOST_OF_LINKS = limit(
    100_000, "characters", of="the addresses of a message's links", per="message", said="It stands as it was typed."
)
"""An address that is written once may be referred to very often."""


def rendered(text: str) -> str | None:
    """The HTML, in which what was HTML is text; None for what is too much and better shown as it was typed."""
    if len(text) > MOST_CHARACTERS:
        return None
    tokens = _parser().parse(text)
    if _of_links(tokens) > MOST_OF_LINKS:
        return None
    rendered: str = _parser().renderer.render(tokens, _parser().options, {})
    return rendered


@cache
def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    made.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    made.block.ruler.at("blockquote", _quote, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    return made


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.env.get("cells", 0) > MOST_CELLS or not table(state, start, end, True):
        return False
    if silent:
        return True
    columns = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]].count("|") + 1
    return _affords(state, "cells", MOST_CELLS, columns * _lines(state, start, end)) and table(state, start, end, False)


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.env.get("quoted", 0) > MOST_QUOTED or not blockquote(state, start, end, True):
        return False
    if silent:
        return True
    return _affords(state, "quoted", MOST_QUOTED, _lines(state, start, end)) and blockquote(state, start, end, False)


def _affords(state: StateBlock, what: str, most: int, cost: int) -> bool:
    state.env[what] = state.env.get(what, 0) + cost
    return bool(state.env[what] <= most)


def _lines(state: StateBlock, start: int, end: int) -> int:
    """How many there are up to the next empty one."""
    return next((line for line in range(start, end) if state.isEmpty(line)), end) - start


def _of_links(tokens: Iterable[Token]) -> int:
    return sum(
        sum(len(str(value)) for value in token.attrs.values()) + _of_links(token.children or ()) for token in tokens
    )
