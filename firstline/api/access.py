"""Who calls, and whether he may write. Cookies count for nothing here, so no page can be made to call."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from firstline.api.models import Token
from firstline.tickets.refusals import NotAllowed

READING = ("GET", "HEAD", "OPTIONS")


class Bearer(HttpBearer):
    """`Authorization: Bearer fl_…`; sets `request.person` and `request.token`."""

    openapi_description = "A token made by `firstline token`. It acts as its person."

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = Token.found(token)
        if found is None:
            return None
        request.person = found.person  # type: ignore[attr-defined]
        request.token = found  # type: ignore[attr-defined]
        if not request.headers.get("Accept-Language"):
            translation.activate(found.person.language)
        if request.method not in READING and Token.Scope.WRITE not in found.scopes:
            raise NotAllowed(_("This token may only read."))
        return found
