"""Tickets as the lines of a list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse

from firstline.catalog import register
from firstline.kit import clock
from firstline.tickets.models import NEVER, Clock, Ticket
from firstline.web.rows import Row

NOTHING: Sequence[Clock] = ()


def rows_of(tickets: Iterable[Ticket]) -> list[Row]:
    """One row a ticket, in their order; the assignee must be selected with them. One query, for the clocks."""
    tickets = [register.current().dress(ticket) for ticket in tickets]
    clocks: dict[int, list[Clock]] = defaultdict(list)
    for each in Clock.objects.filter(ticket__in=[ticket.pk for ticket in tickets]).exclude(kind=Clock.Kind.LINE):
        clocks[each.ticket_id].append(each)
    at = clock.now()
    return [_row(ticket, clocks.get(ticket.pk, NOTHING), at) for ticket in tickets]


def _row(ticket: Ticket, clocks: Sequence[Clock], at: datetime) -> Row:
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


def _clock(ticket: Ticket, clocks: Sequence[Clock], at: datetime) -> tuple[str, datetime | None, datetime | None]:
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
    return ("missed" if any(each.late for each in ended) else "met"), None, None


def _line(ticket: Ticket) -> str:
    """The line by its short name; the team where a line has several."""
    if ticket.line is None:
        return ""
    teams = [team for team in register.current().teams_of(ticket.desk_id) if team.line_id == ticket.line_id]
    return ticket.team.name if ticket.team and len(teams) > 1 else ticket.line.key
