"""Whether lines of a letter stand in texts that are known: by their letters and digits, else by their signs."""

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
_NOTHING = re.compile(r"[-_=*~#|<>─━—–·•]*|[\[({<]{1,2}[\])}>]{1,2}|[\[\](){}.,:;\"']")
"""What programs put on lines of its own: rules, edges of tables, bullets, and what is left of links and wrapping."""
_ONE_SIGN = frozenset("-–—")
_UNSEEN = frozenset(("Cc", "Cf", "Mn", "Zs"))


class Known:
    """What is known, ready to be compared. Wrapping, blanks, marks of quoting, punctuation and links do not matter."""

    def __init__(self, texts: Iterable[str]) -> None:
        # By the place in the text where it stands: the signs of each line that holds no letter or digit.
        self._signs: dict[int, set[str]] = {}
        told, left, place = [""], MOST, 1
        for text in texts:
            if left <= 0:
                break
            for line in text[:left].split("\n"):
                # One character may stand for eighteen.
                said = bare(line)[: max(left, 0)]
                told.append(said)
                place += len(said)
                left -= max(len(said), len(line)) + 1
                if not said and (signs := signs_of(line)):
                    self._signs.setdefault(place, set()).add(signs)
            told.append("\n")
            place += 1
        self._text = "\n" + "".join(told)

    def __bool__(self) -> bool:
        return bool(self._text.strip() or self._signs)

    def found(self, lines: Sequence[str]) -> list[bool | None]:
        """For each line whether it is known where it stands; None for one that says nothing. A tick or "???" says
        something: it is known where the same stands below the same line.

        A short line must go on where the one before ended, or lead to the next: a "yes" typed between two lines that
        followed each other is not known, though the word may stand elsewhere.
        """
        said = [bare(line) for line in lines]
        found: list[bool | None] = [None] * len(said)
        place, searches = -1, 0
        for i, line in enumerate(said):
            if not line:
                if signs := signs_of(lines[i]):
                    found[i] = self._is_signed(signs, place)
                continue
            at = self._going_on(line, place) if place >= 0 else -1
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

    def _going_on(self, line: str, place: int) -> int:
        return next((at for at in (place, place + 1) if self._text.startswith(line, at)), -1)

    def _is_signed(self, signs: str, place: int) -> bool:
        if place >= 0:
            return any(signs in self._signs.get(at, ()) for at in (place, place + 1))
        return any(signs in found and self._text[at - 1] == "\n" for at, found in self._signs.items())


def bare(text: str) -> str:
    """The letters and digits of the text, alike in all spellings."""
    text = unicodedata.normalize("NFKC", _URL.sub(" ", text)).casefold()
    return "".join(filter(str.isalnum, text))


def signs_of(line: str) -> str:
    """The signs of a line without letters and digits, alike in all spellings; none for a mere rule or bullet."""
    line = unicodedata.normalize("NFKC", _URL.sub(" ", line)).strip()[:_LONGEST].lstrip("> \t")
    signs = "".join(char for char in line if unicodedata.category(char) not in _UNSEEN)
    return "" if _NOTHING.fullmatch(signs) and signs not in _ONE_SIGN else signs


def _with_next(said: list[str], at: int) -> str:
    wanted = said[at]
    for line in said[at + 1 : at + 6]:
        wanted += line
        if len(wanted) >= _LONG:
            break
    return wanted[: _LONG * 4]
