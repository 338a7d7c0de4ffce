"""The proof that the log is complete: a ticket's row and clocks rebuilt from nothing but its events."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field, Max

from firstline.catalog import config_cache
from firstline.catalog.models import SettingChange
from firstline.tickets import beside, clocks
from firstline.tickets.clock_rules import Moment, Span, spans, story
from firstline.tickets.models import Clock, Event, Ticket
from firstline.tickets.querysets import OPEN
from firstline.tickets.side_tables import SIDE_TABLES
from firstline.tickets.tracked import TRACKED

Clocks = dict[tuple[str, int], dict[str, Any]]

DECIDING = ("sla.goal", "sla.calendar", "sla.calendarday", "catalog.desk")
"""The settings that decide how long a clock runs."""

RULES = "0021_clocks_go_on"
"""The migration with which clocks came to start, pause and count as they do now."""


def columns(ticket_id: int) -> dict[str, Any]:
    """The tracked columns of a ticket as its events tell them."""
    return _columns(story(Event.objects.filter(ticket_id=ticket_id).order_by("id")))


def rows(ticket_id: int) -> dict[str, dict[int, dict[str, Any]]]:
    """The rows beside a ticket as its events tell them: by table and id, their attributes."""
    return {name: beside.replay(table, _events([ticket_id])[ticket_id]).rows for name, table in SIDE_TABLES.items()}


def differences(ticket: Ticket) -> list[str]:
    """Where the row or the clocks say something else than the events; empty if all is well."""
    return differences_of([ticket.pk]).get(ticket.pk, [])


def differences_of(tickets: Sequence[int]) -> dict[int, list[str]]:
    """The same for many, by their ids, without those of which all is well. Five queries, and one a side table."""
    told, stored = _events(tickets), _stored(tickets)
    changed = SettingChange.objects.filter(kind__in=DECIDING).aggregate(at=Max("at"))["at"]
    rules = MigrationRecorder.Migration.objects.filter(app="tickets", name=RULES).values_list("applied", flat=True)[0]
    rows = {name: beside.stored(table, tickets) for name, table in SIDE_TABLES.items()}
    found = {}
    for ticket in Ticket.objects.filter(pk__in=tickets).defer("search").order_by("pk"):
        wrong = list(_wrong(ticket, told[ticket.pk], stored[ticket.pk], changed, rules))
        for name, table in SIDE_TABLES.items():
            wrong += (f"{name} {said}" for said in beside.wrong(table, told[ticket.pk], rows[name].get(ticket.pk, {})))
        if wrong:
            found[ticket.pk] = wrong
    return found


def moved_clocks(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Those of the tickets whose clocks come out differently under the goals in force now. Two queries for all."""
    pks = [ticket.pk for ticket in tickets]
    told, stored, now = _events(pks), _stored(pks), config_cache.current()
    return [each for each in tickets if _by_round(clocks.replay(story(told[each.pk]), now)) != stored[each.pk]]


def _wrong(
    ticket: Ticket, events: list[Event], stored: Clocks, changed: datetime | None, rules: datetime
) -> Iterator[str]:
    moments = story(events)
    told = _columns(moments)
    for name, value in ticket.tracked().items():
        if told.get(name) != value:
            yield f"{name}: {value!r} is told as {told.get(name)!r}"
    replayed = clocks.replay(moments, config_cache.current())
    if _by_round(replayed) != stored and not _is_of_its_time(ticket, events, stored, moments, changed, rules):
        yield f"clocks: {stored} are told as {_by_round(replayed)}"
    due = (ticket.due_at, ticket.due_clock, ticket.waited)
    clocks.settle(ticket, replayed, moments)
    if due != (ticket.due_at, ticket.due_clock, ticket.waited):
        yield f"next deadline: {due}"


def _is_of_its_time(
    ticket: Ticket,
    events: list[Event],
    stored: Clocks,
    moments: list[Moment],
    changed: datetime | None,
    rules: datetime,
) -> bool:
    """Whether a solved ticket has the clocks of another time: before goals were changed, or clocks began to start,
    pause and stop as they do now."""
    moved = _moved_at(events)
    if ticket.phase in OPEN:
        return False
    if moved < rules:
        return {kind for kind, _round in stored} <= {span.kind for span in spans(moments)}
    return changed is not None and moved < changed and _could_be(stored, moments)


def _could_be(stored: Clocks, moments: list[Moment]) -> bool:
    """Whether these are clocks of this story under other goals than today's. What was solved before the goals were
    changed keeps the clocks that it had."""
    possible = {(span.kind, span.round): span for span in spans(moments)}
    return all(key in possible and _is_of(possible[key], clock) for key, clock in stored.items())


def _is_of(span: Span, clock: dict[str, Any]) -> bool:
    late = bool(clock["due_at"] and clock["stopped_at"] and clock["due_at"] < clock["stopped_at"])
    return (clock["started_at"], clock["stopped_at"]) == (span.start, span.stop) and (
        (clock["state"] == Clock.State.VOID) == span.void or (span.void and late)
    )


def _moved_at(events: list[Event]) -> datetime:
    """When its clocks were computed last."""
    return max((event.at for event in events if clocks.are_moved_by(event)), default=events[-1].at)


def _columns(moments: list[Moment]) -> dict[str, Any]:
    facts = moments[-1].facts
    there = {name: row.attribute for name, row in TRACKED.items() if row.attribute and name in facts}
    return {name: _field(attribute).to_python(facts[name]) for name, attribute in there.items()}


def _field(attribute: str) -> "Field[Any, Any]":
    return Ticket._meta.get_field(attribute)  # type: ignore[return-value]


def _events(tickets: Sequence[int]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(ticket__in=tickets).order_by("id"):
        found[event.ticket_id].append(event)
    return found


def _stored(tickets: Sequence[int]) -> dict[int, Clocks]:
    found: dict[int, Clocks] = defaultdict(dict)
    for clock in Clock.objects.filter(ticket__in=tickets):
        found[clock.ticket_id] |= _by_round([clock])
    return found


def _by_round(clocks: Iterable[Clock]) -> Clocks:
    return {(clock.kind, clock.round): _values(clock) for clock in clocks}


def _values(clock: Clock) -> dict[str, Any]:
    return {f.attname: getattr(clock, f.attname) for f in Clock._meta.concrete_fields if f.name not in ("id", "ticket")}
