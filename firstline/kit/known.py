"""Whether lines of a letter stand in texts that are known: compared by their letters and digits alone."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from firstline.kit.limits import limit

MOST = limit(
    200_000,
    "characters",
    of="what an email answers, looked through for what it quotes",
    per="email",
    said="Older words are taken for new ones, and shown.",
)
"""So many characters of what is known are looked through."""
_LONG = 12
"""Fewer letters may stand anywhere by chance: they count only where the line before them goes on."""
_SEARCHES = 300
_URL = re.compile(r"https?://[^\s<>()\[\]]{1,2000}|\[(?:image|cid|图片|圖片)[^\[\]]{0,200}\]", re.IGNORECASE)
_LONGEST = 4_000


class Known:
    """What is known, ready to be compared. Wrapping, blanks, marks of quoting, punctuation and links do not matter."""

    def __init__(self, texts: Iterable[str]) -> None:
        told, left = [], MOST
        for text in texts:
            if left <= 0:
                break
            told.append(bare(text[:left]))
            left -= len(text)
        self._text = "\n".join(["", *told, ""])

    def __bool__(self) -> bool:
        return bool(self._text.strip())

    def found(self, lines: Sequence[str]) -> list[bool | None]:
        """For each line whether it is known where it stands; None for one without a letter or digit.

        A short line must go on where the one before ended, or lead to the next: a "yes" typed between two lines that
        followed each other is not known, though the word may stand elsewhere.
        """
        said = [bare(line) for line in lines]
        found: list[bool | None] = [None] * len(said)
        place, searches = -1, 0
        for i, line in enumerate(said):
            if not line:
                continue
            at = place if place >= 0 and self._goes_on(line, place) else -1
            if at < 0 and searches < _SEARCHES:
                searches += 1
                at = self._place_of(line if len(line) >= _LONG else _with_next(said, i), is_first=place < 0)
            found[i] = at >= 0
            if at >= 0:
                place = at + len(line)
        return found

    def _place_of(self, wanted: str, *, is_first: bool) -> int:
        if len(wanted) >= _LONG:
            return self._text.find(wanted)
        # All that somebody said may be short: above everything else nobody types an answer to it.
        place = self._text.find(f"\n{wanted}\n") if is_first else -1
        return place + 1 if place >= 0 else -1

    def _goes_on(self, line: str, place: int) -> bool:
        return self._text.startswith(line, place) or self._text.startswith(line, place + 1)


def bare(text: str) -> str:
    """The letters and digits of the text, alike in all spellings."""
    text = unicodedata.normalize("NFKC", _URL.sub(" ", text)).casefold()
    return "".join(filter(str.isalnum, text))


def _with_next(said: list[str], at: int) -> str:
    wanted = said[at]
    for line in said[at + 1 : at + 6]:
        wanted += line
        if len(wanted) >= _LONG:
            break
    return wanted[: _LONG * 4]
