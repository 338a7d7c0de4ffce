"""Whether a request comes from somebody, before Django has it. Only how much is listened to depends on it, no right."""

from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.http import parse_cookie

from firstline.api.models import Token
from firstline.people.sessions import SessionStore

_BEARER = b"bearer "


def is_known(scope: Any) -> bool:
    """By a session in which somebody is signed in, or by a valid token. Asks the database; not for an event loop."""
    headers = dict(scope["headers"])
    given = headers.get(b"authorization", b"")
    key = parse_cookie(headers.get(b"cookie", b"").decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    try:
        if given[: len(_BEARER)].lower() == _BEARER:
            return Token.found(given[len(_BEARER) :].decode("latin-1").strip()) is not None
        return bool(key) and SESSION_KEY in SessionStore(key)
    finally:
        connection.close()
