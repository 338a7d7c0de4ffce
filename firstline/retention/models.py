"""How long what is kept."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.catalog.models import Desk


class Rule(models.Model):
    """After so many days it goes. Without a rule it stays."""

    class What(models.TextChoices):
        WORDS = "words", _("Words and files of closed requests")
        FILES = "files", _("Files of closed requests")
        LETTERS = "letters", _("Letters as they came in")
        UPLOADS = "uploads", _("Files that were uploaded and never sent")
        ANSWERS = "answers", _("Answers kept for repeated calls of programs")
        SESSIONS = "sessions", _("Sessions that have expired")
        ADDRESSES = "addresses", _("Addresses and names in the audit log")
        DEMO_LETTERS = "demo_letters", _("Letters of the demo")

    OF_A_DESK = (What.WORDS, What.FILES, What.LETTERS)

    what = models.CharField(max_length=20, choices=What)
    desk = models.ForeignKey(Desk, models.CASCADE, null=True, blank=True, related_name="+")
    days = models.PositiveIntegerField(validators=[MinValueValidator(1)])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "desk"], name="one_rule", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.days}"
