"""Whether a request comes from somebody, before Django has it. Only how much is listened to depends on it, no right."""

from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.http import parse_cookie

from firstline.api.models import Token
from firstline.people.session_reader import SessionStore
from firstline.tickets import following

FOLLOWED = "followed"
"""Where a session keeps the links by which its browser follows requests: their hash, by the request's number."""
_BEARER = b"bearer "


def is_known(scope: Any) -> bool:
    """By a session in which somebody is signed in, by a valid token, or, for what is sent to the request that they
    follow, by its link. Asks the database; not for an event loop."""
    headers = dict(scope["headers"])
    given = headers.get(b"authorization", b"")
    key = parse_cookie(headers.get(b"cookie", b"").decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    try:
        if given[: len(_BEARER)].lower() == _BEARER:
            return Token.found(given[len(_BEARER) :].decode("latin-1").strip()) is not None
        session = SessionStore(key) if key else {}
        return SESSION_KEY in session or _follows(session.get(FOLLOWED, {}), scope["path"])
    finally:
        connection.close()


def _follows(links: dict[str, str], path: str) -> bool:
    _root, room, number, *_more = [*path.split("/"), "", ""]
    return room == "followed" and number in links and following.found(links[number]) is not None
