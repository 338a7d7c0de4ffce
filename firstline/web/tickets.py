"""How views come to tickets: always from `visible_to`."""

from django.http import Http404, HttpRequest

from firstline.catalog import register
from firstline.tickets.lists import TicketQuerySet
from firstline.tickets.models import Ticket


def tickets_for(request: HttpRequest) -> TicketQuerySet:
    """The tickets that the person of this request may know of."""
    return Ticket.objects.visible_to(request.person)  # type: ignore[attr-defined]


def ticket_or_404(request: HttpRequest, number: str, *also: str) -> Ticket:
    """The ticket with this number, dressed by the register; 404 alike for one that is not there and one not his.

    `also`: further relations to fetch in the same query.
    """
    tickets = tickets_for(request).select_related("requester", "assignee", *also).defer("search")
    ticket = tickets.filter(number=number).first()
    if ticket is None:
        raise Http404
    dressed: Ticket = register.current().dress(ticket)
    return dressed
