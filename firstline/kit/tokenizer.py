"""Words for full-text search.

English is cut at spaces; Chinese by rjieba and, so that any two neighbouring characters are found, in pairs.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

import rjieba

from firstline.kit.limits import limit

# PostgreSQL takes 1 MB for a row, with some bytes beside each word, of which it may make two ("12e4567abc").
MOST_BYTES = limit(
    700_000,
    "bytes",
    of="the different words by which a request is found",
    per="request",
    said="It is found by what was said last, not by the oldest words.",
)
_BESIDE = 8
MOST_CHARACTERS = limit(
    1_000_000,
    "characters",
    of="the text that is looked through for such words",
    per="request",
    said="It is found by what was said last, not by the oldest words.",
)
LONGEST = limit(
    255,
    "characters",
    of="a word by which something is found",
    per="word",
    said="It is found by its first 255 characters, whatever follows them.",
)
MOST_ASKED = limit(
    200,
    "characters",
    of="the words that are looked for",
    per="search",
    said="What has all the words before that is found, and the page says so; the API answers 422.",
)
MOST_WORDS = limit(
    10,
    "words",
    of="words between blanks that are looked for",
    per="search",
    said="Only the first ten were looked for …; the API answers 422.",
)
_HAN = "㐀-鿿豈-﫿"
# A Chinese word ends where letters begin, and the other way round: "VPN连不上" holds "连不上".
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+", re.UNICODE)


def search_words(*texts: str) -> str:
    """The different words of `texts` separated by spaces, to be indexed: all of them, or as many as there is room for,
    so that what matters most comes first."""
    return words_of(texts, room=MOST_BYTES)


def words_of(texts: Iterable[str], *, room: int) -> str:
    """The same in so many bytes of the index. No text is asked for when what came before it left no room."""
    words: dict[str, None] = {}
    left = MOST_CHARACTERS
    for text in texts:
        # One character may stand for eighteen; these are what takes time.
        folded = _fold(text[:left])[:left]
        for word in _cut(folded):
            if word not in words:
                room -= len(word.encode()) + _BESIDE
                if room < 0:
                    return " ".join(words)
                words[word] = None
        left -= len(folded)
        if left <= 0:
            break
    return " ".join(words)


def asked_words(text: str) -> list[str]:
    """The words of a search that are looked for: the first of them. Every search starts from these, whatever it looks
    through, for each word costs it a condition more."""
    return text.strip()[:MOST_ASKED].split()[:MOST_WORDS]


def is_cut(text: str) -> bool:
    """Whether a search asks for more than is looked for."""
    return len(text.strip()) > MOST_ASKED or len(text.split()) > MOST_WORDS


def query_words(text: str, *, weights: str = "") -> str:
    """`text` as a raw tsquery over such an index: all words, the last of them as a prefix; empty if it has no words.

    `weights`: only in the parts of the index that have one of them.
    """
    words: list[str] = []
    for run in _RUN.findall(_fold(" ".join(asked_words(text)))):
        words += _pairs(run) if _is_chinese(run) else [run[:LONGEST]]
    quoted = [f"'{word}'" for word in dict.fromkeys(words)]
    ends = [weights] * len(quoted)
    if quoted and not _is_chinese(words[-1]):
        ends[-1] += "*"
    return " & ".join(f"{word}:{end}" if end else word for word, end in zip(quoted, ends, strict=True))


def _cut(folded: str) -> Iterator[str]:
    for found in _RUN.finditer(folded):
        run = found[0]
        if _is_chinese(run):
            yield from _pairs(run)
            yield from (word for word in rjieba.cut(run) if len(word) > 2)
        else:
            yield run[:LONGEST]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _is_chinese(run: str) -> bool:
    return "㐀" <= run[0] <= "﫿" and not run[0].isascii()


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
