"""Canned replies: text with placeholders, which refuse to go out blank (see `tickets.placeholders`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.catalog.models.desk import Desk
from firstline.kit.bilingual import BilingualName, pick


class CannedReply(BilingualName):
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="canned_replies")
    text_en = models.TextField(_("Text in English"))
    text_zh = models.TextField(_("Text in Chinese"))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["desk", "order"]
        verbose_name_plural = "canned replies"

    def text(self, language: str) -> str:
        """The text in the reader's language."""
        return (
            pick(self.text_en, self.text_zh)
            if not language
            else (self.text_zh if language.startswith("zh") else self.text_en)
        )
