"""Columns that somebody made of blanks: which lines stand one below the other, and how they are laid out."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

# A gap inside a line: tabs, or at least two blanks; and the edges that tables of characters have.
_GAP = re.compile(r"(?<=[^ ])  +(?=[^ ])")
_EDGE = re.compile(r"[|│┃║]")
_RULE = re.compile(r"[-+=|_─━═│┼├┤┬┴┌┐└┘╔╗╚╝╠╣╦╩╬ ]{3,}")
_STOP = 8
_WIDEST = 60


def blocks(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    """The lines in runs: True with those that are rows of columns, laid out; False with the others, as they are."""
    rows = [False] * len(lines)
    last, last_places = -1, set[int]()
    for at, line in enumerate(lines):
        # What rules a table off has no columns of its own.
        if _RULE.fullmatch(line.strip()):
            rows[at] = at > 0 and rows[at - 1]
            continue
        places = _places(line)
        if places & last_places:
            rows[last : at + 1] = [True] * (at + 1 - last)
            if last > 0 and _RULE.fullmatch(lines[last - 1].strip()):
                rows[last - 1] = True
        last, last_places = at, places
    for is_table, run in groupby(range(len(lines)), key=rows.__getitem__):
        found = [lines[at] for at in run]
        yield (True, _laid_out(found)) if is_table else (False, found)


def _places(line: str) -> set[int]:
    """Where columns begin and end, in characters of one width; tabs are a place of their own."""
    inside = line.strip()
    if "\t" in inside:
        return {-1}
    if "  " not in inside and not (_EDGE.match(inside) and _EDGE.search(inside, 1)):
        return set()
    places, width, at = set(), 0, 0
    marks = sorted(
        {*(edge for gap in _GAP.finditer(line) for edge in gap.span())} | {m.start() for m in _EDGE.finditer(line)}
    )
    for mark in marks:
        width += _width(line[at:mark])
        at = mark
        places.add(width)
    places.add(width + _width(line[at:].rstrip()))
    return places


def _laid_out(lines: list[str]) -> list[str]:
    """The rows with their tabs made blanks: a cell as wide as the widest of its column, where each row has as many."""
    if not any("\t" in line for line in lines):
        return lines
    cells = [line.split("\t") for line in lines]
    if len({len(row) for row in cells}) > 1 or any(_width(cell) > _WIDEST for row in cells for cell in row[:-1]):
        return [line.expandtabs(_STOP) for line in lines]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else not unicodedata.combining(each) for each in text)
