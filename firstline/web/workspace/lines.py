"""Tickets as the rows of a list."""

from datetime import datetime

from django.utils.translation import gettext as _

from firstline.catalog import config_cache
from firstline.catalog.config_cache import Register
from firstline.kit import clock
from firstline.tickets.list_rows import Line, lines_of
from firstline.tickets.models import NEVER, Ticket
from firstline.tickets.querysets import OPEN, TicketQuerySet
from firstline.web.render_cache import url
from firstline.web.rows import Row


def rows_of(tickets: TicketQuerySet) -> list[Row]:
    """One row a ticket, in their order. One query."""
    at, desks = clock.now(), config_cache.current()
    return [_row(line, desks, at) for line in lines_of(tickets)]


def _row(line: Line, desks: Register, at: datetime) -> Row:
    is_open = line.phase in OPEN
    status, due, soon_at = _clock(line, is_open, at)
    known = desks.statuses.get(line.status_id)
    return Row(
        id=line.id,
        number=line.number,
        subject=line.subject,
        href=url("ticket", line.number),
        who=_who(line),
        state=line.phase,
        state_label=known.name if known else str(Ticket.Phase(line.phase).label),
        clock_status=status,
        due=due,
        soon_at=soon_at,
        line=_place(line, desks),
        agent=line.agent,
        unread=is_open and line.unanswered,
        unreached=line.unreached and line.phase not in (Ticket.Phase.CLOSED, Ticket.Phase.CANCELLED),
    )


def _who(line: Line) -> str:
    if line.asked_by:
        return _("for %(requester)s, asked by %(name)s") % {"requester": line.requester_name, "name": line.asked_by}
    return " · ".join(filter(None, (line.requester_department, line.requester_city))) or line.requester_name


def _clock(line: Line, is_open: bool, at: datetime) -> tuple[str, datetime | None, datetime | None]:
    """The word for components/clock.html, when it is due, and when it turns urgent."""
    if is_open and line.due_at != NEVER:
        urgent = "soon" if line.warn_at and line.warn_at <= at else "running"
        return ("late" if line.due_at < at else urgent), line.due_at, line.warn_at
    if is_open:
        return ("paused" if line.paused else "none"), None, None
    if not line.stopped or line.phase == Ticket.Phase.CANCELLED:
        return "none", None, None
    return ("missed" if line.missed else "met"), None, None


def _place(line: Line, desks: Register) -> str:
    """The line of support by its short name; the team where a line has several."""
    if line.line_id is None or line.line_id not in desks.lines:
        return ""
    team = desks.teams.get(line.team_id or 0)
    has_several = sum(each.line_id == line.line_id for each in desks.teams_of(line.desk_id)) > 1
    return team.name if team and has_several else desks.lines[line.line_id].key
