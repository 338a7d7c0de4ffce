"""Text compared alike in memory and in every PostgreSQL: the case of A to Z does not matter, `*` and `?` are wild.

Other letters are compared as they are: what else is one letter in two cases depends on the locale of a database.
A pattern has no more than these two wild characters, because regular expressions mean one thing in Python, another in
RE2 and a third in PostgreSQL; with them a text is read through once for each piece between two stars.
"""

import re
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from django.db.models import Func, Q, TextField
from django.db.models.functions import Collate, Lower
from django.db.models.lookups import Lookup

from firstline.kit.conditions.expressions import where

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_IN_LIKE = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\", "*": "%", "?": "_"})
_LITERAL = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


def folded(text: str) -> str:
    """With a for A and so on."""
    return text.translate(_LOWER)


def matches(text: str, pattern: str) -> bool:
    """Whether the whole text is as the pattern says."""
    return bool(_compiled(folded(pattern)).fullmatch(folded(text)))


def like(text: Any, pattern: str) -> Q:
    """The same of an expression."""
    return where(_Like, _folded(text), folded(pattern).translate(_IN_LIKE))


def like_literally(text: Any, words: str, *, before: str = "", after: str = "") -> Q:
    """That an expression is these words, with anything before or after them where that is "%"."""
    return where(_Like, _folded(text), before + folded(words).translate(_LITERAL) + after)


def _folded(text: Any) -> Func:
    # In this collation PostgreSQL lowers A to Z alone, whatever the database's own.
    return Lower(Collate(text, "C"), output_field=TextField())


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Of each piece the first place is taken and never given up again (`?>`): so nothing is tried twice."""
    first, *rest = (re.escape(piece).replace(r"\?", ".") for piece in pattern.split("*"))
    if not rest:
        return re.compile(first, re.DOTALL)
    *middle, last = rest
    return re.compile(first + "".join(f"(?>.*?{piece})" for piece in middle if piece) + f".*{last}", re.DOTALL)


class _Like(Lookup):
    lookup_name = "like"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, given = self.process_lhs(compiler, connection)
        right, wanted = self.process_rhs(compiler, connection)
        return f"{left} LIKE {right}", [*given, *wanted]
