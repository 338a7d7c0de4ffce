"""Saved views: a name for a queue and what narrows it. Each belongs to one person; for others it does not exist."""

import re

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from firstline.kit.limits import limit
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets import queues
from firstline.tickets.models import SavedView, Ticket
from firstline.tickets.querysets import TicketQuerySet
from firstline.web.guards import at_work
from firstline.web.workspace import filters

MOST = limit(30, "views", of="saved views", per="person", said="Refused: remove one first.")
KEY = re.compile(r"[a-z]+(-\d{1,18})?")
BASE = "queue"
"""In a view's query: the key of the queue that it narrows."""


def view_of(person: Person, number: str) -> SavedView:
    """The person's own view; 404 for any other."""
    found = SavedView.objects.filter(person=person, pk=whole(number) or 0).first()
    if found is None:
        raise Http404
    return found


def parts_of(view: SavedView) -> tuple[str, dict[str, str], str]:
    """The key of its queue, what narrows it, and its order."""
    query = QueryDict(view.query)
    return _base(query), filters.given(query.dict()), query.get("sort", "")


def tickets_of(person: Person, view: SavedView) -> TicketQuerySet:
    """The tickets of the person's own view; none if he no longer works there."""
    key, values, _sort = parts_of(view)
    try:
        return filters.narrowed(queues.queue(person, key).tickets, values)
    except KeyError:
        return Ticket.objects.none()


@require_POST
@at_work
def save(request: PersonRequest) -> HttpResponse:
    """Keep the filters of the page under a name."""
    person = request.person
    if SavedView.objects.filter(person=person).count() >= MOST:
        messages.error(request, _("You have %(count)s views, which is the most. Delete one first.") % {"count": MOST})
        return _back(request)
    view = SavedView(person=person)
    return _kept(request, view) or _back(request)


@require_POST
@at_work
def change(request: PersonRequest, id: int) -> HttpResponse:
    """Give a view another name, or other filters."""
    view = view_of(request.person, str(id))
    return _kept(request, view) or _back(request)


@require_POST
@at_work
def delete(request: PersonRequest, id: int) -> HttpResponse:
    view = view_of(request.person, str(id))
    key = parts_of(view)[0]
    view.delete()
    messages.success(request, _("Deleted the view %(name)s.") % {"name": view.name})
    return redirect("queue", key)


def _kept(request: PersonRequest, view: SavedView) -> HttpResponse | None:
    """The page of the view, if it could be kept; else the person is told why not."""
    view.name = " ".join(request.POST.get("name", view.name).split())[:60]
    query = QueryDict(request.POST.get("query", view.query))
    asked = filters.given(query.dict())
    view.query = filters.encoded({BASE: _base(query), **asked, "sort": query.get("sort", "")})
    if not view.name or len(view.query) > 500:
        messages.error(
            request, _("Give the view a name.") if not view.name else _("These filters are too long to keep.")
        )
        return None
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        messages.error(request, _("You already have a view named %(name)s.") % {"name": view.name})
        return None
    return redirect("queue", f"view-{view.pk}")


def _back(request: PersonRequest) -> HttpResponse:
    query = QueryDict(request.POST.get("query", ""))
    rest = filters.encoded(filters.given(query.dict()), sort=query.get("sort", ""))
    return redirect(reverse("queue", args=[_base(query)]) + (f"?{rest}" if rest else ""))


def _base(query: QueryDict) -> str:
    key = query.get(BASE, "")
    return key if KEY.fullmatch(key) else "open"
