"""Addresses that letters carry: absolute, from the configured base and never from a request; some of them signed."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from firstline.people.models import Person
from firstline.tickets import following
from firstline.tickets.models import Rating, Ticket

_RATING = "firstline.rating"


class BadLink(ValueError):
    """The link was not made by us, or was cut off on its way."""


class EndedLink(BadLink):
    """The link is ours, and works no longer."""


def rating_link(ticket: Ticket, score: int) -> str:
    """Where the requester lands when they click a verdict in an email; no sign-in is needed there.

    Mail scanners open links too, so the page must not rate when it is merely fetched.
    """
    person = ticket.requester
    token = signing.Signer(salt=_RATING).sign(f"{ticket.pk}.{person.pk}.{person.session_round}.{int(score)}")
    return absolute(reverse("rate", args=[token]))


def read_rating(token: str) -> tuple[Ticket, int]:
    """The ticket, its requester read along, and the score that a rating link carries. Raises BadLink, or EndedLink when
    the one for whom it was made is not its requester any more, has left, or has ended all that they held."""
    try:
        ticket, person, held, score = map(int, signing.Signer(salt=_RATING).unsign(token).split("."))
    except (signing.BadSignature, ValueError) as error:
        raise BadLink(token) from error
    if score not in Rating.Score.values:
        raise BadLink(token)
    # Not from visible_to: nobody is signed in. The signature stands for the requester, for whose email it was made.
    asked = Ticket.objects.select_related("requester").defer("search")
    in_force = {"requester__is_active": True, "requester__session_round": held}
    found = asked.filter(pk=ticket, requester=person, **in_force).first()
    if found is None:
        raise EndedLink(token)
    return found, score


def request_link(ticket: Ticket) -> str:
    """The request as the asking side sees it."""
    return absolute(reverse("request", args=[ticket.number]))


def link_for(person: Person, ticket: Ticket, *, address: str) -> str:
    """The request as this person reaches it from an email to this address: in the portal by their account, else by a
    link that leads there alone. Empty when it may not be shown to whoever has the address."""
    if person.has_account:
        return "" if ticket.is_doubtful else request_link(ticket)
    secret = following.secret_for(ticket, person, address=address)
    return absolute(reverse("follow", args=[secret])) if secret else ""


def ticket_link(ticket: Ticket) -> str:
    """The ticket in the workspace."""
    return absolute(reverse("ticket", args=[ticket.number]))


def absolute(path: str) -> str:
    """The path under the configured base; a request's Host never gets into a letter."""
    return settings.CONFIG.base_url.rstrip("/") + path
