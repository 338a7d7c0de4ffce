"""What is noted of every request: an id that all its log lines carry, and how long each view takes."""

import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram

from firstline.people.request import OpenRequest

OURS = re.compile(r"[\w-]{8,64}")

registry = CollectorRegistry()
_answered = Counter(
    "firstline_requests", "Requests answered by this process", ["view", "method", "status"], registry=registry
)
_took = Histogram(
    "firstline_request_seconds",
    "How long they took",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=registry,
)


class WatchedMiddleware:
    """The outermost: gives the request its id (a proxy's own is kept), and counts it when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        id = given if OURS.fullmatch(given) else uuid4().hex[:16]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=id)
        began = time.perf_counter()
        response = self.get_response(request)
        view = _view(request)
        # Any word may stand where a method does; only the usual ones get a counter.
        method = request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") else "other"
        _answered.labels(view, method, response.status_code).inc()
        _took.labels(view).observe(time.perf_counter() - began)
        response["X-Request-ID"] = id
        return response

    def process_view(self, request: OpenRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """By now it is known who asks, and for what."""
        about = {"ticket": kwargs["number"]} if "number" in kwargs else {}
        structlog.contextvars.bind_contextvars(
            view=_view(request), person=request.person.pk if request.person else None, **about
        )


def _view(request: HttpRequest) -> str:
    """The name of the address, never the address itself: there are as many as tickets."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name or match.route) if match else "none"
