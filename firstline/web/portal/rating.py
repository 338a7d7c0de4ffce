"""Rating from a letter, by one click and without signing in. Opening it writes nothing: mail scanners open links."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from firstline.notices.links import BadLink, EndedLink, read_rating
from firstline.tickets import actions
from firstline.tickets.errors import Refused
from firstline.tickets.models import Rating, Ticket
from firstline.web.portal.acting import SCORES, verdict
from firstline.web.render import page

NAMES = {score: name for name, score in SCORES.items()}


@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """The choice that was clicked, ready to be sent (a script sends it at once); the POST counts it."""
    read = _read(token)
    if isinstance(read, str):
        return page(request, "portal/rate_broken.html", status=404, why=read)
    ticket, score = read
    if request.method != "POST":
        return _shown(request, ticket, token=token, chosen=NAMES.get(score), send="yes" if score in NAMES else "")
    try:
        actions.rate(ticket, by=ticket.requester, **verdict(request))
    except Refused as refusal:
        return _shown(request, ticket, token=token, chosen=NAMES.get(score), problem=str(refusal), status=422)
    return redirect("rate-thanks", token)


@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What was counted, with room for stars and a word."""
    read = _read(token)
    if isinstance(read, str):
        return page(request, "portal/rate_broken.html", status=404, why=read)
    ticket, score = read
    rating = Rating.objects.filter(ticket=ticket, by=ticket.requester).first()
    chosen = NAMES.get(rating.score if rating else score)
    return _shown(request, ticket, token=token, chosen=chosen, rating=rating)


def _read(token: str) -> tuple[Ticket, int] | str:
    """The ticket and the clicked score; or the sentence that says why not."""
    try:
        return read_rating(token)
    except EndedLink:
        return _("This link no longer works. Open the newest email about your request to rate it.")
    except BadLink:
        return _("This link is not complete. Please open it from the email again.")


def _shown(
    request: HttpRequest,
    ticket: Ticket,
    *,
    token: str,
    chosen: str | None,
    rating: Rating | None = None,
    send: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    return page(
        request,
        "portal/rate.html",
        status=status,
        ticket=ticket,
        token=token,
        chosen=chosen,
        rating=rating,
        send=send,
        problem=problem,
    )
