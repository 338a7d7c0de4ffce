"""Making one ticket of two, two of one, and taking it back."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from firstline.kit import clock
from firstline.tickets import states
from firstline.tickets.actions.opening import open_ticket
from firstline.tickets.door import verb
from firstline.tickets.lists import TAKES_PART
from firstline.tickets.models import Attachment, Link, Message, Participant, Ticket
from firstline.tickets.record import lock, lock_both, record
from firstline.tickets.refusals import WrongState
from firstline.tickets.rights import READING, readers_of, relations, require

if TYPE_CHECKING:
    from firstline.people.models import Person


@verb
def merge(ticket: Ticket, *, by: "Person", into: Ticket, share: bool = False) -> Ticket:
    """Let `ticket` go on in another one: its conversation and people move there, and can be moved back.

    What the desk says there from now on is read by the asking side of both; what each of them says and has said, by
    their own side only, who is not told whose the other one is. Unless it is to be shared: then all that take part in
    one take part in the other.
    """
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
    shown = _bring_people(into, ticket, reading=True) if share else []
    joined = _bring_people(ticket, into, reading=share)
    record(ticket, "merged", by=by, into=into.pk, messages=moved, joined=joined, shown=shown, was=was)
    record(into, "absorbed", by=by, other=ticket.pk, messages=moved, shared=share)
    return into


@verb
def unmerge(ticket: Ticket, *, by: "Person") -> Ticket:
    """Take a merge back: the ticket stands again where it stood, with its own conversation and people. What its own
    side said meanwhile comes with it, all else stays in the other one. Whom its requester has let in since stays there
    too."""
    if ticket.merged_into is None:
        raise WrongState(_("This request was not merged."))
    ticket, into = lock_both(ticket, ticket.merged_into)
    require(by, "unmerge", ticket)
    require(by, "unmerge", into)
    told = ticket.events.filter(name="merged").order_by("-id").first()
    if told is None or ticket.merged_into_id != into.pk:
        raise WrongState(_("This request was not merged."))
    if into.merged_into is not None:
        numbers = {"number": into.number, "other": into.merged_into.number}
        raise WrongState(_("%(number)s was itself merged into %(other)s since. Undo that first.") % numbers)
    theirs = Message.objects.filter(Q(pk__in=told.data["messages"]) | Q(origin=ticket), ticket=into)
    moved = list(theirs.order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__in=moved).update(ticket=ticket)
    Message.objects.filter(pk__in=moved, origin=ticket).update(origin=None)
    Attachment.objects.filter(message__in=moved).update(ticket=ticket)
    _take_back_people(into, told.data["joined"], shared=bool(told.data.get("shown")))
    _take_back_people(ticket, told.data.get("shown", []), shared=True)
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
    found = ticket.messages.aloud().select_related("author", "origin").filter(pk=message.pk).first()
    if found is None:
        raise WrongState(_("Choose a message of the conversation."))
    message, requester = found, _asks_by(found)
    if requester.pk not in readers_of(message):
        name = {"name": requester.name}
        raise WrongState(_("%(name)s may not read this message, so it cannot become theirs.") % name)
    new = open_ticket(
        by=by,
        requester=requester,
        writer=message.author,
        desk=ticket.desk,
        subject=subject,
        text=message.text,
        format=message.format,
        html=message.html,
        channel=message.channel,
        scenario=ticket.number,
        proof=message.proof,
        verified=message.proof in Message.PROVED,
    )
    _copy_files(message, to=new, by=by)
    Link.objects.create(ticket=new, other=ticket, kind="split", created_at=clock.now())
    record(ticket, "split", by=by, internal=True, other=new.pk, message=message.pk)
    return new


def _asks_by(message: Message) -> "Person":
    """Whose request a message is: its writer's, unless they wrote it for the requester or work there."""
    home = message.origin or message.ticket
    found = relations(message.author, home)
    takes_part = READING & found or home.participants.filter(person=message.author, role="participant").exists()
    return message.author if message.kind == "request" and takes_part else home.requester


def _bring_people(ticket: Ticket, into: Ticket, *, reading: bool) -> list[int]:
    """The asking side of `ticket` takes part in `into`, `reading` what was said there before or not; who was added by
    this, so that it can be undone. Who came late to `ticket` reads no more here than there."""
    at = clock.now()
    rows: dict[tuple[int, str], tuple[datetime | None, int | None]]
    rows = {(ticket.requester_id, "participant"): (None, None)}
    for each in ticket.participants.filter(role__in=TAKES_PART):
        rows.setdefault((each.person_id, each.role), (each.sees_from, each.came_with_id))
    there = set(into.participants.filter(role__in=TAKES_PART).values_list("person_id", flat=True))
    new = {key: row for key, row in rows.items() if key[0] not in there | {into.requester_id}}
    Participant.objects.bulk_create(
        [
            Participant(
                ticket=into,
                person_id=pk,
                role=role,
                since=at,
                sees_from=cut if reading else at,
                came_with_id=came_with if reading else came_with or ticket.pk,
            )
            for (pk, role), (cut, came_with) in sorted(new.items())
        ]
    )
    return sorted({pk for pk, _role in new})


def _take_back_people(ticket: Ticket, persons: list[int], *, shared: bool) -> None:
    rows = Participant.objects.filter(ticket=ticket, person__in=persons)
    rows.filter(role="asker").delete()
    rows = rows.filter(role="participant")
    (rows if shared else rows.filter(sees_from__isnull=False)).delete()


def _copy_files(message: Message, *, to: Ticket, by: "Person") -> None:
    said = to.messages.first()
    copied = ("name", "type", "size", "sha256", "content_id", "inline")
    files = [{name: getattr(file, name) for name in copied} for file in message.attachments.all()]
    Attachment.objects.bulk_create([Attachment(uploader=by, ticket=to, message=said, **file) for file in files])
