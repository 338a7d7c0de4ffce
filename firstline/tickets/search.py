"""What a ticket can be found by. Internal notes are no part of it: a requester's search must not guess at them."""

from collections import defaultdict

from django.contrib.postgres.search import SearchVector
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.expressions import CombinedExpression

from firstline.kit import clock
from firstline.kit.words import search_words
from firstline.tickets.door import door
from firstline.tickets.models import Event, Message, Ticket

ALL = """
UPDATE tickets_ticket SET search =
    setweight(to_tsvector('simple', head), 'A') || setweight(to_tsvector('simple', body), 'B')
    || setweight(to_tsvector('simple', inside), 'C')
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
    AS words (id, head, body, inside) WHERE tickets_ticket.id = words.id
"""


# Nothing is said aloud by these, and neither subject, requester nor tags change: most of what happens to a ticket.
WORDLESS = frozenset(
    (
        "accepted assigned classified prioritised noted mentioned attached participant_added escalated sent_back "
        "transferred held resumed snoozed woken linked unlinked watched unwatched filed closed rated clock_warned "
        "clock_breached recomputed"
    ).split()
)


def index_event(event: Event) -> None:
    """The reader of events: what happened may have changed the words of its ticket."""
    if event.name not in WORDLESS:
        index(event.ticket_id)


def index(ticket_id: int) -> None:
    """Note the words of a ticket: subject, requester and tags before what was said aloud in it."""
    with transaction.atomic(savepoint=False), door():
        # Locked, so that of two at once the later one sees what the other's event brought.
        ticket = Ticket.objects.select_for_update().only("subject", "requester_name", "tags").get(pk=ticket_id)
        Ticket.objects.filter(pk=ticket_id).update(search=_vector(ticket))


def index_all() -> int:
    """Note the words of every ticket in one pass, after an import that told nobody; returns how many."""
    aloud: dict[int, list[str]] = defaultdict(list)
    spoken = Message.objects.filter(withdrawn_at__isnull=True, leaves_at__lte=clock.now()).exclude(kind="note")
    for ticket_id, text in spoken.order_by("id").values_list("ticket_id", "text"):
        aloud[ticket_id].append(text)
    rows = [
        (pk, search_words(f"{subject} {name}"), search_words("\n".join(aloud[pk])), search_words(" ".join(tags)))
        for pk, subject, name, tags in Ticket.objects.values_list("pk", "subject", "requester_name", "tags")
    ]
    with connection.cursor() as cursor:
        cursor.execute(ALL, [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []])
    return len(rows)


def _vector(ticket: Ticket) -> CombinedExpression:
    aloud = (
        Message.objects.filter(ticket_id=ticket.pk, withdrawn_at__isnull=True, leaves_at__lte=clock.now())
        .exclude(kind=Message.Kind.NOTE)
        .order_by("id")
        .values_list("text", flat=True)
    )
    parts = {
        "A": f"{ticket.subject} {ticket.requester_name}",
        "B": "\n".join(aloud),
        "C": " ".join(ticket.tags),
    }
    vectors = [
        SearchVector(Value(search_words(part)), weight=weight, config="simple") for weight, part in parts.items()
    ]
    return vectors[0] + vectors[1] + vectors[2]
