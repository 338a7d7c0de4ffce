"""Switching letters off from a letter: without signing in, and for mail programs by one POST (RFC 8058).

Opening the link changes nothing, because mail scanners open links. The signed token is all that is asked for: it stands
in one letter to one person, so no cookie and no CSRF token could prove more.
"""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from firstline.notices import preferences
from firstline.notices.links import BadLink
from firstline.web.render import page


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letters_off(request: HttpRequest, token: str) -> HttpResponse:
    """The switch as it stands. POST turns it off; with `do=on` on again. There is no redirect, as RFC 8058 wants it."""
    try:
        switch = preferences.read(token)
    except BadLink:
        return page(request, "letters_off.html", status=404, switch=None)
    with override(switch.person.language):
        if request.method == "POST":
            switch.turn(off=request.POST.get("do") != "on")
        return page(request, "letters_off.html", switch=switch)
