"""One port, two roads: `/live` is a small async stream, everything else Django's WSGI handler in threads."""

import os
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstline.settings")

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

from firstline.config import config

pages = get_wsgi_application()

from firstline.web import live  # noqa: E402
from firstline.web.crowd import EACH_THREAD, Crowd  # noqa: E402

_in_threads = Crowd(
    cast(Any, WSGIMiddleware(cast(Any, pages), workers=config().threads)), most=EACH_THREAD * config().threads
)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application. Start-up, shutdown and web sockets (there are none) are answered by the second road."""
    if scope["type"] == "http" and scope["path"] == "/live":
        await live.stream(scope, receive, send)
    else:
        await _in_threads(scope, receive, send)
