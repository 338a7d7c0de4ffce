"""The queue pages, and the list in them that is fetched again when something changed."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets import queues
from firstline.tickets.counting import MOST, Count, counted, counts, ready
from firstline.tickets.querysets import TicketQuerySet
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.workspace import bulk, filters
from firstline.web.workspace.listing import Listing, listing
from firstline.web.workspace.shell import desk_page

NONE = {"shown": Count("0", ()), "unaccepted": Count("0", ())}


@require_GET
@at_work
def home(request: PersonRequest) -> HttpResponse:
    """Where the agent's day begins."""
    return redirect("queue", queues.first_queue(request.person))


@require_GET
@at_work
def queue(request: PersonRequest, key: str) -> HttpResponse:
    """One queue; for scripts only its list. `after` goes on behind a row, `rows` asks for more of them at once."""
    shown = _listing(request, key)
    person = request.person
    if request.headers.get("HX-Request"):
        numbers = None if shown.after else counted({}, beside=_counts(shown, person))
        return page(request, "workspace/list_part.html", listing=shown, numbers=numbers)
    return desk_page(
        request,
        "workspace/queue.html",
        here=key,
        listing=shown,
        filter=filters.filter_of(person, shown.values),
        bulk_verbs=bulk.offered(person),
        count=_counts(shown, person),
    )


def _counts(shown: Listing, person: Person) -> dict[str, Count]:
    """Composed once for each queue; but not for what somebody narrows it to, which nobody else will count."""

    if shown.values:
        return NONE | counts(_counted(shown.tickets), most=MOST)
    key, desks = shown.queue.key, tuple(desk.pk for desk in queues.desks_of(person))
    # What is composed to be kept is composed at a time of its own, and must not be what the list is read from.
    return NONE | ready(
        ("list", key, person.shape, desks), lambda: _counted(queues.queue(person, key).tickets), most=MOST
    )


def _counted(tickets: TicketQuerySet) -> dict[str, TicketQuerySet]:
    return {"shown": tickets, "unaccepted": tickets.unaccepted()}


def _listing(request: PersonRequest, key: str) -> Listing:
    try:
        return listing(request.person, key, request.GET)
    except KeyError as missing:
        raise Http404 from missing
