"""What a ticket can be found by. Internal notes are no part of it: a requester's search must not guess at them.

The subject (A) and what was said aloud (B) are for all who read that; tags and the requester's name (C) for the desk
alone: who only named an address must not try out whose it is. What is said is added to what stands there, so that one
word more costs as much in the longest conversation as in a new one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

from django.db import connection, transaction
from django.db.models import QuerySet

from firstline.kit import clock
from firstline.kit.tokenizer import MOST_BYTES, search_words, words_of
from firstline.tickets.models import Event, Message, Ticket
from firstline.tickets.write_guard import door

ANEW = frozenset("opened withdrawn merged absorbed unmerged released split restated".split())
"""What takes words away, or brings those of several messages. Every other event adds its own message."""
OF_HEAD = frozenset(("subject", "requester_name", "requester_id", "tags"))
HALF = MOST_BYTES // 2
"""What is left where there is no room any more, so that an endless conversation is not read anew at each word."""
PAGE = 20
_READ = ("subject", "requester_name", "tags")
_WHOLE = """
UPDATE tickets_ticket SET search =
    setweight(to_tsvector('simple', head), 'A') || setweight(to_tsvector('simple', said), 'B')
    || setweight(to_tsvector('simple', inside), 'C')
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
    AS words (id, head, inside, said) WHERE tickets_ticket.id = words.id
"""
_HEADS = """
UPDATE tickets_ticket SET search =
    setweight(to_tsvector('simple', head), 'A') || ts_filter(search, '{b}')
    || setweight(to_tsvector('simple', inside), 'C')
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS words (id, head, inside) WHERE tickets_ticket.id = words.id
"""
# A word that was said before is not said again, so that this can be repeated. What is for the desk alone stays last:
# the last words of a long row have no places of their own, and a word there could not be said aloud any more.
_SAID = """
WITH grown AS MATERIALIZED (
    SELECT tickets_ticket.id,
        ts_filter(search, '{a}') || ts_filter(search, '{b}') || setweight(
            ts_delete(to_tsvector('simple', said), tsvector_to_array(ts_filter(search, '{b}'))), 'B'
        ) || ts_filter(search, '{c}') AS words
    FROM unnest(%s::bigint[], %s::text[]) AS new (id, said) JOIN tickets_ticket ON tickets_ticket.id = new.id
)
UPDATE tickets_ticket SET search = grown.words FROM grown
WHERE tickets_ticket.id = grown.id AND pg_column_size(grown.words) <= %s RETURNING tickets_ticket.id
"""


def index_events(events: Iterable[Event]) -> None:
    """The reader of events: what happened may have changed the words of their tickets."""
    anew, heads = set(), set()
    messages: dict[int, int] = {}
    for event in events:
        if event.name in ANEW:
            anew.add(event.ticket_id)
        elif event.told.get("message") and not event.internal:
            messages[event.told["message"]] = event.ticket_id
        if OF_HEAD & event.changes.keys():
            heads.add(event.ticket_id)
    said = _said(messages)
    if anew or heads or said:
        with _locked(anew | heads | said.keys()) as tickets:
            _note_heads([ticket for ticket in tickets if ticket.pk in heads - anew])
            full = _add({pk: words for pk, words in said.items() if pk not in anew})
            _note([ticket for ticket in tickets if ticket.pk in anew])
            _note([ticket for ticket in tickets if ticket.pk in full], room=HALF)


def index(*tickets: int) -> None:
    """Note all words of these tickets anew."""
    with _locked(tickets) as found:
        _note(found)


def index_all() -> int:
    """Note the words of every ticket in one pass, after an import that told nobody; returns how many."""
    tickets = list(Ticket.objects.only(*_READ))
    _note(tickets)
    return len(tickets)


@contextmanager
def _locked(tickets: Iterable[int]) -> Iterator[list[Ticket]]:
    """These, so that of two at once the later one sees what the other's event brought; in order, so that two that note
    several cannot wait for each other."""
    with transaction.atomic(savepoint=False), door():
        yield list(Ticket.objects.select_for_update().filter(pk__in=tickets).order_by("pk").only(*_READ))


def _aloud() -> QuerySet[Message]:
    spoken = Message.objects.filter(withdrawn_at__isnull=True, leaves_at__lte=clock.now())
    return spoken.exclude(kind=Message.Kind.NOTE).order_by("-id")


def _said(messages: dict[int, int]) -> dict[int, str]:
    """By ticket: the words of those of its messages that were said aloud and are still there."""
    texts: dict[int, list[str]] = defaultdict(list)
    if messages:
        for pk, ticket, text in _aloud().filter(pk__in=messages).values_list("pk", "ticket", "text"):
            if messages[pk] == ticket:
                texts[ticket].append(text)
    return {ticket: words_of(each, room=HALF) for ticket, each in texts.items()}


def _texts(ticket: int) -> Iterator[str]:
    """What was said aloud there, the newest first, read as it is asked for."""
    texts = _aloud().filter(ticket=ticket).values_list("text", flat=True)
    for start in count(0, PAGE):
        page = list(texts[start : start + PAGE])
        yield from page
        if len(page) < PAGE:
            return


def _add(said: dict[int, str]) -> set[int]:
    """The tickets for which there was no room."""
    if not said:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [list(said), list(said.values()), MOST_BYTES])
        return said.keys() - {pk for (pk,) in cursor.fetchall()}


def _note_heads(tickets: Sequence[Ticket]) -> None:
    _write(_HEADS, [(ticket.pk, *_head(ticket)) for ticket in tickets])


def _note(tickets: Sequence[Ticket], *, room: int = MOST_BYTES) -> None:
    _write(_WHOLE, [(ticket.pk, *_head(ticket), words_of(_texts(ticket.pk), room=room)) for ticket in tickets])


def _head(ticket: Ticket) -> tuple[str, str]:
    return search_words(ticket.subject), search_words(" ".join([ticket.requester_name, *ticket.tags]))


def _write(sql: str, rows: Sequence[tuple[int | str, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])
