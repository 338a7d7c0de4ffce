"""Errors as application/problem+json (RFC 9457). Their `detail` is a sentence in the caller's language."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError, InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from firstline.kit.blob_storage import StoreAway
from firstline.kit.transient_errors import AWAY, FULL, outage_of
from firstline.tickets.errors import NotAllowed, NotUnderstood, WrongState
from firstline.tickets.quotas import TooMuch

PROBLEM = "application/problem+json"
SAID = {
    404: gettext_lazy("There is nothing here that you may see."),
    405: gettext_lazy("This address does not know this method."),
    500: gettext_lazy("The fault is ours and has been noted. Please try again in a moment."),
    503: AWAY.text,
    507: FULL.text,
}
"""What is said of a failure that came about outside of the API's own views."""


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type=PROBLEM)


def as_problem(response: HttpResponse) -> HttpResponse:
    """The answer as a program can read it, with its headers: a failure that was told as a page or in plain text too."""
    if response.status_code < 400 or response.get("Content-Type") == PROBLEM:
        return response
    said = SAID.get(response.status_code) or _("Something in the call is missing or not understood.")
    told = problem(response.status_code, str(said))
    for name, value in response.items():
        if name.lower() != "content-length":  # of what was said before
            told.headers.setdefault(name, value)
    return told


def install(api: NinjaAPI) -> None:
    """Let every failure of the API be told as a problem."""

    @api.exception_handler(OperationalError)
    @api.exception_handler(InterfaceError)
    @api.exception_handler(InternalError)
    @api.exception_handler(StoreAway)
    def away(request: HttpRequest, error: Exception) -> HttpResponse:
        outage = outage_of(error)
        if outage is None:
            raise error
        return outage.marked(problem(outage.status, str(outage.text)))

    @api.exception_handler(NotAllowed)
    def not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
        return problem(403, str(error))

    @api.exception_handler(PermissionDenied)
    def denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return problem(403, _("You may not do this."))

    @api.exception_handler(DataError)
    def cannot_be_kept(request: HttpRequest, error: DataError) -> HttpResponse:
        return problem(422, _("Something in the call is missing or not understood."))

    @api.exception_handler(TooMuch)
    def too_much(request: HttpRequest, error: TooMuch) -> HttpResponse:
        response = problem(429, str(error))
        response["Retry-After"] = str(error.retry_after)
        return response

    @api.exception_handler(NotUnderstood)
    def not_understood(request: HttpRequest, error: NotUnderstood) -> HttpResponse:
        return problem(422, str(error))

    @api.exception_handler(WrongState)
    def wrong_state(request: HttpRequest, error: WrongState) -> HttpResponse:
        return problem(409, str(error))

    @api.exception_handler(Http404)
    def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, _("There is nothing here that you may see."))

    @api.exception_handler(AuthenticationError)
    def no_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = problem(401, _("Send a valid token as “Authorization: Bearer …”."))
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [{"where": ".".join(map(str, each["loc"])), "what": each["msg"]} for each in error.errors]
        return problem(422, _("Something in the call is missing or not understood."), errors=errors)

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, str(error))
