"""/metrics, for Prometheus. Request counters are of the process that answers; all else is of the whole desk."""

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from firstline.web.health_stats import measured, names
from firstline.web.local_requests import comes_from_here
from firstline.web.request_log import registry


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """With FIRSTLINE_METRICS_TOKEN for who has it; without, for this machine only. For others it does not exist."""
    if not _may(request):
        raise Http404
    desk = CollectorRegistry()
    running = measured()
    for name in names():
        Gauge(f"firstline_{name}", HELP.get(name, name.replace("_", " ")), registry=desk).set(getattr(running, name))
    return HttpResponse(
        generate_latest(desk) + generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8"
    )


HELP = {
    "workers": "Workers that were heard of within a minute",
    "jobs": "Jobs that are due",
    "jobs_oldest_seconds": "For how long the oldest of them is due",
    "outbox": "Letters that are due to be sent",
    "received": "Letters that are not let in yet",
    "clocks_late": "Deadlines that are over and not acted on yet",
    "unsealed": "Events that wait for a seal",
}


def _may(request: HttpRequest) -> bool:
    if wanted := settings.CONFIG.metrics_token:
        kind, _space, given = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "bearer" and secrets.compare_digest(given.encode(), wanted.encode())
    return comes_from_here(request)
