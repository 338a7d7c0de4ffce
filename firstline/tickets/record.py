"""The two ends of every verb: `lock` before it looks, `record` when it is done."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Field, Model
from procrastinate.contrib.django import app

from firstline.catalog import config_cache
from firstline.kit.prepared_statements import prepared
from firstline.tickets import causes, clocks, event_versions, quotas
from firstline.tickets.choices import require_chosen
from firstline.tickets.clock_rules import CHOOSING, story
from firstline.tickets.models import Clock, Event, Ticket
from firstline.tickets.side_tables import rows_told
from firstline.tickets.tracked import TRACKED
from firstline.tickets.write_guard import is_quiet

if TYPE_CHECKING:
    from firstline.people.models import Person

REACT = "firstline.react"

# Every verb begins with this sentence, so it is made once. The search vector is long and no verb's business.
_FIELDS = [field for field in Ticket._meta.concrete_fields if field.name != "search"]
_LOCK = f"SELECT {', '.join(field.column for field in _FIELDS)} FROM tickets_ticket WHERE id = %s FOR UPDATE"  # noqa: S608


_BY_ATTRIBUTE = {field.attname: field.name for field in _FIELDS}
_BY_NAME = {name: _BY_ATTRIBUTE[row.attribute] for name, row in TRACKED.items() if row.attribute}


def lock(ticket: Ticket) -> Ticket:
    """The ticket as it is now, locked until the verb ends, with what it looked like before."""
    with prepared(connection), connection.cursor() as cursor:
        cursor.execute(_LOCK, [ticket.pk])
        row = cursor.fetchone()
    if row is None:
        raise Ticket.DoesNotExist
    values = [_read(field, value) for field, value in zip(_FIELDS, row, strict=True)]
    fresh: Ticket = Ticket.from_db(connection.alias, [field.attname for field in _FIELDS], values)
    config_cache.current().dress(fresh)
    return remember(fresh)


def lock_both(ticket: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    """Lock two tickets, always the older first, so that two such verbs cannot block each other."""
    first, second = sorted((ticket, other), key=lambda each: each.pk)
    locked = {each.pk: lock(each) for each in (first, second)}
    return locked[ticket.pk], locked[other.pk]


def remember(ticket: Ticket) -> Ticket:
    ticket.__dict__["before"] = ticket.tracked()
    return ticket


def record(
    ticket: Ticket,
    name: str,
    *,
    by: "Person",
    internal: bool = False,
    react_at: datetime | None = None,
    words: dict[str, Any] | None = None,
    rows: Iterable[Model] = (),
    gone: Iterable[Model] = (),
    **data: Any,
) -> Event:
    """Save what the verb changed, write its event, compute the clocks, and defer the reactions.

    `data`: what stays for ever: ids, numbers, keys, yes and no. `words`: what erasing takes away, all that was typed.
    Of the ticket's columns TRACKED says which is which. `rows` and `gone`: of tables beside it (`side_tables`), those
    that the verb has saved and deleted. Raises TooMuch for somebody of the asking side who has done too much lately.
    `react_at`: when the reactions may start (a reply that can still be withdrawn); None means at once.
    """
    quotas.may_step(by, name)
    cause = causes.current()
    before: dict[str, Any] = ticket.__dict__.get("before", {})
    changes = {name: value for name, value in ticket.tracked().items() if name not in before or before[name] != value}
    require_chosen(ticket, [_BY_NAME[name] for name in changes])
    is_new = ticket.pk is None
    said = {**data, "changes": changes}
    if beside := rows_told(rows, gone):
        said["rows"] = beside
    shape, hidden = event_versions.parted(said, words or {})
    event = Event(
        name=name,
        by=by,
        internal=internal,
        data=shape,
        words=hidden,
        cause=cause.path,
        depth=cause.depth,
    )
    current = _computed(ticket, event) if clocks.are_moved_by(event) else None
    ticket.updated_at = event.at
    if is_new:
        ticket.save(force_insert=True)
    else:
        derived = ["due_at", "due_clock", "waited"] if current is not None else []
        ticket.save(update_fields=[*_fields(changes), "updated_at", *derived])
    event.ticket = ticket
    event.save(force_insert=True)
    if current is not None:
        clocks.store(ticket, current, some_may_vanish=not is_new and _may_vanish(event))
    remember(ticket)
    if not is_quiet():
        app.configure_task(REACT, schedule_at=react_at).defer(event=event.pk)
    return event


def _computed(ticket: Ticket, event: Event) -> list[Clock]:
    told = [] if ticket.pk is None else list(Event.objects.filter(ticket_id=ticket.pk).order_by("id"))
    moments = story([*told, event])
    current = clocks.replay(moments, config_cache.current())
    clocks.settle(ticket, current, moments)
    return current


def _may_vanish(event: Event) -> bool:
    # By the latter, goals may be others than when the clocks were stored.
    chosen_anew = "undoes" in event.told or event.changes.keys() & CHOOSING
    return bool(chosen_anew) or event.name in clocks.MOVING_EVENTS


def _read(field: "Field[Any, Any]", value: Any) -> Any:
    convert = getattr(field, "from_db_value", None)
    return convert(value, None, connection) if convert else value


def _fields(changes: dict[str, Any]) -> list[str]:
    return [_BY_NAME[name] for name in changes]
