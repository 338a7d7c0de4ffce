"""Letting go of what is old, by the rules of the settings; in batches, each a transaction of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from firstline.api.models import Answer
from firstline.audit.log import audit
from firstline.audit.models import AuditEntry
from firstline.channels.models import DemoLetter, InboundMessage
from firstline.kit import clock
from firstline.people.models import Person
from firstline.retention import files, words
from firstline.retention.models import Rule
from firstline.tickets.models import Attachment, Ticket
from firstline.tickets.write_guard import door

BATCH = 200


@dataclass(frozen=True)
class Due:
    """What a rule lets go of now."""

    rule: Rule
    count: int


def due() -> list[Due]:
    """Each rule and how many rows it lets go of now; nothing is changed."""
    rules = Rule.objects.select_related("desk").order_by("desk", "what")
    return [Due(rule, KINDS[rule.what].found(rule, _before(rule)).count()) for rule in rules]


def let_go() -> list[Due]:
    """Let go of everything that is due; an entry of the audit log for each batch."""
    done = []
    for rule in Rule.objects.select_related("desk").order_by("desk", "what"):
        total, last = 0, None
        while rows := _batch(rule, last):
            total, last = total + len(rows), rows[-1]
        done.append(Due(rule, total))
    return done


def _batch(rule: Rule, last: Any) -> list[Any]:
    """Those after the one that was the last before: what is looked through is not looked through for each batch."""
    kind = KINDS[rule.what]
    with transaction.atomic(), door():
        found = kind.found(rule, _before(rule)) if last is None else kind.found(rule, _before(rule)).filter(pk__gt=last)
        rows = list(found.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not rows:
            return []
        events = kind.let_go(rows)
        told = {"rule": rule.what, "desk": rule.desk.key if rule.desk else "", "days": rule.days, "rows": len(rows)}
        if events is not None:
            audit("erased", by=Person.objects.system(), data={**told, "events": events})
        else:
            audit("retained", by=Person.objects.system(), data=told)
    return rows


def _before(rule: Rule) -> datetime:
    return clock.now() - timedelta(days=rule.days)


def _closed(rule: Rule, before: datetime) -> QuerySet[Any]:
    tickets = Ticket.objects.filter(_over("", before)).filter(words.left())
    return tickets.filter(desk=rule.desk) if rule.desk_id else tickets


def _of_closed(rule: Rule, before: datetime) -> QuerySet[Any]:
    found = Attachment.objects.filter(_over("ticket__", before))
    return found.filter(ticket__desk=rule.desk) if rule.desk_id else found


def _over(path: str, before: datetime) -> Q:
    """Closed before then, or cancelled and not touched since."""
    closed = Q(**{f"{path}phase": "closed", f"{path}closed_at__lt": before})
    return closed | Q(**{f"{path}phase": "cancelled", f"{path}updated_at__lt": before})


def _letters(rule: Rule, before: datetime) -> QuerySet[Any]:
    """All that is not waiting to be taken. What came to no inbox is of the desk whose request it is about; what is of
    no desk at all goes by the rule for all desks, or else by the longest of a desk."""
    found = InboundMessage.objects.filter(received_at__lt=before).exclude(state=InboundMessage.State.NEW)
    found = found.exclude(raw=b"", envelope={}, forwarded=[])
    if rule.desk_id is None:
        return found
    theirs = Q(inbox__desk=rule.desk) | Q(inbox=None, ticket__desk=rule.desk)
    longest = Rule.objects.filter(what=rule.what).order_by("-days", "pk").first()
    return found.filter(theirs | Q(inbox=None, ticket=None)) if rule == longest else found.filter(theirs)


def _take_words(tickets: list[int]) -> int:
    list(Ticket.objects.filter(pk__in=tickets).order_by("pk").select_for_update().values_list("pk"))
    events = words.of_events(tickets)
    words.of_tickets(tickets)
    words.of_messages(Q(ticket__in=tickets))
    words.of_answers(tickets, messages=Q(ticket__in=tickets))
    words.of_deliveries(Q(ticket__in=tickets))
    words.of_letters(Q(ticket__in=tickets))
    files.remove(Q(ticket__in=tickets))
    words.index(tickets)
    return events


def _take_addresses(entries: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL firstline.erasing = 'on'")
        cursor.execute("UPDATE tickets_auditentry SET words = '{}', salt = NULL WHERE id = ANY(%s)", [entries])
        cursor.execute("SET LOCAL firstline.erasing = 'off'")


def _delete(model: Any) -> Callable[[list[Any]], None]:
    def go(rows: list[Any]) -> None:
        model.objects.filter(pk__in=rows).delete()

    return go


def _files(rows: list[Any]) -> None:
    files.remove(Q(pk__in=rows))


def _raw(rows: list[Any]) -> None:
    InboundMessage.objects.filter(pk__in=rows).update(raw=b"", envelope={}, forwarded=[])


@dataclass(frozen=True)
class Kind:
    found: Callable[[Rule, datetime], QuerySet[Any]]
    let_go: Callable[[list[Any]], int | None]
    """Returns how many events lost their words, None if that is not its business."""


KINDS: dict[str, Kind] = {
    Rule.What.WORDS: Kind(_closed, _take_words),
    Rule.What.FILES: Kind(_of_closed, _files),
    Rule.What.LETTERS: Kind(_letters, _raw),
    Rule.What.UPLOADS: Kind(lambda _rule, at: Attachment.objects.filter(ticket=None, created_at__lt=at), _files),
    Rule.What.ANSWERS: Kind(lambda _rule, at: Answer.objects.filter(created_at__lt=at), _delete(Answer)),
    Rule.What.SESSIONS: Kind(lambda _rule, at: Session.objects.filter(expire_date__lt=at), _delete(Session)),
    Rule.What.DEMO_LETTERS: Kind(lambda _rule, at: DemoLetter.objects.filter(sent_at__lt=at), _delete(DemoLetter)),
    Rule.What.ADDRESSES: Kind(
        lambda _rule, at: AuditEntry.objects.filter(at__lt=at).exclude(words={}), _take_addresses
    ),
}
