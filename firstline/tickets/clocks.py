"""Clocks are a function of the events: they are never adjusted, always computed again from the whole story.

That is why a pause is never forgotten, why a goal edited today applies to what is open, and why a page can explain
each deadline. Which clock starts, pauses and stops when is in `tickets.clock_rules`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from firstline.catalog.config_cache import Register
from firstline.kit.prepared_statements import prepared
from firstline.sla import worktime
from firstline.sla.choose import choose
from firstline.sla.models import Calendar, SlaTarget
from firstline.tickets.clock_rules import CHOOSING, Moment, Span, spans, waited
from firstline.tickets.conditions.fields import GOAL_FIELDS, keys_of
from firstline.tickets.models import NEVER, Clock, Event, Ticket

MOVING_COLUMNS = frozenset({"phase", "first_response_at", *CHOOSING})
MOVING_EVENTS = frozenset({"clock_warned", "clock_breached", "recomputed"})

_COLUMNS = (
    "ticket_id kind round goal_id calendar_id minutes state started_at stopped_at due_at warn_at spent warned_at "
    "breached_at"
).split()
_CHANGING = _COLUMNS[3:]
_STORE = (
    # One sentence whatever the number of clocks: it runs after nearly every verb.
    f"INSERT INTO tickets_clock ({', '.join(_COLUMNS)}) SELECT {', '.join(_COLUMNS)}"  # noqa: S608 - our own column names
    " FROM jsonb_populate_recordset(NULL::tickets_clock, %s::jsonb)"
    " ON CONFLICT (ticket_id, kind, round) DO UPDATE SET"
    f" {', '.join(f'{name} = EXCLUDED.{name}' for name in _CHANGING)}"
)


def are_moved_by(event: Event) -> bool:
    """Whether the event can change a clock at all; most of what is said and arranged cannot."""
    return event.name in MOVING_EVENTS or bool(MOVING_COLUMNS & event.changes.keys())


def replay(moments: Sequence[Moment], register: Register) -> list[Clock]:
    """The clocks, unsaved, as they must stand after these events under the goals in force now."""
    told = _told(moments)
    clocks = []
    for span in spans(moments):
        count = count_of(span, register)
        if count is not None:
            clocks.append(_clock(span, count, told.get((span.kind, span.round), {})))
    return clocks


@dataclass(frozen=True)
class Count:
    """By which goal a clock is judged, in whose hours, and from when its time counts."""

    goal: SlaTarget
    calendar: Calendar
    since: datetime

    def due(self, span: Span, *, less: int = 0) -> datetime | None:
        """The deadline (`less` minutes before it); None while paused, and where there is no working time for years,
        which must not stop anybody's work."""
        work = timedelta(minutes=self.goal.minutes - less)
        try:
            return worktime.due(self.since, work, self.calendar.hours(), span.pauses)
        except worktime.NoWorkingTime:
            return None


def count_of(span: Span, register: Register) -> Count | None:
    """How the clock counts after all that changed while it ran; None without a goal for it.

    A goal counts from the start of the clock. One that became stricter while the clock ran (the priority was raised,
    another team has it) counts from that moment, so that nobody is late before they could know; but it never puts
    off the deadline that stood before.
    """
    count: Count | None = None
    for at, facts in span.eras:
        if facts["kind"] == "inquiry" and span.facts["kind"] != "inquiry":
            continue  # what it is was not known yet
        goal = goal_of(span.kind, facts, register, at=at)
        if goal is None:
            count = None
        elif count is None or goal.pk != count.goal.pk:
            count = _next(span, count, Count(goal, calendar_of(goal, facts, register), span.start), at)
    return count


def goal_of(kind: str, facts: dict[str, Any], register: Register, *, at: datetime) -> SlaTarget | None:
    """The goal that fits a ticket of these columns at that moment."""
    goals = register.goals.get(kind, ())
    return choose(goals, {**facts, **keys_of(facts, register)}, at=at, fields=GOAL_FIELDS)


