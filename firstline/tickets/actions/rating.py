"""The requester's verdict."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.tickets import states, undo_send
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Rating, Ticket
from firstline.tickets.record import lock, record
from firstline.tickets.rights import require
from firstline.tickets.write_guard import verb

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


@verb
def rate(ticket: Ticket, *, by: "Person", score: int, stars: int | None = None, words: str = "") -> Rating:
    """Give 1 satisfied, 2 average or 3 dissatisfied, then 1 to 5 stars and a word if one likes. The rating of somebody
    who was its requester before is not changed: it goes, and this is a new one."""
    ticket = lock(ticket)
    require(by, "rate", ticket)
    undo_send.hide_from(by, ticket)
    states.check(ticket, "rate")
    if score not in Rating.Score.values or stars not in (None, 1, 2, 3, 4, 5):
        raise WrongState(_("Choose one of the three answers."))
    if len(words.strip()) > MOST_WORDS:
        raise WrongState(_("The words of a rating have at most %(count)s characters.") % {"count": MOST_WORDS})
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
