"""Who else is looking at a ticket, and who is typing. A page says every 15 seconds that it is still there."""

from datetime import timedelta

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from firstline.kit import clock
from firstline.kit.compiled_queries import composed
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets.models import Presence, Ticket
from firstline.web.guards import at_work
from firstline.web.live import announce_presence
from firstline.web.render import page
from firstline.web.workspace.lookup import worked_ticket_or_404

STALE = timedelta(seconds=30)


@require_POST
@at_work
def present(request: PersonRequest, number: str) -> HttpResponse:
    """A sign of life: `typing` or not, or `gone`. Others are told only when something changed for them."""
    ticket = worked_ticket_or_404(request, number)
    person = request.person
    if seen(ticket, by=person, typing="typing" in request.POST, gone="gone" in request.POST):
        announce_presence(ticket.pk, ticket.desk_id)
    return page(request, "workspace/ticket/faces.html", ticket=ticket, others=others(ticket, by=person))


@require_GET
@at_work
def faces(request: PersonRequest, number: str) -> HttpResponse:
    """The faces of the others who have it open."""
    ticket = worked_ticket_or_404(request, number)
    person = request.person
    return page(request, "workspace/ticket/faces.html", ticket=ticket, others=others(ticket, by=person))


def seen(ticket: Ticket, *, by: Person, typing: bool = False, gone: bool = False) -> bool:
    """Note that `by` has it open; is that news for the others? The row stays: it says what was looked at last."""
    now = clock.now()
    at = now - STALE if gone else now
    before = Presence.objects.filter(ticket=ticket, person=by).first()
    Presence.objects.update_or_create(ticket=ticket, person=by, defaults={"typing": typing and not gone, "seen_at": at})
    was_there = before is not None and before.seen_at > now - STALE
    return was_there == gone or bool(before and was_there and before.typing != typing)


def others(ticket: Ticket, *, by: Person) -> list[Presence]:
    """Who else has it open now, those who type first."""
    return _others(ticket.pk, by.pk)


@composed
def _others(ticket: int, person: int) -> QuerySet[Presence]:
    there = Presence.objects.filter(ticket=ticket, seen_at__gt=clock.now() - STALE).exclude(person=person)
    return there.select_related("person").only("typing", "seen_at", "person__name").order_by("-typing", "pk")
