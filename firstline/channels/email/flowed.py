"""`format=flowed` (RFC 3676): rows that a mail program broke, joined again."""

import re

_QUOTED = re.compile(r"^>+")
_SIGNATURE = "-- "


def unflowed(text: str, *, without_blank: bool) -> str:
    """The text with its paragraphs in one row each, quoted ones behind `> `. `without_blank`: the blank at the end of
    a broken row was no part of the text (DelSp=yes)."""
    out: list[str] = []
    open_depth: int | None = None
    pieces: list[str] = []

    def close() -> None:
        nonlocal open_depth
        if open_depth is not None:
            joined = "".join(pieces)
            out.append(f"{'>' * open_depth} {joined}".rstrip(" ") if open_depth else joined)
        open_depth = None
        pieces.clear()

    for row in text.split("\n"):
        marks = _QUOTED.match(row)
        depth = len(marks[0]) if marks else 0
        row = row[depth:]
        row = row[1:] if row.startswith(" ") else row
        if open_depth is not None and (depth != open_depth or row == _SIGNATURE):
            close()
        open_depth = depth
        flows = row.endswith(" ") and row != _SIGNATURE
        pieces.append(row[:-1] if flows and without_blank else row)
        if not flows:
            close()
    close()
    return "\n".join(out)
