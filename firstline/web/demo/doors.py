"""The doors that only a demo has: one click signs in as anybody, and everybody's letters can be read.

They are there when the process was told to be a demo (`serve --demo`, or FIRSTLINE_DEMO; never because of what a data
folder holds), when the desk has no other name than this machine's, and for who asks from this very machine, through no
proxy. For all others they do not exist.
"""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse

from firstline.config import Config, config

FORWARDED = (
    *("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP"),
    *("HTTP_CF_CONNECTING_IP", "HTTP_TRUE_CLIENT_IP"),
)
"""How the names of headers begin that proxies add."""
View = Callable[..., HttpResponse]


def is_demo(given: Config | None = None) -> bool:
    """Whether this process is a demo whose desk is reached as this machine alone."""
    given = given or config()
    is_here = is_loopback(urlsplit(given.base_url).hostname or "")
    return given.demo and is_here and not (given.proxies or given.allowed_hosts)


def are_open(request: HttpRequest) -> bool:
    """Whether who asks may pass: from this machine, not through a proxy, which would let everybody seem to be here."""
    is_passed_on = any(name.startswith(FORWARDED) for name in request.META)
    return is_demo() and not is_passed_on and is_loopback(request.META.get("REMOTE_ADDR", ""))


def in_demo(view: View) -> View:
    """A page behind these doors."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not are_open(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def is_loopback(host: str) -> bool:
    """Whether the name or address is this machine's own, which no other reaches."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
