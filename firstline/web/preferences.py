"""What a browser remembers of its person before anybody signs in: the theme and the language."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from firstline.people.request import OpenRequest
from firstline.web.safe_redirects import is_ours

THEMES = ("auto", "light", "dark")
LANGUAGES = (("en", "English"), ("zh-hans", "简体中文"))
A_YEAR = 365 * 24 * 3600


def theme(request: HttpRequest | None) -> str:
    """The chosen theme; "auto" follows the device."""
    return theme_in(request.COOKIES if request else {})


def theme_in(cookies: Mapping[str, str]) -> str:
    chosen = cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember the theme and go back to the page it was chosen on."""
    response = redirect(back(request))
    chosen = request.POST.get("theme")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return response


@require_POST
def choose_language(request: OpenRequest) -> HttpResponse:
    """Remember the language, for letters too if one is signed in, and go back to the page it was chosen on."""
    response = redirect(back(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(LANGUAGES):
        remember_language(request, response, chosen)
        person = request.person
        if person is not None and person.language != chosen:
            person.language = chosen
            person.save(update_fields=["language"])
    return response


def remember_language(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """From now on this browser is shown that language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
    )


def back(request: HttpRequest) -> str:
    """The form's `next`, if it is ours, else the front page."""
    target = request.POST.get("next", "")
    return target if is_ours(request, target) else "/"
