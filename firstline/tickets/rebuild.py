"""The proof that the log is complete: a ticket's row and clocks rebuilt from nothing but its events."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from firstline.catalog import register
from firstline.tickets import clocks
from firstline.tickets.models import Clock, Event, Ticket
from firstline.tickets.spans import story


def columns(ticket_id: int) -> dict[str, Any]:
    """The tracked columns of a ticket as its events tell them."""
    moments = story(Event.objects.filter(ticket_id=ticket_id).order_by("id"))
    facts = moments[-1].facts
    return {f.attname: f.to_python(facts[f.attname]) for f in Ticket._meta.concrete_fields if f.attname in facts}


def differences(ticket: Ticket) -> list[str]:
    """Where the row or the clocks say something else than the events; empty if all is well."""
    fresh = Ticket.objects.get(pk=ticket.pk)
    told = columns(ticket.pk)
    found = [
        f"{name}: {value!r} is told as {told.get(name)!r}"
        for name, value in fresh.tracked().items()
        if told.get(name) != value
    ]
    moments = story(Event.objects.filter(ticket_id=ticket.pk).order_by("id"))
    replayed = {(c.kind, c.round): _values(c) for c in clocks.replay(moments, register.current())}
    stored = {(c.kind, c.round): _values(c) for c in Clock.objects.filter(ticket_id=ticket.pk)}
    if replayed != stored:
        found.append(f"clocks: {stored} are told as {replayed}")
    due = (fresh.due_at, fresh.due_clock, fresh.waited)
    clocks.settle(fresh, clocks.replay(moments, register.current()), moments)
    if due != (fresh.due_at, fresh.due_clock, fresh.waited):
        found.append(f"next deadline: {due}")
    return found


def moved_clocks(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Those of the tickets whose clocks come out differently under the goals in force now. Two queries for all."""
    told: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(ticket__in=tickets).order_by("id"):
        told[event.ticket_id].append(event)
    stored: dict[int, dict[tuple[str, int], dict[str, Any]]] = defaultdict(dict)
    for clock in Clock.objects.filter(ticket__in=tickets):
        stored[clock.ticket_id][clock.kind, clock.round] = _values(clock)
    now = register.current()
    return [ticket for ticket in tickets if _replayed(told[ticket.pk], now) != stored[ticket.pk]]


def _replayed(events: Iterable[Event], known: register.Register) -> dict[tuple[str, int], dict[str, Any]]:
    return {(c.kind, c.round): _values(c) for c in clocks.replay(story(events), known)}


def _values(clock: Clock) -> dict[str, Any]:
    return {f.attname: getattr(clock, f.attname) for f in Clock._meta.concrete_fields if f.name not in ("id", "ticket")}
