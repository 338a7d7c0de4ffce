"""What time itself does to a ticket; done by the system person, called by `tickets.jobs`."""

from typing import TYPE_CHECKING

from firstline.catalog import config_cache
from firstline.kit import clock
from firstline.tickets.access import Relation
from firstline.tickets.actions.declaring import verb
from firstline.tickets.actions.steps import place
from firstline.tickets.models import Clock, Ticket
from firstline.tickets.priority import priority_of, raised
from firstline.tickets.record import lock, record

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from firstline.people.models import Person


TIME = frozenset({Relation.SYSTEM})


@verb(may=TIME, locks_itself=True)
def warn_clock(late: Clock, *, by: "Person") -> None:
    """A deadline is near: do what its goal says. Nothing happens if it moved meanwhile, was acted on or is gone."""
    ticket = lock(late.ticket)
    fresh = _running(late).filter(warn_at__lte=clock.now(), warned_at=None).first()
    if fresh:
        _act(ticket, fresh, "clock_warned", fresh.goal.on_warn if fresh.goal else [], by=by)


@verb(may=TIME, locks_itself=True)
def breach_clock(late: Clock, *, by: "Person") -> None:
    """A deadline is over: do what its goal says, once."""
    ticket = lock(late.ticket)
    fresh = _running(late).filter(due_at__lte=clock.now(), breached_at=None).first()
    if fresh:
        _act(ticket, fresh, "clock_breached", fresh.goal.on_breach if fresh.goal else [], by=by)


@verb(may=TIME)
def recompute(ticket: Ticket, *, by: "Person") -> None:
    """Compute the clocks again under the goals in force now; for open tickets, after a goal or calendar changed."""
    record(ticket, "recomputed", by=by, internal=True)


def _running(late: Clock) -> "QuerySet[Clock]":
    """The clock as it stands now, if it still runs: what was done meanwhile can have ended it."""
    return Clock.objects.select_related("goal").filter(pk=late.pk, state=Clock.State.RUNNING)


def _act(ticket: Ticket, late: Clock, name: str, actions: list[str], *, by: "Person") -> None:
    tell = [action.removeprefix("tell:") for action in actions if action.startswith("tell:")]
    for action in actions:
        if action == "raise":
            ticket.impact, ticket.urgency = raised(ticket.impact, ticket.urgency)
            ticket.priority = priority_of(ticket.impact, ticket.urgency)
        elif action.startswith("reassign:"):
            key = action.removeprefix("reassign:")
            team = next((team for team in config_cache.current().teams_of(ticket.desk_id) if team.key == key), None)
            if team and team.pk != ticket.team_id:
                place(ticket, team)
    record(
        ticket,
        name,
        by=by,
        internal=True,
        clock=late.kind,
        round=late.round,
        due_at=late.due_at,
        tell=tell,
        actions=actions,
    )
