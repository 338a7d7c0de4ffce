"""Before something dangerous, a person proves once more who he is; what he had typed comes along."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from firstline.kit import clock
from firstline.people import factors
from firstline.people.request import PersonRequest
from firstline.web import demo_doors
from firstline.web.render import page

PROVED = "proved_at"
LASTS = timedelta(minutes=10)
OWN = "confirm_"
"""How the names of the asking page's own fields begin."""


def mark(request: HttpRequest) -> None:
    """He has just proved it: by password, code or passkey."""
    request.session[PROVED] = clock.now().timestamp()


def is_recent(request: HttpRequest) -> bool:
    return 0 <= clock.now().timestamp() - request.session.get(PROVED, 0) <= LASTS.total_seconds()


def ask(request: PersonRequest) -> HttpResponse:
    """The page that asks; it leads back to where he was, with everything that he had sent."""
    where = reverse("confirm") + "?" + urlencode({"next": request.get_full_path()})
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("confirm") + "?" + urlencode({"next": request.headers.get("Referer", "/")})
        return response
    if request.method == "GET":
        response = HttpResponse(status=302)
        response["Location"] = where
        return response
    return shown(request, action=where, kept=sent(request), status=401)


def sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form had sent, without what is not its own."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and not name.startswith(OWN)
        for value in values
    ]


def shown(
    request: PersonRequest, *, action: str, kept: list[tuple[str, str]], status: int = 200, error: str = ""
) -> HttpResponse:
    """The asking page itself."""
    given = {"action": action, "kept": kept, "error": error, "ways": ways(request)}
    return page(request, "accounts/confirm.html", status=status, **given)


def ways(request: PersonRequest) -> set[str]:
    """By what this person can prove it here: "password", "totp", "webauthn"; "demo" where one click signs in."""
    person = request.person
    found = factors.kinds(person) & {"totp", "webauthn"}
    if not factors.passkey_host(request.get_host()):
        found -= {"webauthn"}
    if person.has_usable_password():
        found.add("password")
    return found | ({"demo"} if demo_doors.are_open(request) else set())
