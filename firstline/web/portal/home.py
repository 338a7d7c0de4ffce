"""The front page: one question, what is known already, the desks, and my open requests."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from firstline.catalog import find as finding
from firstline.catalog.models import Announcement, Desk, RequestType
from firstline.kit import clock
from firstline.kit.compiled_queries import composed, composed_list
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets.models import Ticket
from firstline.web.guards import signed_in
from firstline.web.portal.request_status import standings
from firstline.web.portal_shell import front_page
from firstline.web.render import page

LAST = 5


@dataclass(frozen=True)
class Door:
    """A desk on the front page, with the forms behind it."""

    desk: Desk
    request_types: list[RequestType]


@require_safe
@signed_in
def home(request: PersonRequest) -> HttpResponse:
    """The whole page."""
    types = finding.open_request_types()
    return front_page(
        request,
        "portal/home.html",
        announcements=_announcements(),
        doors=_doors(types),
        mine=standings(_mine(person=request.person), by=request.person),
    )


@require_safe
@signed_in
def find(request: PersonRequest) -> HttpResponse:
    """What fits the typed words: for htmx the list under the box, else a page of its own."""
    words = request.GET.get("q", "").strip()[:200]
    found = finding.find(words, finding.open_request_types())
    if request.headers.get("HX-Request"):
        return page(request, "portal/parts/found.html", found=found, words=words)
    return front_page(request, "portal/find.html", found=found, words=words)


def _announcements() -> list[Announcement]:
    """What is on now, outages first."""
    return sorted(_on(), key=lambda each: each.kind != Announcement.Kind.OUTAGE)


@composed
def _on() -> QuerySet[Announcement]:
    now = clock.now()
    on = Announcement.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), starts_at__lte=now)
    return on.filter(desk__active=True)


@composed_list
def _mine(*, person: Person) -> QuerySet[Ticket]:
    mine = Ticket.objects.visible_to(person).unfinished().involving(person).newest_first()
    return mine.defer("search")[:LAST]


def _doors(types: list[RequestType]) -> list[Door]:
    """The desks with their forms; those for anything have a place of their own at the end."""
    special = [each for each in types if not each.anything]
    return [Door(desk, list(own)) for desk, own in groupby(special, key=lambda each: each.desk)]
