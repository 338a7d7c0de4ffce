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


def rating_link(ticket: Ticket, score: int) -> str:
    """Where the requester lands when he clicks a verdict in a letter; no sign-in is needed there.

    Mail scanners open links too, so the page must not rate when it is merely fetched.
    """
    token = signing.Signer(salt=_RATING).sign(f"{ticket.pk}.{int(score)}")
    return absolute(reverse("rate", args=[token]))


def read_rating(token: str) -> tuple[int, int]:
    """The ticket's id and the score that a rating link carries. Raises BadLink."""
    try:
        ticket, _dot, score = signing.Signer(salt=_RATING).unsign(token).partition(".")
        found = int(ticket), int(score)
    except (signing.BadSignature, ValueError) as error:
        raise BadLink(token) from error
    if found[1] not in Rating.Score.values:
        raise BadLink(token)
    return found


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
