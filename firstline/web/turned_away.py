"""What is said to whoever is turned away before Django has seen the request: a sentence, in a language they read."""

import asyncio
import json
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import parse_cookie
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from firstline.web.headers import ALWAYS
from firstline.web.preferences import theme_in

TITLES = {
    408: _("That came too slowly"),
    413: _("That is too large"),
    429: _("One moment, please"),
    503: _("One moment, please"),
}
OTHERWISE = _("That could not be understood")
CLOSING = [
    (b"connection", b"close"),  # it would have been closed before whoever heard this comes back
    (b"cache-control", b"private, no-store"),
    *((name.lower().encode(), value.encode()) for name, value in ALWAYS.items()),
]


async def turn_away(
    scope: Any, send: Any, status: int, sentence: str | Promise, *, retry_after: int = 0, more: bool = False
) -> None:
    """Answer with the sentence: to programs as a problem, to what scripts of a page sent as they expect it, to a
    browser as a page, else as text.

    `more`: leave the answer open; the caller ends it, after it has let the other side finish talking.
    """
    headers, body = await _answer(scope, status, sentence)
    headers += [(b"content-length", str(len(body)).encode()), *CLOSING]
    if retry_after:
        headers.append((b"retry-after", str(retry_after).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": more})


def languages(scope: Any) -> list[str]:
    """In which to say it, the best first: the one that was chosen or that the browser asks for, else all of ours."""
    headers = dict(scope.get("headers", []))
    ours = [code for code, _name in settings.LANGUAGES]
    chosen = _cookies(scope).get(settings.LANGUAGE_COOKIE_NAME, "")
    wished = [chosen, *headers.get(b"accept-language", b"").decode("latin-1").split(",")[:5]]
    for wish in wished:
        code = wish.partition(";")[0].strip().lower()
        if code.startswith("zh"):
            return ["zh-hans"]
        if code[:2] in ours:
            return [code[:2]]
    return ours


def text(sentence: str | Promise, languages: list[str]) -> bytes:
    """The sentence in each of the languages, on a line of its own."""
    said = []
    for language in languages:
        with translation.override(language):
            said.append(str(sentence))
    return "\n".join(said).encode()


async def _answer(scope: Any, status: int, sentence: str | Promise) -> tuple[list[tuple[bytes, bytes]], bytes]:
    headers, path = dict(scope.get("headers", [])), scope["path"]
    wished = languages(scope)
    said = text(sentence, wished[:1]).decode()
    if path.startswith("/api/"):
        title = HTTPStatus(status).phrase
        problem = {"type": "about:blank", "title": title, "status": status, "detail": said}
        return [(b"content-type", b"application/problem+json")], json.dumps(problem).encode()
    if path == "/files/":
        return [(b"content-type", b"application/json")], json.dumps({"error": said}).encode()
    if b"hx-request" in headers:
        # ASCII only: a header cannot carry Chinese, JSON escapes can.
        toast = json.dumps({"toast": {"text": said, "tone": "late"}})
        return [(b"hx-trigger", toast.encode()), (b"vary", b"hx-request")], b""
    if b"text/html" in headers.get(b"accept", b""):
        # Where many are turned away at once they get the same page; drawing it is not for the loop.
        page = await asyncio.to_thread(_page, status, said, wished[0], theme_in(_cookies(scope)))
        policy = [(b"content-security-policy", _policy()), (b"x-frame-options", b"SAMEORIGIN")]
        return [(b"content-type", b"text/html; charset=utf-8"), *policy], page
    return [(b"content-type", b"text/plain; charset=utf-8")], text(sentence, wished)


def _cookies(scope: Any) -> dict[str, str]:
    return parse_cookie(dict(scope.get("headers", [])).get(b"cookie", b"").decode("latin-1"))


@lru_cache(maxsize=64)
def _page(status: int, said: str, language: str, theme: str) -> bytes:
    with translation.override(language):
        context = {"title": str(TITLES.get(status, OTHERWISE)), "text": said, "page_theme": theme}
        return render_to_string("error.html", context).encode()


def _policy() -> bytes:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items()).encode()
