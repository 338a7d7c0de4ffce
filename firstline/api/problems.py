"""Errors as application/problem+json (RFC 9457). Their `detail` is a sentence in the caller's language."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError, InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from firstline.kit.outages import outage_of
from firstline.kit.store import StoreAway
from firstline.tickets.quotas import TooMuch
from firstline.tickets.refusals import NotAllowed, WrongState


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


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
