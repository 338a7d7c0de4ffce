"""What is shown when a page cannot be: a sentence in the reader's language and a way on, never a stack."""

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from firstline.kit.transient_errors import outage_of
from firstline.web.preferences import theme
from firstline.web.render import page


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what came cannot be understood."""
    return page(
        request,
        "error.html",
        status=400,
        title=_("That could not be understood"),
        text=_("Please go back and try again."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return page(
        request,
        "error.html",
        status=403,
        title=_("This is not for you"),
        text=_("You may not open this page. If you should, ask your service desk."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, alike for what does not exist and for what this person may not know of."""
    return page(
        request,
        "error.html",
        status=404,
        title=_("There is no such page"),
        text=_("It may have moved, or it belongs to somebody else."),
    )


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 because the form was too old, or did not come from us."""
    return page(
        request,
        "error.html",
        status=403,
        title=_("This form has expired"),
        text=_("Nothing was saved. Please go back, reload the page and send it again; what you typed is still there."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 when the database was away for a moment, 507 when there is no room left.

    Draws without the request, because whatever failed may be what a page asks of it; only the theme is a cookie.
    """
    context = {"page_theme": theme(request)}
    outage = outage_of(sys.exc_info()[1])
    if outage is None:
        text = _("The fault is ours and has been noted. Please try again in a moment.")
        context |= {"title": _("Something went wrong"), "text": text}
        return HttpResponse(render_to_string("error.html", context), status=500)
    context |= {"title": str(outage.title), "text": str(outage.text)}
    return outage.marked(HttpResponse(render_to_string("error.html", context), status=outage.status))
