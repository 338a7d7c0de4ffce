"""How many requests may wait for a thread. One more is refused at once, and nothing of it is done.

Without it a burst of calls would make everybody wait longer than browsers and programs do, and nobody would be told.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from firstline.kit.outages import RETRY_SECONDS

Application = Callable[[Any, Any, Any], Awaitable[None]]

EACH_THREAD = 8
"""With 16 threads, and calls that take 20 ms of a core, the last one in waits some three seconds."""
ALWAYS = ("/healthz", "/metrics")
"""Who asks these asks how full it is."""


class Crowd:
    """Lets so many requests into the application at the same time; the others hear 503 and when to come back."""

    def __init__(self, application: Application, *, most: int) -> None:
        self.application, self.most = application, most
        self.inside = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":  # start and stop of the process
            await self.application(scope, receive, send)
            return
        if self.inside >= self.most and scope["path"] not in ALWAYS:
            await _refuse(scope["path"], send)
            return
        self.inside += 1
        try:
            await self.application(scope, receive, send)
        finally:
            self.inside -= 1


async def _refuse(path: str, send: Any) -> None:
    said = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said.append(_("Too many requests come at once just now. Nothing was done; please try again in a moment."))
    if path.startswith("/api/"):
        body = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": said[0]}
        kind, text = b"application/problem+json", json.dumps(body)
    else:
        kind, text = b"text/plain; charset=utf-8", "\n".join(said)
    headers = [
        (b"content-type", kind),
        (b"retry-after", str(RETRY_SECONDS).encode()),
        (b"connection", b"close"),  # it would have been closed before whoever heard this comes back
        (b"cache-control", b"private, no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
