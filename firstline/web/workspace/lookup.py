"""How the ticket's pages come to it: it must be visible, and the person must work at its desk."""

from django.http import Http404

from firstline.people.request import PersonRequest
from firstline.tickets.models import Ticket
from firstline.tickets.rights import works_on
from firstline.web.tickets import ticket_or_404


def worked_ticket_or_404(request: PersonRequest, number: str) -> Ticket:
    """The ticket with this number, for somebody who works on it; 404 for whoever only asked, as for strangers."""
    ticket = ticket_or_404(request, number, "rating", "request_type", "form_version")
    if not works_on(request.person, ticket):
        raise Http404
    return ticket
