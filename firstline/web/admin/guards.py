"""Who may set up what: an administrator everything, a desk manager his own desks; for others it does not exist."""

from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse

from firstline.catalog.models import Desk
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets.rights import desks_managed
from firstline.web.guards import View, signed_in


def settles(view: View) -> View:
    """Only for administrators and desk managers."""

    @signed_in
    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_settle(request.person):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def administers(view: View) -> View:
    """Only for administrators."""

    @signed_in
    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.person.admin:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def may_settle(person: Person) -> bool:
    return person.admin or bool(managed(person))


def managed(person: Person) -> set[int]:
    """The desks that the person manages."""
    return desks_managed(person)


def desks_of(person: Person) -> list[Desk]:
    """The desks that the person may set up, in their order. One query."""
    desks = Desk.objects.select_related("calendar")
    return list(desks if person.admin else desks.filter(pk__in=managed(person)))


def desk_or_404(request: PersonRequest, key: str) -> Desk:
    """The desk with this key, if the person may set it up."""
    person = request.person
    desk = Desk.objects.select_related("calendar").filter(key=key).first()
    if desk is None or not (person.admin or desk.pk in managed(person)):
        raise Http404
    return desk
