"""The doors that only a demo has: one click signs in as anybody, and everybody's letters can be read.

They are there when the process was told to be a demo (`serve --demo`, or FIRSTLINE_DEMO; never because of what a data
folder holds), when the desk has no other name than this machine's, and for who asks from this very machine, through no
proxy. For all others they do not exist.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse

from firstline.config import Config, config
from firstline.web.local_requests import comes_from_here, is_loopback

View = Callable[..., HttpResponse]


def is_demo(given: Config | None = None) -> bool:
    """Whether this process is a demo whose desk is reached as this machine alone."""
    given = given or config()
    is_here = is_loopback(urlsplit(given.base_url).hostname or "")
    return given.demo and is_here and not (given.proxies or given.allowed_hosts)


def are_open(request: HttpRequest) -> bool:
    """Whether who asks may pass: from this machine, not through a proxy, which would let everybody seem to be here."""
    return is_demo() and comes_from_here(request)


def in_demo(view: View) -> View:
    """A page behind these doors."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not are_open(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
