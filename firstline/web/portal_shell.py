"""Pages in the requester's shell, with what its bar shows."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from firstline.people.request import PersonRequest
from firstline.tickets.counting import MOST, counted, ready
from firstline.tickets.models import Ticket
from firstline.web.render import page


def front_page(request: PersonRequest, template: str, /, status: int = 200, **context: Any) -> HttpResponse:
    """`page` in the portal's shell: with the number of his open requests, and the way to the desk if he works there."""
    person = request.person
    asked = ready(("asked", person.pk), lambda: {"open": Ticket.objects.asked_by(person).open()}, most=MOST)
    context["my_request_count"] = counted({}, most=MOST, beside=asked)["open"]
    context["desk_url"] = reverse("desk-home") if person.admin or person.seats else None
    return page(request, template, status=status, **context)