def calendar_of(goal: SlaTarget, facts: dict[str, Any], register: Register) -> Calendar:
    """The goal's own calendar, else the desk's."""
    return register.calendars[goal.calendar_id or register.desks[facts["desk_id"]].calendar_id]


def settle(ticket: Ticket, clocks: Sequence[Clock], moments: Sequence[Moment]) -> None:
    """Put on the ticket what lists need of its clocks: the next deadline, and the time waited."""
    running = [
        (clock.due_at, clock.kind)
        for clock in clocks
        if clock.state == Clock.State.RUNNING and clock.due_at and clock.kind != "line"
    ]
    ticket.due_at, ticket.due_clock = min(running, key=lambda each: each[0], default=(NEVER, ""))
    ticket.waited = waited(moments)


def store(ticket: Ticket, clocks: Sequence[Clock], *, some_may_vanish: bool = True) -> None:
    """Write the clocks over what was there. A change of what goals ask for, or of the goals, can leave a clock without
    a goal: it goes, or it would be acted on for ever."""
    for clock in clocks:
        clock.ticket = ticket
    if some_may_vanish:
        stale = Clock.objects.filter(ticket=ticket)
        for clock in clocks:
            stale = stale.exclude(kind=clock.kind, round=clock.round)
        stale.delete()
    if clocks:
        rows = [{name: getattr(clock, name) for name in _COLUMNS} for clock in clocks]
        with prepared(connection), connection.cursor() as cursor:
            cursor.execute(_STORE, [json.dumps(rows, cls=DjangoJSONEncoder)])


def _told(moments: Sequence[Moment]) -> dict[tuple[str, int], dict[str, datetime]]:
    """Which warnings and breaches were already acted on, by clock and round."""
    told: dict[tuple[str, int], dict[str, datetime]] = {}
    for moment in moments:
        if moment.name in ("clock_warned", "clock_breached"):
            told.setdefault((moment.data["clock"], moment.data["round"]), {})[moment.name] = moment.at
    return told


def _next(span: Span, before: Count | None, whole: Count, at: datetime) -> Count:
    """Which count goes on when the goal changes. `whole` is that of the new goal, from the start of the clock."""
    if before is None or not _is_stricter(span, whole, before):
        return whole
    anew, stood = replace(whole, since=at), before.due(span)
    due = anew.due(span)
    return before if stood and due and stood <= due else anew


def _is_stricter(span: Span, whole: Count, before: Count) -> bool:
    due, stood = whole.due(span), before.due(span)
    return due < stood if due and stood else whole.goal.minutes < before.goal.minutes


def _clock(span: Span, count: Count, told: dict[str, datetime]) -> Clock:
    goal, hours = count.goal, count.calendar.hours()
    due = count.due(span)
    warn = None
    if due is not None and goal.warn_minutes and goal.warn_minutes < goal.minutes:
        warn = count.due(span, less=goal.warn_minutes)
    if span.void and not _was_missed(span, due):
        state = Clock.State.VOID
    elif span.stop:
        state = Clock.State.STOPPED
    else:
        state = Clock.State.PAUSED if span.paused else Clock.State.RUNNING
    until = span.stop or (span.pauses[-1][0] if span.paused else span.pauses[-1][1] if span.pauses else count.since)
    breached, warned = told.get("clock_breached"), told.get("clock_warned")
    return Clock(
        kind=span.kind,
        round=span.round,
        goal=goal,
        calendar=count.calendar,
        minutes=goal.minutes,
        state=state,
        started_at=span.start,
        stopped_at=span.stop,
        due_at=due,
        warn_at=warn,
        spent=worktime.worked(count.since, until or count.since, hours, span.pauses),
        warned_at=warned if warned and warn and warned >= warn else None,
        breached_at=breached if breached and due and breached >= due else None,
    )


def _was_missed(span: Span, due: datetime | None) -> bool:
    """Whether it was handed on or cancelled only when its time to be accepted was over: that is not undone by it."""
    return span.kind == Clock.Kind.ACCEPTANCE and bool(due and span.stop and due < span.stop)
