"""What a list says of its tickets: one statement for all of them, and of each no more than a line shows."""

from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection

from firstline.tickets.querysets import ABOUT_EMAILS, BETWEEN, TicketQuerySet


class Line(NamedTuple):
    """One ticket. `asked_by`: who asked it for the requester; `warn_at`: when the clock that is due next turns urgent;
    `missed`: a clock was stopped too late; `unreached`: the last email to its requester did not arrive."""

    id: int
    number: str
    subject: str
    phase: str
    requester_name: str
    requester_department: str
    requester_city: str
    asked_by: str
    desk_id: int
    line_id: int | None
    team_id: int | None
    status_id: str
    agent: str
    unanswered: bool
    due_at: datetime
    warn_at: datetime | None
    paused: bool
    stopped: bool
    missed: bool
    unreached: bool


# Which tickets, and in which order, is composed by Django; all the rest is the same for every list.
LINES = """
SELECT t.id, t.number, t.subject, t.phase, t.requester_name, t.requester_department, t.requester_city,
       coalesce(a.name, ''),
       t.desk_id, t.line_id, t.team_id, t.status_id, coalesce(p.name, ''), t.unanswered_since IS NOT NULL, t.due_at,
       c.warn_at, coalesce(c.paused, false), coalesce(c.stopped, false), coalesce(c.missed, false),
       coalesce((SELECT e.name FROM tickets_event e WHERE e.ticket_id = t.id AND (e.name = ANY(%s)
                 OR e.name = ANY(%s) AND (e.data ->> 'person')::bigint = t.requester_id)
                 ORDER BY e.id DESC LIMIT 1) = 'undelivered', false)
FROM (SELECT pk, row_number() OVER () AS place FROM ({chosen}) AS chosen) AS chosen
JOIN tickets_ticket t ON t.id = chosen.pk
LEFT JOIN people_person p ON p.id = t.assignee_id
LEFT JOIN people_person a ON a.id = t.asked_by_id
LEFT JOIN LATERAL (
    SELECT (array_agg(warn_at ORDER BY round DESC) FILTER (WHERE state = 'running' AND kind = t.due_clock))[1]
               AS warn_at,
           bool_or(state = 'paused') AS paused,
           bool_or(state = 'stopped') AS stopped,
           bool_or(state = 'stopped' AND stopped_at > due_at) AS missed
    FROM tickets_clock WHERE ticket_id = t.id AND kind <> 'line'
) AS c ON true
ORDER BY chosen.place
"""


def lines_of(tickets: TicketQuerySet) -> list[Line]:
    """One line a ticket, in their order."""
    try:
        chosen, values = tickets.values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(LINES.format(chosen=chosen), [list(BETWEEN), list(ABOUT_EMAILS), *values])
        return [Line(*row) for row in cursor.fetchall()]
