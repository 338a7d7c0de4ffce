"""Clocks are a function of the events: they are never adjusted, always computed again from the whole story.

That is why a pause is never forgotten, why a goal edited today applies to what is open, and why a page can explain
each deadline. Which clock starts, pauses and stops when is in `tickets.spans`.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Q

from firstline.catalog.register import Register
from firstline.kit.prepared import prepared
from firstline.sla import worktime
from firstline.sla.choose import choose
from firstline.sla.hours import Hours
from firstline.sla.models import Goal
from firstline.tickets.models import NEVER, Clock, Event, Ticket
from firstline.tickets.spans import Moment, Span, spans, waited

MOVING_COLUMNS = frozenset(
    {"phase", "kind", "priority", "desk_id", "service_id", "line_id", "team_id", "first_response_at"}
)
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
    return event.name in MOVING_EVENTS or bool(MOVING_COLUMNS & event.data["changes"].keys())


def replay(moments: Sequence[Moment], register: Register) -> list[Clock]:
    """The clocks, unsaved, as they must stand after these events under the goals in force now."""
    told = _told(moments)
    clocks = []
    for span in spans(moments):
        goal = goal_of(span, register)
        if goal is not None:
            clocks.append(_clock(span, goal, register, told.get((span.kind, span.round), {})))
    return clocks


def goal_of(span: Span, register: Register) -> Goal | None:
    return choose(register.goals.get(span.kind, ()), goal_facts(span.facts, register))


def goal_facts(facts: dict[str, Any], register: Register) -> dict[str, Any]:
    """A ticket's columns as the words in which goals are written."""
    desk = register.desks.get(facts.get("desk_id", 0))
    service = register.services.get(facts.get("service_id") or 0)
    line = register.lines.get(facts.get("line_id") or 0)
    team = register.teams.get(facts.get("team_id") or 0)
    return {
        "desk": desk.key if desk else "",
        "service": service.key if service else "",
        "kind": facts.get("kind", ""),
        "priority": facts.get("priority"),
        "line": line.key if line else "",
        "team": team.key if team else "",
        "department": facts.get("requester_department", ""),
        "vip": bool(facts.get("vip")),
    }


def calendar_of(goal: Goal, facts: dict[str, Any], register: Register) -> Any:
    """The goal's own calendar, else the desk's."""
    return register.calendars[goal.calendar_id or register.desks[facts["desk_id"]].calendar_id]


def settle(ticket: Ticket, clocks: Sequence[Clock], moments: Sequence[Moment]) -> None:
    """Put on the ticket what lists need of its clocks: the next deadline, and the time waited."""
    running = [
        clock for clock in clocks if clock.state == Clock.State.RUNNING and clock.due_at and clock.kind != "line"
    ]
    soonest = min(running, key=lambda clock: clock.due_at or NEVER, default=None)
    ticket.due_at = soonest.due_at if soonest and soonest.due_at else NEVER
    ticket.due_clock = soonest.kind if soonest else ""
    ticket.waited = waited(moments)


def store(ticket: Ticket, clocks: Sequence[Clock], *, some_may_vanish: bool = True) -> None:
    """Write the clocks over what was there. A change of what goals ask for can leave a clock without a goal."""
    for clock in clocks:
        clock.ticket = ticket
    if some_may_vanish:
        kept = Q()
        for clock in clocks:
            kept |= Q(kind=clock.kind, round=clock.round)
        stale = Clock.objects.filter(ticket=ticket)
        (stale.exclude(kept) if clocks else stale).delete()
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


def _clock(span: Span, goal: Goal, register: Register, told: dict[str, datetime]) -> Clock:
    calendar = calendar_of(goal, span.facts, register)
    hours, work = calendar.hours(), timedelta(minutes=goal.minutes)
    due = _due(span, work, hours)
    warn = None
    if due is not None and goal.warn_minutes and goal.warn_minutes < goal.minutes:
        warn = _due(span, work - timedelta(minutes=goal.warn_minutes), hours)
    if span.void:
        state = Clock.State.VOID
    elif span.stop:
        state = Clock.State.STOPPED
    else:
        state = Clock.State.PAUSED if span.paused else Clock.State.RUNNING
    until = span.stop or (span.pauses[-1][0] if span.paused else span.pauses[-1][1] if span.pauses else span.start)
    breached, warned = told.get("clock_breached"), told.get("clock_warned")
    return Clock(
        kind=span.kind,
        round=span.round,
        goal=goal,
        calendar=calendar,
        minutes=goal.minutes,
        state=state,
        started_at=span.start,
        stopped_at=span.stop,
        due_at=due,
        warn_at=warn,
        spent=worktime.worked(span.start, until or span.start, hours, span.pauses),
        warned_at=warned if warned and warn and warned >= warn else None,
        breached_at=breached if breached and due and breached >= due else None,
    )


def _due(span: Span, work: timedelta, hours: Hours) -> datetime | None:
    """The deadline; None while paused, and in a calendar that never works, which must not stop anybody's work."""
    try:
        return worktime.due(span.start, work, hours, span.pauses)
    except worktime.NoWorkingTime:
        return None
