"""Why a deadline is what it is: the clock's way to it, step by step, told from the events."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from firstline.catalog import config_cache
from firstline.catalog.config_cache import Register
from firstline.kit import clock
from firstline.people.request import PersonRequest
from firstline.sla import worktime
from firstline.sla.models import Calendar, SlaTarget
from firstline.tickets import clock_rules, clocks
from firstline.tickets.models import Clock, Ticket
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.workspace.lookup import worked_ticket_or_404

KINDS = {
    "work": _("Working time"),
    "makeup": _("Make-up workday"),
    "closed": _("Outside working hours"),
    "holiday": _("Holiday"),
    "paused": _("Waiting"),
}


@dataclass(frozen=True)
class Story:
    """A clock's goal, its calendar, when it started and is due, and the steps between; none without working time."""

    label: str
    goal: SlaTarget
    calendar: Calendar
    started: datetime
    since: datetime
    """From when its time counts: later than the start where the goal became stricter on the way."""
    stricter: SlaTarget | None
    due: datetime | None
    stopped: datetime | None
    allowed: timedelta
    steps: list[worktime.Step]


@require_GET
@at_work
def show(request: PersonRequest, number: str, kind: str, round: int) -> HttpResponse:
    """The story of one clock, as a dialog's body or a page of its own."""
    ticket = worked_ticket_or_404(request, number)
    told = story(ticket, kind=kind, round=round)
    if told is None:
        raise Http404
    template = (
        "workspace/ticket/clock_story.html" if request.headers.get("HX-Request") else "workspace/ticket/clock.html"
    )
    return page(request, template, ticket=ticket, story=told, kinds=KINDS)


def story(ticket: Ticket, *, kind: str, round: int) -> Story | None:
    """The story of that clock under the goals in force now; None if it has no such clock or no goal for it."""
    desks = config_cache.current()
    moments = clock_rules.story(ticket.events.order_by("pk"))
    span = next((each for each in clock_rules.spans(moments) if (each.kind, each.round) == (kind, round)), None)
    count = clocks.count_of(span, desks) if span else None
    if span is None or count is None:
        return None
    due = count.due(span)
    late = due is not None and span.stop is None and due < clock.now()
    return Story(
        label=str(Clock.Kind(kind).label),
        goal=count.goal,
        calendar=count.calendar,
        started=span.start,
        since=count.since,
        stricter=_stricter(span, count, desks),
        due=due,
        stopped=span.stop,
        allowed=timedelta(minutes=count.goal.minutes),
        steps=_steps(span, count, span.stop or (clock.now() if late else None)),
    )


def _stricter(span: clock_rules.Span, count: clocks.Count, desks: Register) -> SlaTarget | None:
    """The goal that fits the ticket now, where the deadline that stood before comes sooner."""
    fits = clocks.goal_of(span.kind, span.facts, desks, at=span.eras[-1][0])
    return fits if fits and fits.pk != count.goal.pk else None


def _steps(span: clock_rules.Span, count: clocks.Count, end: datetime | None) -> list[worktime.Step]:
    work = timedelta(minutes=count.goal.minutes)
    try:
        return worktime.explain(count.since, work, count.calendar.hours(), span.pauses, end)
    except worktime.NoWorkingTime:
        return []
