"""The queue pages, and the list in them that is fetched again when something changed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from firstline.tickets import queues
from firstline.tickets.counting import MOST, counted
from firstline.tickets.lists import TicketQuerySet
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.workspace import bulk, filters
from firstline.web.workspace.listing import Listing, listing
from firstline.web.workspace.shell import desk_page, worker


@require_GET
@at_work
def home(request: HttpRequest) -> HttpResponse:
    """Where the agent's day begins."""
    return redirect("queue", queues.first_queue(worker(request)))


@require_GET
@at_work
def queue(request: HttpRequest, key: str) -> HttpResponse:
    """One queue; for scripts only its list. `after` goes on behind a row, `rows` asks for more of them at once."""
    shown = _listing(request, key)
    if request.headers.get("HX-Request"):
        numbers = counted(_counts(shown), most=MOST) if not shown.after else None
        return page(request, "workspace/list_part.html", listing=shown, numbers=numbers)
    person = worker(request)
    form = filters.FilterForm(shown.values, person=person, agents=filters.agents_of(person))
    return desk_page(
        request,
        "workspace/queue.html",
        here=key,
        listing=shown,
        form=form,
        marks=list(form.marks(shown.values)),
        bulk_verbs=bulk.offered(person),
        count=_counts(shown),
    )


def _counts(shown: Listing) -> dict[str, TicketQuerySet]:
    return {"shown": shown.tickets, "unaccepted": shown.tickets.unaccepted()}


def _listing(request: HttpRequest, key: str) -> Listing:
    try:
        return listing(worker(request), key, request.GET)
    except KeyError as missing:
        raise Http404 from missing
