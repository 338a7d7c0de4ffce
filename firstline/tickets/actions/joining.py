"""Making one ticket of two, two of one, and taking it back."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from firstline.kit import clock
from firstline.tickets import states
from firstline.tickets.actions.opening import open_ticket
from firstline.tickets.door import verb
from firstline.tickets.models import Attachment, Link, Message, Participant, Ticket
from firstline.tickets.record import lock, lock_both, record
from firstline.tickets.refusals import WrongState
from firstline.tickets.rights import require

if TYPE_CHECKING:
    from firstline.people.models import Person


@verb
def merge(ticket: Ticket, *, by: "Person", into: Ticket) -> Ticket:
    """Let `ticket` go on in another one: its conversation and people move there, and can be moved back."""
    if ticket.pk == into.pk:
        raise WrongState(_("A request cannot be merged into itself."))
    ticket, into = lock_both(ticket, into)
    require(by, "merge", ticket)
    require(by, "merge", into)
    states.check(into, "merge")
    was = {"status": ticket.status_id, "phase": ticket.phase}
    states.move(ticket, "merge")
    ticket.merged_into = into
    moved = list(ticket.messages.values_list("pk", flat=True))
    Message.objects.filter(pk__in=moved, origin__isnull=True).update(origin=ticket)
    Message.objects.filter(pk__in=moved).update(ticket=into)
    Attachment.objects.filter(message__in=moved).update(ticket=into)
    joined = _bring_people(ticket, into)
    record(ticket, "merged", by=by, into=into.pk, messages=moved, joined=joined, was=was)
    record(into, "absorbed", by=by, other=ticket.pk, messages=moved)
    return into


@verb
def unmerge(ticket: Ticket, *, by: "Person") -> Ticket:
    """Take a merge back: the ticket stands again where it stood, with its own conversation."""
    if ticket.merged_into is None:
        raise WrongState(_("This request was not merged."))
    ticket, into = lock_both(ticket, ticket.merged_into)
    require(by, "unmerge", ticket)
    require(by, "unmerge", into)
    told = ticket.events.filter(name="merged").order_by("-id").first()
    if told is None or ticket.merged_into_id != into.pk:
        raise WrongState(_("This request was not merged."))
    moved = told.data["messages"]
    Message.objects.filter(pk__in=moved).update(ticket=ticket)
    Message.objects.filter(pk__in=moved, origin=ticket).update(origin=None)
    Attachment.objects.filter(message__in=moved).update(ticket=ticket)
    Participant.objects.filter(ticket=into, person__in=told.data["joined"], role="participant").delete()
    ticket.merged_into = None
    states.set_status(ticket, told.data["was"]["status"])
    record(ticket, "unmerged", by=by, other=into.pk)
    record(into, "released", by=by, other=ticket.pk, messages=moved)
    return ticket


@verb
def split(ticket: Ticket, *, by: "Person", message: Message, subject: str) -> Ticket:
    """Make a ticket of its own out of one message; both stay tied."""
    ticket = lock(ticket)
    require(by, "split", ticket)
    states.check(ticket, "split")
    if message.ticket_id != ticket.pk or message.kind == "note":
        raise WrongState(_("Choose a message of the conversation."))
    new = open_ticket(
        by=by,
        requester=message.author if message.kind == "request" else ticket.requester,
        desk=ticket.desk,
        subject=subject,
        text=message.text,
        html=message.html,
        channel=message.channel,
        scenario=ticket.number,
    )
    _copy_files(message, to=new, by=by)
    Link.objects.create(ticket=new, other=ticket, kind="split", created_at=clock.now())
    record(ticket, "split", by=by, internal=True, other=new.pk, message=message.pk)
    return new


def _bring_people(ticket: Ticket, into: Ticket) -> list[int]:
    """The asking side of `ticket` takes part in `into`; who was added by this, so that it can be undone."""
    cuts = dict(ticket.participants.filter(role="participant").values_list("person_id", "sees_from"))
    people = {ticket.requester_id, *cuts}
    there = set(into.participants.filter(role="participant").values_list("person_id", flat=True)) | {into.requester_id}
    joined = sorted(people - there)
    at = clock.now()
    Participant.objects.bulk_create(
        [Participant(ticket=into, person_id=pk, role="participant", since=at, sees_from=cuts.get(pk)) for pk in joined]
    )
    return joined


def _copy_files(message: Message, *, to: Ticket, by: "Person") -> None:
    said = to.messages.first()
    copied = ("name", "type", "size", "sha256", "content_id", "inline")
    files = [{name: getattr(file, name) for name in copied} for file in message.attachments.all()]
    Attachment.objects.bulk_create([Attachment(uploader=by, ticket=to, message=said, **file) for file in files])
