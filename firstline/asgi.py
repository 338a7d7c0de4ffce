"""One port, two roads: `/live` is a small async stream, everything else Django's WSGI handler in threads."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstline.settings")

from django.core.wsgi import get_wsgi_application

from firstline.config import config

pages = get_wsgi_application()

from firstline.web import live  # noqa: E402
from firstline.web.bodies import Bodies, has_one  # noqa: E402
from firstline.web.concurrency_limit import EACH_THREAD, Crowd  # noqa: E402
from firstline.web.known import is_known  # noqa: E402
from firstline.web.threads import Threads  # noqa: E402

_threads = Threads(pages, workers=config().threads)
_whole = Bodies(Crowd(_threads, most=EACH_THREAD * config().threads), known=is_known)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application. Start-up, shutdown and web sockets (there are none) are answered by the second road."""
    if scope["type"] == "http" and scope["path"] == "/live" and not has_one(scope):
        await live.stream(scope, receive, send)
    else:
        await _whole(scope, receive, send)
