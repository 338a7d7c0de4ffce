"""The REST API at /api/v1: OpenAPI 3.1 at openapi.json, for people at docs."""

from ninja import NinjaAPI

from firstline.api import problems, reading, tickets, verbs
from firstline.api.access import Bearer

api = NinjaAPI(
    title="Firstline",
    version="1",
    description="Everything a person can do with a ticket, for programs. Errors are problem+json (RFC 9457).",
    auth=Bearer(),
    docs_url=None,
    urls_namespace="api",
)
problems.install(api)
api.add_router("/tickets", tickets.router)
api.add_router("/tickets", verbs.router)
api.add_router("", reading.router)
