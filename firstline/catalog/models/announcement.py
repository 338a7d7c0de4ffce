"""What everybody should know: news, and outages that somebody is already working on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.catalog.models.desk import Desk
from firstline.kit import clock
from firstline.kit.bilingual import pick


class Announcement(models.Model):
    class Kind(models.TextChoices):
        NEWS = "news", _("News")
        OUTAGE = "outage", _("Known outage")

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NEWS)
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="announcements")
    title_en = models.CharField(max_length=160)
    title_zh = models.CharField(max_length=160)
    text_en = models.TextField(blank=True)
    text_zh = models.TextField(blank=True)
    starts_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return pick(self.title_en, self.title_zh)

    @property
    def text(self) -> str:
        return pick(self.text_en, self.text_zh)
