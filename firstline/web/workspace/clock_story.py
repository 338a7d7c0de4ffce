"""Why a deadline is what it is: the clock's way to it, step by step, told from the events."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from firstline.catalog import register
from firstline.kit import clock
from firstline.people.request import PersonRequest
from firstline.sla import worktime
from firstline.sla.models import Calendar, Goal
from firstline.tickets import clocks, spans
from firstline.tickets.models import Clock, Ticket
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.workspace.at import worked_ticket_or_404

KINDS = {
    "work": _("Working time"),
    "makeup": _("Make-up workday"),
    "closed": _("Outside working hours"),
    "holiday": _("Holiday"),
    "paused": _("Waiting"),
}


@dataclass(frozen=True)
class Story:
    """A clock's goal, its calendar, when it started and is due, and the steps between."""

    label: str
    goal: Goal
    calendar: Calendar
    started: datetime
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
    desks = register.current()
    moments = spans.story(ticket.events.order_by("pk"))
    span = next((each for each in spans.spans(moments) if (each.kind, each.round) == (kind, round)), None)
    goal = clocks.goal_of(span, desks) if span else None
    if span is None or goal is None:
        return None
    calendar = clocks.calendar_of(goal, span.facts, desks)
    hours, allowed = calendar.hours(), timedelta(minutes=goal.minutes)
    due = worktime.due(span.start, allowed, hours, span.pauses)
    late = due is not None and span.stop is None and due < clock.now()
    steps = worktime.explain(span.start, allowed, hours, span.pauses, span.stop or (clock.now() if late else None))
    return Story(str(Clock.Kind(kind).label), goal, calendar, span.start, due, span.stop, allowed, steps)
