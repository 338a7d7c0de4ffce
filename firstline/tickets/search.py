"""What a ticket can be found by. Internal notes are no part of it: a requester's search must not guess at them."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Q

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
        "clock_breached recomputed also_sent named_another not_handed_on"
    ).split()
)


def index_events(events: Iterable[Event]) -> None:
    """The reader of events: what happened may have changed the words of their tickets."""
    if tickets := {event.ticket_id for event in events if event.name not in WORDLESS}:
        index(*tickets)


def index(*tickets: int) -> None:
    """Note the words of these tickets. The subject (A) and what was said aloud (B) are for all who read that; tags and
    the requester's name (C) for the desk alone: who only named an address must not try out whose it is."""
    with transaction.atomic(savepoint=False), door():
        # Locked, so that of two at once the later one sees what the other's event brought; in order, so that two that
        # note several cannot wait for each other.
        found = Ticket.objects.select_for_update().filter(pk__in=tickets).order_by("pk")
        _note(list(found.values_list("pk", "subject", "requester_name", "tags")), Q(ticket_id__in=tickets))


def index_all() -> int:
    """Note the words of every ticket in one pass, after an import that told nobody; returns how many."""
    return _note(list(Ticket.objects.values_list("pk", "subject", "requester_name", "tags")), Q())


def _note(tickets: list[tuple[int, str, str, list[str]]], theirs: Q) -> int:
    aloud: dict[int, list[str]] = defaultdict(list)
    spoken = Message.objects.filter(theirs, withdrawn_at__isnull=True, leaves_at__lte=clock.now())
    for ticket_id, text in spoken.exclude(kind=Message.Kind.NOTE).order_by("-id").values_list("ticket_id", "text"):
        aloud[ticket_id].append(text)
    rows = [
        (pk, search_words(subject), search_words(*aloud[pk]), search_words(" ".join([name, *tags])))
        for pk, subject, name, tags in tickets
    ]
    with connection.cursor() as cursor:
        cursor.execute(ALL, [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []])
    return len(rows)
