"""Waiting, and coming back to it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from firstline.kit import clock
from firstline.tickets import states
from firstline.tickets.actions.steps import ensure_accepted
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Message, Ticket
from firstline.tickets.record import lock, record
from firstline.tickets.rights import require
from firstline.tickets.undo_send import former
from firstline.tickets.write_guard import verb

if TYPE_CHECKING:
    from firstline.people.models import Person

FARTHEST = timedelta(days=5 * 366)


@verb
def hold(
    ticket: Ticket, *, by: "Person", reason: str, until: datetime | None = None, after: Message | None = None
) -> Ticket:
    """Wait for the `requester`, the `vendor`, an `approval` or a `date`; the resolution clock pauses.

    `until` is required for a date; it then resumes by itself. `after`: the reply with which it begins to wait;
    until that leaves, the asking side is not shown it, and to withdraw the reply takes it back.
    """
    ticket = lock(ticket)
    require(by, "hold", ticket)
    states.check(ticket, "hold")
    if reason not in states.HOLDS:
        raise WrongState(_("Choose what the request waits for."))
    if reason == "date" and until is None:
        raise WrongState(_("Choose the date until which it waits."))
    moment = None if until is None else _moment(until, by=by)
    ensure_accepted(ticket, by=by)
    states.set_status(ticket, states.HOLDS[reason])
    ticket.waiting_until = moment
    if after is None:
        record(ticket, "held", by=by, reason=reason)
    else:
        was = former(ticket)
        record(ticket, "held", by=by, react_at=after.leaves_at, reason=reason, message=after.pk, was=was)
    return ticket


@verb
def resume(ticket: Ticket, *, by: "Person") -> Ticket:
    """Go on with a ticket that waited."""
    ticket = lock(ticket)
    require(by, "resume", ticket)
    states.move(ticket, "resume")
    ticket.waiting_until = None
    record(ticket, "resumed", by=by)
    return ticket


@verb
def snooze(ticket: Ticket, *, by: "Person", until: datetime) -> Ticket:
    """Put the ticket out of sight until then. Its clocks go on; an answer of the requester brings it back."""
    ticket = lock(ticket)
    require(by, "snooze", ticket)
    states.check(ticket, "snooze")
    ticket.snoozed_until = _moment(until, by=by)
    record(ticket, "snoozed", by=by, internal=True)
    return ticket


@verb
def wake(ticket: Ticket, *, by: "Person") -> Ticket:
    """Bring a snoozed ticket back."""
    ticket = lock(ticket)
    require(by, "snooze", ticket)
    if ticket.snoozed_until is None:
        raise WrongState(_("This request is not snoozed."))
    ticket.snoozed_until = None
    record(ticket, "woken", by=by, internal=True)
    return ticket


def _moment(until: datetime, *, by: "Person") -> datetime:
    """That moment, if it lies ahead; without a zone it is one of the person's own day."""
    if until.tzinfo is None:
        until = until.replace(tzinfo=ZoneInfo(by.zone or "UTC"))
    if until <= clock.now():
        raise WrongState(_("That moment is over; choose a later one."))
    if until > clock.now() + FARTHEST:
        raise WrongState(_("That is too far ahead; choose a moment within the next five years."))
    return clock.exact(until)
