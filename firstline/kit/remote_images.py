"""Pictures that a letter would fetch from elsewhere: which they are, and how they are shown once a reader asks.

Takes what `html.clean` wrote: there a remote picture keeps its address in `data-src`, where nothing fetches it.
"""

from collections.abc import Callable
from html import escape

from firstline.kit.markup import Piece, pieces


def addresses(cleaned: str) -> list[str]:
    """The addresses of its remote pictures, each once, in order."""
    return list(dict.fromkeys(piece.get("data-src") for piece in pieces(cleaned) if _is_remote(piece)))


def shown(cleaned: str, by: Callable[[str], str | None]) -> str:
    """The same HTML, its remote pictures fetched from where `by` says; where it says None they stay blocked."""
    return "".join(_shown(piece, by) if _is_remote(piece) else piece.raw for piece in pieces(cleaned))


def _is_remote(piece: Piece) -> bool:
    return piece.tag == "img" and not piece.closing and bool(piece.get("data-src"))


def _shown(piece: Piece, by: Callable[[str], str | None]) -> str:
    where = by(piece.get("data-src"))
    if where is None:
        return piece.raw
    kept = "".join(f' {name}="{escape(piece.get(name))}"' for name in KEPT if piece.get(name))
    return f'<img src="{escape(where)}"{kept}>'


KEPT = ("alt", "title", "width", "height")
