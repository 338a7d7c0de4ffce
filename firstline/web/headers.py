"""What every answer carries whoever made it, and which methods pages know. Static files alone may be kept by caches."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed

from firstline.api.problems import as_problem

PAGES_KNOW = ["GET", "HEAD", "POST"]
PROGRAMS_DOOR = "/api/"

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
}


class HeadersMiddleware:
    """Stands before everything else, so that no answer goes round it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        if request.path.startswith(PROGRAMS_DOOR):
            response = as_problem(response)
        for name, value in ALWAYS.items():
            response.headers[name] = value
        if not request.path.startswith(settings.STATIC_URL):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.method not in PAGES_KNOW and not request.path.startswith(PROGRAMS_DOOR):
            return HttpResponseNotAllowed(PAGES_KNOW)
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
            return HttpResponseBadRequest("This address has a character that no word has.", content_type="text/plain")
        return self.get_response(request)
