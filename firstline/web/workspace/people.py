"""The people who ask: found as one types, and each with everything he asked."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from firstline.catalog import config_cache
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.people.search import found
from firstline.tickets.querysets import TicketQuerySet
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.tickets import tickets_for
from firstline.web.workspace import bounced
from firstline.web.workspace.lines import rows_of
from firstline.web.workspace.shell import desk_page

MOST_FOUND = 8
MOST_RECENT = 6
PAGE = 50


@require_GET
@at_work
def search(request: PersonRequest) -> HttpResponse:
    """Who fits the words typed, to choose one of; the first few."""
    words = request.GET.get("q", "").strip()
    return page(request, "workspace/people_found.html", words=words, people=list(found(words)[:MOST_FOUND]))


@require_GET
@at_work
def recent(request: PersonRequest, id: int) -> HttpResponse:
    """What a person asked last, as far as the agent may see it."""
    asker = _person(id)
    tickets = [
        config_cache.current().dress(ticket)
        for ticket in _asked(request, asker).defer("search", "answers")[:MOST_RECENT]
    ]
    return page(request, "workspace/people_recent.html", asker=asker, tickets=tickets)


@require_GET
@at_work
def show(request: PersonRequest, id: int) -> HttpResponse:
    """Who it is, where, and everything he asked that the agent may see, newest first."""
    asker = _person(id)
    after = whole(request.GET.get("after", ""))
    tickets = _asked(request, asker)
    if after is not None:
        tickets = tickets.filter(pk__lt=after)
    rows = rows_of(tickets[: PAGE + 1])
    more = f"{reverse('person', args=[asker.pk])}?after={rows[PAGE - 1].id}" if len(rows) > PAGE else ""
    context: dict[str, Any] = {"asker": asker, "rows": rows[:PAGE], "next_url": more}
    if request.headers.get("HX-Request"):
        return page(request, "workspace/person_rows.html", **context)
    may_try = bounced.may_try(request.person)
    return desk_page(request, "workspace/person.html", may_try=may_try, **context)


def _asked(request: PersonRequest, asker: Person) -> TicketQuerySet:
    return tickets_for(request).at_desks_of(request.person).asked_by(asker).newest_first()


def _person(id: int) -> Person:
    return get_object_or_404(Person.objects.select_related("manager"), pk=id, kind=Person.Kind.HUMAN)
