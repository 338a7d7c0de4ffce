"""Right to left: paragraphs take the direction of their own words, and numbers in them keep theirs."""

import re
from collections.abc import Iterable, Iterator

from firstline.kit.markup import Piece

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
BLOCKS = frozenset("p li td th dt dd div blockquote h1 h2 h3 h4 h5 h6 caption pre".split())
# Without being kept apart, 12-34-56 after an Arabic word is shown as 56-34-12.
_NUMBER = re.compile(r"(?<![A-Za-z0-9+#])[+#]?[A-Za-z0-9]+(?:[-–/.:_@+][A-Za-z0-9]+)+|(?<![A-Za-z0-9])[+#][0-9]+")


def directed(pieces: Iterable[Piece]) -> Iterator[str]:
    """The HTML with `dir="auto"` on each block that says nothing of it."""
    for piece in pieces:
        if piece.tag in BLOCKS and not piece.closing and not piece.get("dir"):
            yield f'<{piece.tag}{piece.attributes} dir="auto">'
        else:
            yield piece.raw


def apart(escaped: str) -> str:
    """Escaped text with its numbers and references kept apart from the words around them."""
    if not RIGHT_TO_LEFT.search(escaped):
        return escaped
    return _NUMBER.sub(r'<bdi dir="ltr">\g<0></bdi>', escaped)
