"""A ticket's clocks as its page shows them, and the prompt to hand it on after too long on a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from firstline.catalog import config_cache
from firstline.catalog.models import Tier
from firstline.kit import clock
from firstline.sla import worktime
from firstline.tickets.models import Clock, Ticket

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class ShownClock:
    """`status` is a word of components/clock.html; `text` is said instead of a countdown."""

    kind: str
    round: int
    label: str
    status: str
    due: datetime | None
    soon_at: datetime | None
    text: str


@dataclass(frozen=True)
class TooLong:
    """A line has worked on the ticket for longer than its goal: minutes spent and allowed, and the next line if any."""

    spent: int
    allowed: int
    line: Tier
    next_line: Tier | None


def shown(clocks: Sequence[Clock]) -> list[ShownClock]:
    """The last round of each clock, in the order in which they run."""
    last = {each.kind: each for each in sorted(clocks, key=lambda each: each.round) if each.state != Clock.State.VOID}
    order = (Clock.Kind.ACCEPTANCE, Clock.Kind.FIRST_RESPONSE, Clock.Kind.RESOLUTION, Clock.Kind.LINE)
    return [_shown(last[kind]) for kind in order if kind in last]


def too_long(ticket: Ticket, clocks: Sequence[Clock]) -> TooLong | None:
    """The prompt of the 20-minute rule (002_06704a6d33f37c11.txt), while the line's clock runs past its goal."""
    running = next((c for c in clocks if c.kind == Clock.Kind.LINE and c.state == Clock.State.RUNNING), None)
    now = clock.now()
    if running is None or running.due_at is None or running.due_at > now or ticket.line is None:
        return None
    desks = config_cache.current()
    over = worktime.worked(running.due_at, now, desks.calendars[running.calendar_id].hours())
    spent = running.minutes + int(over / MINUTE)
    return TooLong(spent, running.minutes, ticket.line, desks.next_line(ticket.line))


def _shown(each: Clock) -> ShownClock:
    label = str(Clock.Kind(each.kind).label)
    status, text = _status(each)
    soon_at = each.warn_at if each.state == Clock.State.RUNNING else None
    return ShownClock(each.kind, each.round, label, status, each.due_at, soon_at, text)


def _status(each: Clock) -> tuple[str, str]:
    if each.state == Clock.State.STOPPED:
        return "missed" if each.late else "met", _used(each)
    if each.state == Clock.State.PAUSED:
        return "paused", _("paused, %(used)s") % {"used": _used(each)}
    if each.due_at is None:
        return "running", _("no deadline: no working time in the calendar")
    now = clock.now()
    if each.due_at <= now:
        return "late", ""
    return ("soon" if each.warn_at and each.warn_at <= now else "running"), ""


def _used(each: Clock) -> str:
    spent = int(each.spent / MINUTE)
    if each.minutes < 120:
        return _("%(spent)d of %(allowed)d min") % {"spent": spent, "allowed": each.minutes}
    return _("%(spent)s of %(allowed)s h") % {"spent": _hours(spent), "allowed": _hours(each.minutes)}


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.1f}".removesuffix(".0")
