"""From the first proof to a session: straight in, or by way of the second factor."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from firstline.kit import clock
from firstline.people import devices, factors, security_log, sessions
from firstline.people.models import Person
from firstline.people.request import OpenRequest
from firstline.web import reauthentication
from firstline.web.preferences import remember_language
from firstline.web.safe_redirects import is_ours

PENDING = "second_factor_for"
PATIENCE_SECONDS = 600


def enter(request: OpenRequest, person: Person, *, how: str) -> HttpResponse:
    """After a password or a link: who has a second factor is asked for it, others are in."""
    if not factors.has_second(person):
        return begin(request, person, how=how)
    target = wanted(request)
    if request.user.is_authenticated:
        request.session.flush()
    request.session.cycle_key()
    request.session[PENDING] = {
        "person": person.pk,
        "hash": person.get_session_auth_hash(),
        "at": clock.now().timestamp(),
        "next": target,
    }
    return redirect("second-factor")


def pending(request: HttpRequest) -> Person | None:
    """Who has given the password here and not yet the second factor; a password changed since does not count."""
    given: dict[str, Any] = request.session.get(PENDING) or {}
    if clock.now().timestamp() - given.get("at", 0) > PATIENCE_SECONDS:
        return None
    person = Person.objects.filter(pk=given.get("person", 0), is_active=True).first()
    return person if person and person.get_session_auth_hash() == given.get("hash") else None


def begin(request: OpenRequest, person: Person, *, how: str) -> HttpResponse:
    """Begin a session under a fresh key and go where the person wanted, in this browser's language or his own."""
    target = wanted(request)
    sessions.begin(request, person, how=how)
    request.session.pop(PENDING, None)
    reauthentication.mark(request)
    security_log.note("signed_in", person=person, address=request.META.get("REMOTE_ADDR", ""), how=how)
    request.person = person
    response = redirect(target or usual(person))
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        remember_language(request, response, person.language)
    devices.remember(request, response, person)
    return response


def usual(person: Person) -> str:
    """The desk for those who work there, else the front page."""
    return reverse("desk-home" if person.admin or person.seats else "home")


def wanted(request: HttpRequest) -> str:
    """The `next` of the form, of the address or of the sign-in under way, if it is a page of ours."""
    kept = (request.session.get(PENDING) or {}).get("next", "")
    target = request.POST.get("next") or request.GET.get("next") or kept
    return target if is_ours(request, target) else ""
