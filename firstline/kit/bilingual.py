"""Things an administrator names in both languages."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def pick(en: str, zh: str) -> str:
    """The text in the active language; the other one where it is missing."""
    return (zh or en) if (get_language() or "en").startswith("zh") else (en or zh)


class BilingualName(models.Model):
    name_en = models.CharField(_("Name in English"), max_length=120)
    name_zh = models.CharField(_("Name in Chinese"), max_length=120)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return pick(self.name_en, self.name_zh)

    def __str__(self) -> str:
        return self.name
