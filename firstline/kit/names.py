"""The name of a person as it is stored: one line, in which nothing unseen turns round what stands beside it."""

import unicodedata

from django.db import models

from firstline.kit.canonical_fields import OneForm

_JOINERS = "\u200c\u200d"
"""They say how letters are written, in Persian for one."""


def plain(name: str) -> str:
    """The name without control and formatting characters, with one blank where several stood. What is composed and
    what is put together from a letter and a mark is one (NFC)."""
    seen = (
        " " if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp") and each not in _JOINERS else each
        for each in unicodedata.normalize("NFC", name)
    )
    return " ".join("".join(seen).split())


class NameField(OneForm, models.CharField):
    """A column of names, which are `plain`."""

    def form_of(self, text: str) -> str:
        return plain(text)
