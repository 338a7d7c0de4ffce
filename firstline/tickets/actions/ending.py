"""How a ticket ends, and how it begins again."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from firstline.catalog.models import ClosureCode
from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.tickets import quotas, states
from firstline.tickets.access import ASKING, Relation
from firstline.tickets.actions.conversation import refuse_more_readers, refuse_unseen, refuse_without_askers
from firstline.tickets.actions.declaring import verb
from firstline.tickets.actions.steps import engage, ensure_accepted, go_on
from firstline.tickets.errors import WrongState
from firstline.tickets.inputs import Code, Flag, Format, Known, Seen, Words
from firstline.tickets.models import Attachment, Ticket
from firstline.tickets.record import record
from firstline.tickets.rights import relations
from firstline.tickets.say import say
from firstline.tickets.undo_send import former
from firstline.tickets.verbs import CLOSED, SOLVED, STAFF, UNSOLVED, Bulk, Button, Operation

if TYPE_CHECKING:
    from firstline.people.models import Person

LONGEST_FIELD = limit(
    10_000, "characters", of="a closing field of words", per="field", said="Refused at the field; what was typed stays."
)
TOO_LONG = gettext_lazy("A closing field has at most %(count)s characters.")
MOVED_ON = ("escalated", "sent_back", "transferred", "replied", "asked", "reopened")


@verb(
    may=STAFF,
    begins=UNSOLVED,
    leads_to="resolved",
    aloud=True,
    bulk=Bulk(),
    button=Button(
        pgettext_lazy("verb", "Resolve"), "circle-check", menu=120, shortcut="s", done=gettext_lazy("Resolved.")
    ),
    operation=Operation("Say how it was solved"),
    inputs={
        "resolution": Words(
            gettext_lazy("How it was solved"),
            rows=5,
            blank=gettext_lazy("Write how it was solved; the requester reads it."),
        ),
        "cause": Code(gettext_lazy("Cause"), now="cause", list="cause"),
        "seen": Seen(),
        "to_askers": Flag(on_page=False),
        "format": Format(),
    },
)
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
    refuse_unseen(ticket, seen, by=by)
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


@verb(
    may=STAFF,
    button=Button(gettext_lazy("Closing fields"), "clipboard-list", menu=150, shortcut="c"),
    operation=Operation("Complete the closing fields, all of them; what is left out becomes unknown"),
    inputs={
        "module": Code(gettext_lazy("System module"), now="module", list="module"),
        "cause": Code(gettext_lazy("Cause"), now="cause", list="cause"),
        "business": Code(gettext_lazy("Business category"), now="business", list="business"),
        "repeated": Known(gettext_lazy("Repeated"), now="repeated"),
        "description": Words(
            gettext_lazy("Problem description"), now="description", most=LONGEST_FIELD, too_long=TOO_LONG
        ),
        "remarks": Words(gettext_lazy("Remarks"), now="remarks", rows=2, most=LONGEST_FIELD, too_long=TOO_LONG),
    },
)
def file(
    ticket: Ticket,
    *,
    by: "Person",
    module: ClosureCode | None = None,
    cause: ClosureCode | None = None,
    business: ClosureCode | None = None,
    repeated: bool | None = None,
    description: str = "",
    remarks: str = "",
) -> Ticket:
    """Complete the closing fields of seed 004 (004_65b70d2d8101230f.txt), from which articles and figures are made.
    None and "" mean not known."""
    ticket.module = _own(ticket, module, "module")
    ticket.cause = _own(ticket, cause, "cause")
    ticket.business = _own(ticket, business, "business")
    ticket.repeated = repeated
    ticket.description, ticket.remarks = description.strip(), remarks.strip()
    record(ticket, "filed", by=by, internal=True)
    return ticket


@verb(
    may=STAFF | {Relation.REQUESTER},
    begins=frozenset({SOLVED}),
    leads_to="closed",
    as_shown=True,
    bulk=Bulk(),
    button=Button(pgettext_lazy("verb", "Close"), "lock", menu=130, done=gettext_lazy("Closed.")),
    operation=Operation("Close what was solved"),
)
def close(ticket: Ticket, *, by: "Person") -> Ticket:
    """End a solved ticket for good: the requester confirmed, or nobody objected in time."""
    states.move(ticket, "close")
    ticket.closed_at, ticket.closed_by = clock.now(), by
    record(ticket, "closed", by=by)
    return ticket


@verb(
    may=STAFF | {Relation.REQUESTER},
    begins=frozenset({SOLVED, CLOSED}),
    as_shown=True,
    button=Button(pgettext_lazy("verb", "Reopen"), "rotate-ccw", menu=140, shortcut="o"),
    operation=Operation("It was not solved"),
    inputs={
        "reason": Words(
            gettext_lazy("What is still wrong"),
            help=gettext_lazy("Kept as an internal note."),
            blank=gettext_lazy("Write what is still wrong."),
        )
    },
)
def reopen(ticket: Ticket, *, by: "Person", reason: str, proof: str = "") -> Ticket:
    """It was not solved after all. The work goes on where it stood, with the agent who had it; when they cannot work on
    it any more, their team is to accept it."""
    asking = bool(ASKING & relations(by, ticket))
    if asking:
        quotas.may_answer(by, channel="portal")
    message = say(ticket, by=by, kind="request" if asking else "note", text=reason, channel="portal", proof=proof)
    go_on(ticket)
    ticket.resolved_at = ticket.closed_at = None
    ticket.closed_by = None
    ticket.reopened += 1
    ticket.unanswered_since = clock.now()
    record(ticket, "reopened", by=by, message=message.pk)
    return ticket


@verb(
    may=STAFF | {Relation.REQUESTER},
    begins=UNSOLVED,
    leads_to="cancelled",
    as_shown=True,
    aloud=True,
    button=Button(
        pgettext_lazy("verb", "Cancel the request"), "ban", menu=230, danger=True, done=gettext_lazy("Cancelled.")
    ),
    operation=Operation("It is no longer needed"),
    inputs={"reason": Words(gettext_lazy("Why")), "seen": Seen()},
)
def cancel(
    ticket: Ticket,
    *,
    by: "Person",
    reason: str = "",
    proof: str = "",
    seen: int | None = None,
    readers: Collection[int] | None = None,
) -> Ticket:
    """It is no longer needed. By the desk it is refused as a reply is: when the asking side, or a colleague, wrote
    after message `seen`, and with a reason, when others than `readers` would read that."""
    states.move(ticket, "cancel")
    message = None
    asking = bool(ASKING & relations(by, ticket))
    if not asking:
        refuse_unseen(ticket, seen, by=by)
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
