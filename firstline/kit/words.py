"""Words for full-text search.

English is cut at spaces; Chinese by rjieba and, so that any two neighbouring characters are found, in pairs.
"""

import re
import unicodedata

import rjieba

_HAN = "㐀-鿿豈-﫿"
# A Chinese word ends where letters begin, and the other way round: "VPN连不上" holds "连不上".
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+", re.UNICODE)


def search_words(text: str, *, most: int = 4000) -> str:
    """The words of `text` separated by spaces, to be indexed; at most `most` of them."""
    return " ".join(dict.fromkeys(_cut(text[:200_000])[:most]))


def query_words(text: str, *, weights: str = "") -> str:
    """`text` as a raw tsquery over such an index: all words, the last of them as a prefix; empty if it has no words.

    `weights`: only in the parts of the index that have one of them.
    """
    words: list[str] = []
    for run in _RUN.findall(_fold(text)[:200]):
        words += _pairs(run) if _is_chinese(run) else [run]
    quoted = [f"'{word}'" for word in dict.fromkeys(words)]
    ends = [weights] * len(quoted)
    if quoted and not _is_chinese(words[-1]):
        ends[-1] += "*"
    return " & ".join(f"{word}:{end}" if end else word for word, end in zip(quoted, ends, strict=True))


def _cut(text: str) -> list[str]:
    words: list[str] = []
    for run in _RUN.findall(_fold(text)):
        words += [*_pairs(run), *(w for w in rjieba.cut(run) if len(w) > 2)] if _is_chinese(run) else [run[:60]]
    return words


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _is_chinese(run: str) -> bool:
    return "㐀" <= run[0] <= "﫿" and not run[0].isascii()


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
