"""Browsers in which a person has signed in before: what strangers tried elsewhere does not lock them there.

A signed cookie says whose browser it is. It lets nobody in; it only has its attempts counted apart. It ends with
everything else that the person holds (people.holdings).
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from firstline.people.models import Person

COOKIE = "firstline_device"
LASTS = timedelta(days=180)
_SALT = "firstline.device"


def known(request: HttpRequest, person: Person | None) -> str:
    """The id of this browser, if the person has signed in here before; else empty."""
    try:
        said = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
        whose, round, id = said
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(id) if person is not None and (whose, round) == (person.pk, person.session_round) else ""


def remember(request: HttpRequest, response: HttpResponse, person: Person) -> None:
    """From now on this is a browser of this person."""
    id = known(request, person) or secrets.token_urlsafe(12)
    response.set_cookie(
        COOKIE,
        signing.dumps([person.pk, person.session_round, id], salt=_SALT),
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
