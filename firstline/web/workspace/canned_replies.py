"""The desk's canned replies, in the requester's language and filled in; and the colleagues one can call with @."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from firstline.catalog.models import CannedReply
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets import placeholders
from firstline.tickets.models import Ticket
from firstline.tickets.placeholders import Filled
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.workspace.forms.fields import agents_of
from firstline.web.workspace.lookup import worked_ticket_or_404
from firstline.web.workspace.shell import desk_page


@dataclass(frozen=True)
class Answer:
    """A canned reply, ready for this ticket."""

    id: int
    name: str
    filled: Filled


@require_GET
@at_work
def show(request: PersonRequest, number: str) -> HttpResponse:
    """The list to choose from; each is put into the composer."""
    ticket = worked_ticket_or_404(request, number)
    context: dict[str, Any] = {"ticket": ticket, "answers": answers_for(ticket, by=request.person)}
    if request.headers.get("HX-Request"):
        return page(request, "workspace/ticket/answers.html", **context)
    return desk_page(request, "workspace/ticket/answers_page.html", **context)


@require_GET
@at_work
def colleagues(request: PersonRequest, number: str) -> HttpResponse:
    """The names that can stand behind an @, and what else finds each: the letters of the address."""
    ticket = worked_ticket_or_404(request, number)
    me = request.person
    others = [a for a in agents_of(ticket.desk_id).values() if a.pk != me.pk]
    return JsonResponse({"colleagues": [{"name": a.name, "also": (a.email or "").partition("@")[0]} for a in others]})


def answers_for(ticket: Ticket, *, by: Person) -> list[Answer]:
    values = placeholders.values_for(ticket, by=by)
    language = ticket.requester.language
    return [
        Answer(reply.pk, reply.name, placeholders.fill(reply.text(language), values))
        for reply in CannedReply.objects.filter(desk=ticket.desk_id)
    ]


def answer_text(ticket: Ticket, pk: str, *, by: Person) -> str:
    """The text of one canned reply for this ticket; empty if the desk has none with this id."""
    reply = CannedReply.objects.filter(desk=ticket.desk_id, pk=whole(pk) or 0).first()
    if reply is None:
        return ""
    return placeholders.fill(reply.text(ticket.requester.language), placeholders.values_for(ticket, by=by)).text
