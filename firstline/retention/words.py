"""Taking the words out of requests. What happened stays: times, states, clocks, counts, and who had it."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from firstline.channels.models import InboundMessage
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions, search
from firstline.tickets.models import Attachment, Draft, Event, Message, Ticket
from firstline.tickets.side_tables import SIDE_TABLES
from firstline.tickets.tracked import BLANK, blanks

# Each word of an event of version 1 by nothing of its kind; only keys that hold words (migration tickets/0003).
_BLANK = """(
    SELECT jsonb_object_agg(word.key, CASE
        WHEN word.key IN ('subject', 'requester_name') THEN '"—"'::jsonb
        WHEN jsonb_typeof(word.value) = 'string' THEN '""'
        WHEN jsonb_typeof(word.value) = 'object' THEN '{{}}'
        WHEN jsonb_typeof(word.value) = 'array' THEN '[]' ELSE 'null' END)
    FROM jsonb_each({given}) AS word WHERE NOT audit_without_words({given}) ? word.key)"""
_EVENTS = f"""
UPDATE tickets_event SET salt = NULL, wording = '{{}}', data = CASE WHEN version > 1 THEN data
    ELSE data || coalesce({_BLANK.format(given="data")}, '{{}}')
        || CASE WHEN data ? 'changes' THEN jsonb_build_object('changes', (data -> 'changes')
            || coalesce({_BLANK.format(given="(data -> 'changes')")}, '{{}}')) ELSE '{{}}' END END
WHERE ticket_id = ANY(%s) AND (name = ANY(%s) OR %s) AND (by_id = %s OR %s) AND words IS NOT NULL AND salt IS NOT NULL
"""  # noqa: S608 - our own text
_ANSWERS = """
DELETE FROM api_answer WHERE body ->> 'number' = ANY(%(numbers)s)
    OR body ? 'author' AND body ? 'text' AND (body ->> 'id')::bigint = ANY(%(messages)s)
"""
_TAGGED_ONCE = Exists(Event.objects.filter(ticket=OuterRef("pk"), name="tagged", version=1))
"""Events of version 1 keep their tags: those were no words to them."""
_UNCHAINED = "SELECT DISTINCT ticket_id FROM tickets_event WHERE ticket_id = ANY(%s) AND digest IS NULL"


def left() -> Q:
    """The tickets of which anything can still be taken, whatever went before: what was said and stored after it, and
    what an erasure left because others wrote it."""
    said = ~Q(**blanks()) | Q(Exists(_of(Event.objects.exclude(name="restated").exclude(words={}))))
    for rows in (_messages(Q()), _deliveries(Q()), _letters(Q()), Attachment.objects.all(), Draft.objects.all()):
        said |= Q(Exists(_of(rows)))
    for table in SIDE_TABLES.values():
        if blank := table.blanks():
            said |= Q(Exists(_of(table.model.objects.exclude(**blank))))
    return said


def of_events(tickets: Sequence[int], *, names: Sequence[str] = (), by: Person | None = None) -> int:
    """Blank the words in the events of these tickets (of these names, or all; of this person, or anybody), in the only
    way that the database allows; how many events."""
    with connection.cursor() as cursor:
        cursor.execute(_UNCHAINED, [list(tickets)])
        for (ticket,) in cursor.fetchall():
            cursor.execute("SELECT audit_chain_events(%s, %s)", [ticket, ticket])
        cursor.execute("SET LOCAL firstline.erasing = 'on'")
        cursor.execute(_EVENTS, [list(tickets), list(names), not names, by.pk if by else None, by is None])
        changed = cursor.rowcount
        cursor.execute("SET LOCAL firstline.erasing = 'off'")
    return changed


def of_tickets(tickets: Sequence[int]) -> int:
    """Blank the words that events told, in columns and side tables; the drafts go. In an open door, as all of these."""
    for table in SIDE_TABLES.values():
        if blank := table.blanks():
            table.model.objects.filter(ticket__in=tickets).update(**blank)
    Draft.objects.filter(ticket__in=tickets).delete()
    tagged = list(Ticket.objects.filter(_TAGGED_ONCE, pk__in=tickets).exclude(tags=[]).order_by("pk"))
    count = Ticket.objects.filter(pk__in=tickets).update(**blanks())
    for ticket in tagged:
        actions.restate(ticket, by=Person.objects.system())
    return count


def of_messages(which: Q) -> int:
    return _messages(which).update(text=BLANK, html="", quoted="")


def of_quotes(which: Q) -> None:
    """What letters of others carry along of the conversation, in these messages."""
    quoting = Message.objects.filter(which).exclude(quoted="", html="")
    quoting.update(quoted="", html="")


def of_deliveries(which: Q) -> int:
    """What letters of ours said, and to whom; those that wait do not leave any more."""
    deliveries = Delivery.objects.filter(which)
    deliveries.filter(state__in=("queued", "sending")).update(state=Delivery.State.DROPPED, lease_until=None)
    return _deliveries(which).update(payload={}, error="", address="", remote_id="", thread="")


def of_letters(which: Q) -> int:
    """The letters as they came, and what could tell whose they were. The row stays, with its times."""
    count = 0
    for pk, proof in list(_letters(which).values_list("pk", "proof")):
        count += InboundMessage.objects.filter(pk=pk).update(
            raw=b"", envelope={}, reason="", sha256="", digest="", letter_id="", key=f"erased {pk}",
            account="", thread="", suggested=[], forwarded=[],
            proof={name: said for name, said in proof.items() if name != "detail"},
        )  # fmt: skip
    return count


def of_answers(tickets: Sequence[int], *, messages: Q) -> None:
    """What programs were answered about these requests, or with these messages."""
    numbers = Ticket.objects.filter(pk__in=tickets).values_list("number", flat=True)
    said = Message.objects.filter(messages).values_list("pk", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, {"numbers": list(numbers), "messages": list(said)})


def index(tickets: Sequence[int]) -> None:
    """What can still be found of them."""
    for ticket in tickets:
        search.index(ticket)


def _of(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(ticket=OuterRef("pk"))


def _messages(which: Q) -> QuerySet[Message]:
    return Message.objects.filter(which).exclude(text=BLANK, html="", quoted="")


def _deliveries(which: Q) -> QuerySet[Delivery]:
    return Delivery.objects.filter(which).exclude(payload={}, error="", address="", remote_id="", thread="")


def _letters(which: Q) -> QuerySet[InboundMessage]:
    return InboundMessage.objects.filter(which).exclude(key__startswith="erased ")
