"""The requester's verdict: 1 satisfied, 2 average, 3 dissatisfied (004_65b70d2d8101230f.txt), then stars and a word."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.kit import clock
from firstline.tickets.models.ticket import Ticket
from firstline.tickets.side_tables import told_as
from firstline.tickets.tracked import Tracked
from firstline.tickets.write_guard import Logged


@told_as(
    "rating",
    since=2,
    columns={
        "by_id": Tracked("by_id"),
        "score": Tracked("score"),
        "stars": Tracked("stars"),
        "words": Tracked("words", blank=""),
        "created_at": Tracked("created_at"),
        "changed_at": Tracked("changed_at"),
    },
)
class Rating(Logged):
    class Score(models.IntegerChoices):
        SATISFIED = 1, _("Satisfied")
        AVERAGE = 2, _("Average")
        DISSATISFIED = 3, _("Dissatisfied")

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="rating")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(choices=Score)
    stars = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    words = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.get_score_display()
