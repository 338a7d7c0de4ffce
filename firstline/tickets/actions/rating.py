"""The requester's verdict."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.tickets.access import Relation
from firstline.tickets.actions.declaring import verb
from firstline.tickets.errors import WrongState
from firstline.tickets.inputs import Choice, Words
from firstline.tickets.models import Rating, Ticket
from firstline.tickets.record import record
from firstline.tickets.verbs import CLOSED, SOLVED, Operation

if TYPE_CHECKING:
    from firstline.people.models import Person

CHANGEABLE = timedelta(days=7)
MOST_WORDS = limit(
    2_000,
    "characters",
    of="the words of a rating",
    per="rating",
    said="Refused; what was typed stays.",
)


OF_THREE = gettext_lazy("Choose one of the three answers.")
STARS = tuple((count, str(count)) for count in range(1, 6))


@verb(
    may=frozenset({Relation.REQUESTER}),
    begins=frozenset({SOLVED, CLOSED}),
    as_shown=True,
    operation=Operation("Say whether you are satisfied"),
    inputs={
        "score": Choice(among=Rating.Score, refused=OF_THREE),
        "stars": Choice(among=STARS, refused=OF_THREE),
        "words": Words(
            most=MOST_WORDS, too_long=gettext_lazy("The words of a rating have at most %(count)s characters.")
        ),
    },
)
def rate(ticket: Ticket, *, by: "Person", score: int, stars: int | None = None, words: str = "") -> Rating:
    """Give 1 satisfied, 2 average or 3 dissatisfied, then 1 to 5 stars and a word if one likes. The rating of somebody
    who was its requester before is not changed: it goes, and this is a new one."""
    at = clock.now()
    gone = set_aside(ticket, but=by)
    rating = Rating.objects.filter(ticket=ticket).first()
    if rating is None:
        rating = Rating(ticket=ticket, by=by)
    elif rating.created_at + CHANGEABLE < at:
        raise WrongState(_("A rating can be changed for seven days."))
    rating.score, rating.stars, rating.words, rating.changed_at = score, stars, words.strip(), at
    rating.save()
    ticket.satisfaction = score
    record(ticket, "rated", by=by, rows=[rating], gone=gone, score=score, stars=stars)
    return rating


def set_aside(ticket: Ticket, *, but: "Person") -> list[Rating]:
    """Take the rating away unless it is this person's, for the verb to tell by `gone`: nobody else is shown it, and no
    figure counts it as theirs. In the log it stays."""
    gone = list(Rating.objects.filter(ticket=ticket).exclude(by=but))
    if gone:
        Rating.objects.filter(pk__in=[rating.pk for rating in gone]).delete()
        ticket.satisfaction = None
    return gone
