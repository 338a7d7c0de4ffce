"""Who calls, and whether he may write. Cookies count for nothing here, so no page can be made to call."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import HttpBearer

from firstline.api.models import Token
from firstline.people import factors, rate_limit, security_log
from firstline.people.request import PersonRequest
from firstline.tickets.errors import NotAllowed

READING = ("GET", "HEAD", "OPTIONS")


class Call(PersonRequest):
    """A request by token, as its person."""

    token: Token


class Bearer(HttpBearer):
    """`Authorization: Bearer fl_…`; sets `request.person` and `request.token`."""

    openapi_description = "A token made on the account page, or by `firstline token`. It acts as its person."

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = Token.found(token)
        if found is None:
            _refused(request)
            return None
        call = cast(Call, request)
        call.person, call.token = found.person, found
        if not request.headers.get("Accept-Language"):
            translation.activate(found.person.language)
        if factors.is_due(found.person):
            raise NotAllowed(
                _("Please set up a second factor on your account page first; until then your tokens wait.")
            )
        if request.method not in READING and not found.may_write:
            raise NotAllowed(_("This token may only read."))
        if not found.may_read:
            raise NotAllowed(_("This token may do nothing."))
        found.touch()
        return found


def _refused(request: HttpRequest) -> None:
    """Say so once when a network tries many, and refuse further unknown ones: they are not guessed, but cost a look."""
    address = request.META.get("REMOTE_ADDR", "")
    tried = rate_limit.count("token", rate_limit.network(request))
    if tried == rate_limit.LIMITS["token"].most:
        security_log.note("tokens_refused", address=address)
    if tried > rate_limit.LIMITS["token"].most:
        raise HttpError(429, _("Too many attempts. Please try again in a quarter of an hour."))
