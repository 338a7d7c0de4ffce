"""What is said to whoever is turned away before Django has seen the request: a sentence, in a language they read."""

import json
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import parse_cookie
from django.utils import translation
from django.utils.functional import Promise

CLOSING = [
    (b"connection", b"close"),  # it would have been closed before whoever heard this comes back
    (b"cache-control", b"private, no-store"),
    (b"x-content-type-options", b"nosniff"),
]


async def turn_away(
    scope: Any, send: Any, status: int, sentence: str | Promise, *, retry_after: int = 0, more: bool = False
) -> None:
    """Answer with the sentence: to programs as a problem, to the page's own upload as it expects, else as text.

    `more`: leave the answer open; the caller ends it, after it has let the other side finish talking.
    """
    path = scope["path"]
    if path.startswith("/api/"):
        title = HTTPStatus(status).phrase
        said = {"type": "about:blank", "title": title, "status": status, "detail": _in(languages(scope)[:1], sentence)}
        kind, text = b"application/problem+json", json.dumps(said)
    elif path == "/files/":
        kind, text = b"application/json", json.dumps({"error": _in(languages(scope)[:1], sentence)})
    else:
        kind, text = b"text/plain; charset=utf-8", _in(languages(scope), sentence)
    body = text.encode()
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *CLOSING]
    if retry_after:
        headers.append((b"retry-after", str(retry_after).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": more})


def languages(scope: Any) -> list[str]:
    """In which to say it, the best first: the one that was chosen or that the browser asks for, else all of ours."""
    headers = dict(scope.get("headers", []))
    ours = [code for code, _name in settings.LANGUAGES]
    chosen = parse_cookie(headers.get(b"cookie", b"").decode("latin-1")).get(settings.LANGUAGE_COOKIE_NAME, "")
    wished = [chosen, *headers.get(b"accept-language", b"").decode("latin-1").split(",")[:5]]
    for wish in wished:
        code = wish.partition(";")[0].strip().lower()
        if code.startswith("zh"):
            return ["zh-hans"]
        if code[:2] in ours:
            return [code[:2]]
    return ours


def _in(languages: list[str], sentence: str | Promise) -> str:
    said = []
    for language in languages:
        with translation.override(language):
            said.append(str(sentence))
    return "\n".join(said)
