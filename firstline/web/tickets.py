"""How views come to tickets: always from `visible_to`."""

from django.db.models import QuerySet
from django.http import Http404

from firstline.catalog import config_cache
from firstline.kit.compiled_queries import composed
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets.models import Ticket
from firstline.tickets.querysets import TicketQuerySet


def tickets_for(request: PersonRequest) -> TicketQuerySet:
    """The tickets that the person of this request may know of."""
    return Ticket.objects.visible_to(request.person)


def ticket_or_404(request: PersonRequest, number: str, *also: str) -> Ticket:
    """The ticket with this number, dressed by the register; 404 alike for one that is not there and one not his.

    `also`: further relations to fetch in the same query.
    """
    found = _numbered(number, to=request.person, also=also)
    if not found:
        raise Http404
    dressed: Ticket = config_cache.current().dress(found[0])
    return dressed


@composed
def _numbered(number: str, *, to: Person, also: tuple[str, ...]) -> QuerySet[Ticket]:
    tickets = Ticket.objects.visible_to(to).select_related("requester", "assignee", "asked_by", *also)
    return tickets.defer("search").filter(number=number)
