"""One request, for somebody without an account who came by the link in its emails (tickets.following).

The secret is taken out of the address at once and only its hash is kept in the session, so that no Referer, history or
picture of the screen carries it. It leads to its request and nowhere else: what is shown and done here starts from the
link's own ticket, never from all that its person may see.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from firstline.catalog import config_cache
from firstline.catalog.forms import shown_answers
from firstline.kit.limits import limit
from firstline.people import rate_limit
from firstline.people.request import OpenRequest
from firstline.tickets import following
from firstline.tickets.fields import asked_of
from firstline.tickets.models import Attachment, Rating, RequestLink, Ticket
from firstline.web import files
from firstline.web.known import FOLLOWED
from firstline.web.portal.acting import StepRequest, taken
from firstline.web.portal.request_status import standings
from firstline.web.portal.requests import offered
from firstline.web.portal.talk import loose_files, talk
from firstline.web.render import page

MOST = limit(
    20,
    "requests",
    of="requests that are followed by their links",
    per="browser",
    said="The one opened longest ago makes room; its link opens it again.",
)
"""Requests that one browser follows at a time; the one opened longest ago makes room."""


class LinkRequest(StepRequest):
    """By a link to a request: `person` is the link's, inside these views alone."""

    link: RequestLink


View = Callable[..., HttpResponse]


@require_safe
def follow(request: OpenRequest, secret: str) -> HttpResponse:
    """Keep the link and go to its request. Mail scanners come here too: nothing is changed."""
    link = following.found(following.digest(secret))
    if link is None:
        return _dead(request)
    kept = {
        number: hashed for number, hashed in request.session.get(FOLLOWED, {}).items() if number != link.ticket.number
    }
    request.session[FOLLOWED] = dict([*kept.items(), (link.ticket.number, link.hash)][-MOST:])
    response = redirect("followed", link.ticket.number)
    response["Referrer-Policy"] = "no-referrer"
    return response


def by_link(view: View) -> View:
    """Only with a link that leads to this request now; for all others the page says what a link is."""

    @wraps(view)
    def guarded(request: OpenRequest, number: str, **more: Any) -> HttpResponse:
        hashed = request.session.get(FOLLOWED, {}).get(number)
        link = following.found(hashed) if hashed else None
        if link is None or link.ticket.number != number:
            return _dead(request)
        link.ticket = config_cache.current().dress(link.ticket)
        by, signed_in = cast(LinkRequest, request), request.person
        by.link, by.person = link, link.person
        try:
            with timezone.override(ZoneInfo(link.person.zone)):
                return view(by, link.ticket, **more)
        finally:
            request.person = signed_in

    return guarded


@require_safe
@by_link
def show(request: LinkRequest, ticket: Ticket) -> HttpResponse:
    """The request as its requester, or whoever takes part, sees it."""
    return _shown(request, ticket)


@require_safe
@by_link
def file(request: LinkRequest, ticket: Ticket, id: UUID) -> HttpResponse:
    """A file of this request."""
    found = Attachment.objects.visible_to(request.person).filter(pk=id, ticket=ticket).first()
    if found is None:
        raise Http404
    return files.served(request, found)


def step(at: str) -> View:
    """The view that takes this step of the portal on the link's request."""
    assert at in following.STEPS, f"no link lets anybody {at}"

    @require_POST
    @by_link
    def view(request: LinkRequest, ticket: Ticket) -> HttpResponse:
        if not rate_limit.take("followed", str(request.link.pk)):
            why = _("You have written here very often within an hour. Please wait a while, or answer by email.")
            typed = request.POST.get("text") or request.POST.get("reason") or request.POST.get("words") or ""
            return _shown(request, ticket, status=429, problem=why, at=at, typed=typed)
        said, refused = taken(at, request, ticket)
        if refused is not None:
            return _shown(request, ticket, status=422, **refused)
        if following.found(request.link.hash) is None:  # what they gave back is no longer theirs to see
            return page(request, "portal/followed_over.html", said=said)
        messages.success(request, said, extra_tags=f"done:{at}-{ticket.number}")
        return redirect("followed", ticket.number)

    return view


def _shown(request: LinkRequest, ticket: Ticket, *, status: int = 200, **more: Any) -> HttpResponse:
    person = request.person
    standing = standings([ticket], by=person)[0]

    def address(file: Attachment) -> str:
        return reverse("followed-file", args=[ticket.number, file.pk])

    return page(
        request,
        "portal/followed.html",
        status=status,
        ticket=ticket,
        way="followed",
        standing=standing,
        talk=talk(person, ticket, before=request.GET.get("before", ""), address=address, frames=False),
        files=loose_files(person, ticket, address=address),
        goes_on_in=None,
        rating=Rating.objects.filter(ticket=ticket, by=person).first(),
        can=offered(person, ticket) & set(following.STEPS.values()),
        answers=shown_answers(asked_of(ticket), ticket.answers) if standing.from_the_start else [],
        until=request.link.sent_at + following.LIVES,
        address=request.link.address,
        problem=more.get("problem", ""),
        at=more.get("at", ""),
        typed=more.get("typed", ""),
        kept=more.get("kept", []),
    )


def _dead(request: OpenRequest) -> HttpResponse:
    return page(request, "portal/followed_dead.html", status=410, days=following.LIVES.days)
