"""How many requests may wait for a thread. One more is refused at once, and nothing of it is done.

Without it a burst of calls would make everybody wait longer than browsers and programs do, and nobody would be told.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from firstline.kit.limits import limit
from firstline.kit.transient_errors import RETRY_SECONDS
from firstline.web.turned_away import turn_away

Application = Callable[[Any, Any, Any], Awaitable[None]]

EACH_THREAD = limit(
    8, "requests", of="requests that wait for a thread", per="thread of a process", said="503, try again in a moment."
)
"""With 16 threads, and calls that take 20 ms of a core, the last one in waits some three seconds."""
ALWAYS = ("/healthz", "/metrics")
"""Who asks these asks how full it is."""
FULL = _("Too many requests come at once just now. Nothing was done; please try again in a moment.")


class Crowd:
    """Lets so many requests into the application at the same time; the others hear 503 and when to come back.

    A request whose answer has begun is out again: the one who reads it slowly keeps nobody waiting.
    """

    def __init__(self, application: Application, *, most: int) -> None:
        self.application, self.most = application, most
        self._inside: set[object] = set()

    @property
    def inside(self) -> int:
        return len(self._inside)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":  # start and stop of the process
            await self.application(scope, receive, send)
            return
        if self.inside >= self.most and scope["path"] not in ALWAYS:
            await turn_away(scope, send, 503, FULL, retry_after=RETRY_SECONDS)
            return
        one = object()
        self._inside.add(one)

        async def answering(message: Any) -> None:
            self._inside.discard(one)
            await send(message)

        try:
            await self.application(scope, receive, answering)
        finally:
            self._inside.discard(one)
