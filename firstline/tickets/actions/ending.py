"""How a ticket ends, and how it begins again."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from firstline.catalog.models import ClosureCode
from firstline.kit import clock
from firstline.tickets import quotas, states, undo_send
from firstline.tickets.access import ASKING
from firstline.tickets.actions.conversation import refuse_more_readers, refuse_unseen, refuse_without_askers
from firstline.tickets.actions.steps import engage, ensure_accepted, words_required
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Attachment, Ticket
from firstline.tickets.record import lock, record
from firstline.tickets.rights import relations, require
from firstline.tickets.say import say
from firstline.tickets.undo_send import former
from firstline.tickets.write_guard import verb

if TYPE_CHECKING:
    from firstline.people.models import Person

MOVED_ON = ("escalated", "sent_back", "transferred", "replied", "asked", "reopened")


@verb
def resolve(
    ticket: Ticket,
    *,
    by: "Person",
    resolution: str,
    cause: ClosureCode | None = None,
    channel: str = "portal",
    attachments: Sequence[Attachment] = (),
    seen: int | None = None,
    undo_seconds: int = 0,
    readers: Collection[int] | None = None,
    to_askers: bool = False,
    format: str = "plain",
) -> Ticket:
    """Finish the work and tell the requester how it was solved; refused, withdrawn in time and said to askers too, as
    a reply is."""
    ticket = lock(ticket)
    require(by, "resolve", ticket)
    resolution = words_required(resolution, _("Write how it was solved; the requester reads it."))
    states.check(ticket, "resolve")
    refuse_unseen(ticket, seen)
    refuse_more_readers(ticket, readers, to_askers=to_askers)
    refuse_without_askers(ticket, to_askers)
    ensure_accepted(ticket, by=by)
    ticket.first_contact = not ticket.events.filter(name__in=MOVED_ON).exists()
    states.move(ticket, "resolve")
    leaves_at = clock.now() + timedelta(seconds=undo_seconds)
    message = say(
        ticket,
        by=by,
        kind="reply",
        text=resolution,
        format=format,
        channel=channel,
        attachments=attachments,
        leaves_at=leaves_at,
        to_askers=to_askers,
    )
    engage(ticket)
    ticket.resolved_at = clock.now()
    ticket.waiting_until = ticket.snoozed_until = None
    if cause is not None:
        ticket.cause = _own(ticket, cause, "cause")
    if undo_seconds:
        record(ticket, "resolved", by=by, react_at=leaves_at, message=message.pk, was=former(ticket))
    else:
        record(ticket, "resolved", by=by, message=message.pk)
    return ticket


@verb
def file(
    ticket: Ticket,
    *,
    by: "Person",
    module: ClosureCode | None,
    cause: ClosureCode | None,
    business: ClosureCode | None,
    repeated: bool | None,
    description: str,
    remarks: str,
) -> Ticket:
    """Complete the closing fields, from which articles and figures are made. None and "" mean not known."""
    ticket = lock(ticket)
    require(by, "file", ticket)
    ticket.module = _own(ticket, module, "module")
    ticket.cause = _own(ticket, cause, "cause")
    ticket.business = _own(ticket, business, "business")
    ticket.repeated = repeated
    ticket.description, ticket.remarks = description.strip(), remarks.strip()
    record(ticket, "filed", by=by, internal=True)
    return ticket


@verb
def close(ticket: Ticket, *, by: "Person") -> Ticket:
    """End a solved ticket for good: the requester confirmed, or nobody objected in time."""
    ticket = lock(ticket)
    require(by, "close", ticket)
    undo_send.hide_from(by, ticket)
    states.move(ticket, "close")
    ticket.closed_at, ticket.closed_by = clock.now(), by
    record(ticket, "closed", by=by)
    return ticket


@verb
def reopen(ticket: Ticket, *, by: "Person", reason: str, proof: str = "") -> Ticket:
    """It was not solved after all. The work goes on where it stood, with the agent who had it."""
    ticket = lock(ticket)
    require(by, "reopen", ticket)
    undo_send.hide_from(by, ticket)
    states.check(ticket, "reopen")
    reason = words_required(reason, _("Write what is still wrong."))
    asking = bool(ASKING & relations(by, ticket))
    if asking:
        quotas.may_answer(by, channel="portal")
    message = say(ticket, by=by, kind="request" if asking else "note", text=reason, channel="portal", proof=proof)
    states.move(ticket, "reopen")
    ticket.resolved_at = ticket.closed_at = None
    ticket.closed_by = None
    ticket.reopened += 1
    ticket.unanswered_since = clock.now()
    record(ticket, "reopened", by=by, message=message.pk)
    return ticket


@verb
def cancel(
    ticket: Ticket,
    *,
    by: "Person",
    reason: str = "",
    proof: str = "",
    seen: int | None = None,
    readers: Collection[int] | None = None,
) -> Ticket:
    """It is no longer needed. By the desk it is refused as a reply is: when the asking side wrote after message `seen`,
    and with a reason, when others than `readers` would read that."""
    ticket = lock(ticket)
    require(by, "cancel", ticket)
    undo_send.hide_from(by, ticket)
    states.move(ticket, "cancel")
    message = None
    asking = bool(ASKING & relations(by, ticket))
    if not asking:
        refuse_unseen(ticket, seen)
    if reason.strip():
        kind = "request" if asking else "reply"
        if not asking:
            refuse_more_readers(ticket, readers, to_askers=False)
        message = say(ticket, by=by, kind=kind, text=reason, channel="portal", proof=proof)
    ticket.unanswered_since = ticket.waiting_until = ticket.snoozed_until = None
    record(ticket, "cancelled", by=by, message=message.pk if message else None)
    return ticket


def _own(ticket: Ticket, option: ClosureCode | None, name: str) -> ClosureCode | None:
    if option is not None and (option.desk_id != ticket.desk_id or option.list != name):
        raise WrongState(_("Choose from the lists of this desk."))
    return option
