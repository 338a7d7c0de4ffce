"""Tickets as the lines of a list."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse

from firstline.catalog import register
from firstline.kit import clock
from firstline.tickets.lists import TicketQuerySet
from firstline.tickets.models import NEVER, Clock, Ticket
from firstline.web.rows import Row

# What a row needs of its ticket and what the register dresses it by; with fifty rows, the other columns are felt
DRESSING = ("desk_id", "line_id", "team_id", "status_id", "service_id", "module_id", "cause_id", "business_id")
COLUMNS = (
    *("number", "subject", "phase", "due_at", "due_clock", "unanswered_since", "assignee__name"),
    *("requester_name", "requester_department", "requester_city"),
    *DRESSING,
)


class Told(NamedTuple):
    """As much of a clock as a row says."""

    ticket_id: int
    kind: str
    state: str
    due_at: datetime | None
    warn_at: datetime | None
    stopped_at: datetime | None


def rows_of(tickets: TicketQuerySet) -> list[Row]:
    """One row a ticket, in their order. Two queries: the tickets with their agents, and their clocks."""
    found = [register.current().dress(ticket) for ticket in tickets.select_related("assignee").only(*COLUMNS)]
    clocks: dict[int, list[Told]] = defaultdict(list)
    running = Clock.objects.filter(ticket__in=[ticket.pk for ticket in found]).exclude(kind=Clock.Kind.LINE)
    for each in running.order_by("round").values_list(*Told._fields):
        clocks[each[0]].append(Told(*each))
    at = clock.now()
    return [_row(ticket, clocks.get(ticket.pk, []), at) for ticket in found]


def _row(ticket: Ticket, clocks: Sequence[Told], at: datetime) -> Row:
    status, due, soon_at = _clock(ticket, clocks, at)
    return Row(
        id=ticket.pk,
        number=ticket.number,
        subject=ticket.subject,
        href=reverse("ticket", args=[ticket.number]),
        who=" · ".join(filter(None, (ticket.requester_department, ticket.requester_city))) or ticket.requester_name,
        state=ticket.phase,
        state_label=ticket.status.name,
        clock_status=status,
        due=due,
        soon_at=soon_at,
        line=_line(ticket),
        agent=ticket.assignee.name if ticket.assignee else "",
        unread=ticket.is_open and ticket.unanswered_since is not None,
    )


def _clock(ticket: Ticket, clocks: Sequence[Told], at: datetime) -> tuple[str, datetime | None, datetime | None]:
    """The word for components/clock.html, when it is due, and when it turns urgent."""
    if ticket.is_open and ticket.due_at != NEVER:
        running = [each for each in clocks if each.state == Clock.State.RUNNING and each.kind == ticket.due_clock]
        soon_at = running[-1].warn_at if running else None
        urgent = "soon" if soon_at and soon_at <= at else "running"
        return ("late" if ticket.due_at < at else urgent), ticket.due_at, soon_at
    if ticket.is_open:
        return ("paused" if any(each.state == Clock.State.PAUSED for each in clocks) else "none"), None, None
    ended = [each for each in clocks if each.state == Clock.State.STOPPED]
    if not ended or ticket.phase == Ticket.Phase.CANCELLED:
        return "none", None, None
    return ("missed" if any(_late(each) for each in ended) else "met"), None, None


def _late(each: Told) -> bool:
    return bool(each.stopped_at and each.due_at and each.stopped_at > each.due_at)


def _line(ticket: Ticket) -> str:
    """The line by its short name; the team where a line has several."""
    if ticket.line is None:
        return ""
    teams = [team for team in register.current().teams_of(ticket.desk_id) if team.line_id == ticket.line_id]
    return ticket.team.name if ticket.team and len(teams) > 1 else ticket.line.key
