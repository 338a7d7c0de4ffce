"""What an agent was writing, kept on the server for each person, ticket and mode until it is sent."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from firstline.kit import clock
from firstline.kit.compiled_queries import composed
from firstline.kit.limits import limit
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets.models import Draft, Ticket
from firstline.tickets.say import MOST_CHARACTERS
from firstline.web.guards import at_work
from firstline.web.workspace.lookup import worked_ticket_or_404

MODES = ("reply", "note")
LONGEST = limit(
    MOST_CHARACTERS, "characters", of="a draft", per="draft", said="It is not kept on the server; the page keeps it."
)


@require_POST
@at_work
def save(request: PersonRequest, number: str) -> HttpResponse:
    """Keep what is written; an empty text forgets it."""
    ticket = worked_ticket_or_404(request, number)
    mode, text = request.POST.get("mode", ""), request.POST.get("text", "")
    if mode not in MODES or len(text) > LONGEST:
        return HttpResponse(status=422)
    keep(text, ticket=ticket, by=request.person, mode=mode)
    return HttpResponse(status=204)


def kept(ticket: Ticket, *, by: Person) -> dict[str, str]:
    """The drafts of this person on this ticket, by mode."""
    return dict(_kept(ticket.pk, by.pk))


@composed
def _kept(ticket: int, person: int) -> QuerySet[Draft, tuple[str, str]]:
    return Draft.objects.filter(ticket=ticket, person=person).values_list("kind", "text")


def keep(text: str, *, ticket: Ticket, by: Person, mode: str) -> None:
    if not text.strip():
        return forget(ticket, by=by, mode=mode)
    Draft.objects.update_or_create(
        person=by, ticket=ticket, kind=mode, defaults={"text": text, "updated_at": clock.now()}
    )
    return None


def forget(ticket: Ticket, *, by: Person, mode: str) -> None:
    Draft.objects.filter(person=by, ticket=ticket, kind=mode).delete()
