"""What a ticket can be found by. Internal notes are no part of it: a requester's search must not guess at them."""

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value
from django.db.models.expressions import CombinedExpression

from firstline.kit import clock
from firstline.kit.words import search_words
from firstline.tickets.door import door
from firstline.tickets.models import Event, Message, Ticket


def index_event(event: Event) -> None:
    """The reader of events: what happened may have changed the words of its ticket."""
    index(event.ticket_id)


def index(ticket_id: int) -> None:
    """Note the words of a ticket: subject, requester and tags before what was said aloud in it."""
    with transaction.atomic(), door():
        # Locked, so that of two at once the later one sees what the other's event brought.
        ticket = Ticket.objects.select_for_update().only("subject", "requester_name", "tags").get(pk=ticket_id)
        Ticket.objects.filter(pk=ticket_id).update(search=_vector(ticket))


def _vector(ticket: Ticket) -> CombinedExpression:
    aloud = (
        Message.objects.filter(ticket_id=ticket.pk, withdrawn_at__isnull=True, leaves_at__lte=clock.now())
        .exclude(kind=Message.Kind.NOTE)
        .order_by("id")
        .values_list("text", flat=True)
    )
    head = " ".join([ticket.subject, ticket.requester_name, *ticket.tags])
    return SearchVector(Value(search_words(head)), weight="A", config="simple") + SearchVector(
        Value(search_words("\n".join(aloud))), weight="B", config="simple"
    )
