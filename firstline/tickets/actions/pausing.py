"""Waiting, and coming back to it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from firstline.kit import clock
from firstline.tickets import states
from firstline.tickets.actions.conversation import refuse_unseen
from firstline.tickets.actions.declaring import verb
from firstline.tickets.actions.steps import ensure_accepted, go_on
from firstline.tickets.errors import WrongState
from firstline.tickets.inputs import Choice, Moment, Seen
from firstline.tickets.models import Message, Ticket
from firstline.tickets.record import record
from firstline.tickets.undo_send import former
from firstline.tickets.verbs import STAFF, UNSOLVED, WAIT, Bulk, Button, Operation

if TYPE_CHECKING:
    from firstline.people.models import Person

FARTHEST = timedelta(days=5 * 366)


UNTIL = "A moment within the next five years; without a zone it is read in your own (your account's)."


def _snoozed(ticket: Ticket) -> bool:
    return ticket.snoozed_until is not None


def _not_snoozed(ticket: Ticket) -> bool:
    return not _snoozed(ticket)


@verb(
    may=STAFF,
    begins=UNSOLVED,
    bulk=Bulk(),
    button=Button(gettext_lazy("Let it wait"), "pause", menu=80, shortcut="w"),
    operation=Operation("Let it wait"),
    inputs={
        "reason": Choice(
            gettext_lazy("What it waits for"),
            among=(
                ("requester", gettext_lazy("The requester's answer")),
                ("vendor", gettext_lazy("A vendor")),
                ("approval", gettext_lazy("An approval")),
                ("date", gettext_lazy("A date")),
            ),
            refused=gettext_lazy("Choose what the request waits for."),
            open=True,
        ),
        "until": Moment(
            gettext_lazy("Until"),
            help=gettext_lazy("It then goes on by itself. Needed when it waits for a date."),
            said=UNTIL,
        ),
        "seen": Seen(),
    },
)
def hold(
    ticket: Ticket,
    *,
    by: "Person",
    reason: str,
    until: datetime | None = None,
    after: Message | None = None,
    seen: int | None = None,
) -> Ticket:
    """Wait for the `requester`, the `vendor`, an `approval` or a `date`; the resolution clock pauses. It is refused, as
    a reply is, when the asking side wrote after message `seen`.

    `until` is required for a date; it then resumes by itself. `after`: the reply with which it begins to wait;
    until that leaves, the asking side is not shown it, and to withdraw the reply takes it back.
    """
    refuse_unseen(ticket, seen, by=by)
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


@verb(
    may=STAFF,
    begins=frozenset({WAIT}),
    button=Button(pgettext_lazy("verb", "Resume"), "play", menu=90, shortcut="w"),
    operation=Operation("Go on with it"),
)
def resume(ticket: Ticket, *, by: "Person") -> Ticket:
    """Go on with a ticket that waited; where nobody has it, its team is to accept it."""
    go_on(ticket)
    ticket.waiting_until = None
    record(ticket, "resumed", by=by)
    return ticket


@verb(
    may=STAFF,
    begins=UNSOLVED,
    button=Button(
        pgettext_lazy("verb", "Snooze"),
        "alarm-clock",
        menu=100,
        shortcut="z",
        done=gettext_lazy("Snoozed."),
        fits=_not_snoozed,
    ),
    operation=Operation("Put it out of sight for a while"),
    inputs={"until": Moment(gettext_lazy("Day and time"), said=UNTIL), "seen": Seen()},
)
def snooze(ticket: Ticket, *, by: "Person", until: datetime, seen: int | None = None) -> Ticket:
    """Put the ticket out of sight until then. Its clocks go on; an answer of the requester brings it back, and one that
    came after message `seen` refuses it."""
    refuse_unseen(ticket, seen)
    ticket.snoozed_until = _moment(until, by=by)
    record(ticket, "snoozed", by=by, internal=True)
    return ticket


@verb(
    may=STAFF,
    button=Button(gettext_lazy("End the snooze"), "alarm-clock-off", menu=110, shortcut="z", fits=_snoozed),
    operation=Operation("End the snooze"),
)
def wake(ticket: Ticket, *, by: "Person") -> Ticket:
    """Bring a snoozed ticket back."""
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
