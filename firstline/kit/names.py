"""The name of a person as it is stored: one line, in which nothing unseen turns round what stands beside it."""

import unicodedata
from typing import Any

from django.db import models

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


class NameField(models.CharField):
    """A column of names: what is stored in it and what is looked for in it is `plain`, whichever way it comes. To the
    database it is a column of text as any other."""

    def get_prep_value(self, value: Any) -> Any:
        given = super().get_prep_value(value)
        return plain(given) if isinstance(given, str) else given

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = plain(value)
            setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
