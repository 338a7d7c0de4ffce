"""Making one ticket of two, two of one, and taking it back."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from firstline.kit import clock
from firstline.kit.lists import listed
from firstline.tickets import states
from firstline.tickets.actions.bringing import bring, bring_watchers, brought_by, keep
from firstline.tickets.actions.conversation import MoreReaders, refuse_unseen
from firstline.tickets.actions.declaring import verb
from firstline.tickets.actions.opening import open_ticket
from firstline.tickets.actions.unanswered import go_on_with, hand_over, let_go_of
from firstline.tickets.errors import WrongState
from firstline.tickets.hearing import TAKES_PART
from firstline.tickets.inputs import Flag, Line, OtherTicket, SaidHere, Seen
from firstline.tickets.models import Attachment, Link, Message, Participant, Ticket
from firstline.tickets.record import lock_both, record
from firstline.tickets.rights import READING, readers_of, relations, require
from firstline.tickets.say import take_loose_files
from firstline.tickets.undo_send import take_back
from firstline.tickets.verbs import CLOSED, SOLVED, STAFF, UNSOLVED, Button, Operation

if TYPE_CHECKING:
    from firstline.people.models import Person


def _merged(ticket: Ticket) -> bool:
    return ticket.merged_into_id is not None


@verb(
    may=STAFF,
    begins=UNSOLVED | {SOLVED},
    leads_to="merged",
    locks_itself=True,
    button=Button(gettext_lazy("Merge into another request"), "git-merge", menu=210, done=gettext_lazy("Merged.")),
    operation=Operation("Let it go on in another ticket"),
    inputs={
        "into": OtherTicket(gettext_lazy("Number of the request that goes on"), called="other"),
        "share": Flag(
            gettext_lazy("Each side reads what was said in the request of the other"),
            help=gettext_lazy("All messages, files and answers in the form. Taking the merge apart ends it."),
            said="Whether each side reads what was said before in the request of the other.",
        ),
        "seen": Seen(),
    },
)
def merge(
    ticket: Ticket,
    *,
    by: "Person",
    into: Ticket,
    share: bool = False,
    seen: int | None = None,
    readers: Collection[int] | None = None,
) -> Ticket:
    """Let `ticket` go on in another one: its conversation and people move there, and can be moved back.

    What the desk says there from now on is read by the asking side of both; what each of them says and has said, by
    their own side only, who is not told whose the other one is. Unless it is to be shared: then all that take part in
    one take part in the other; that is refused (`MoreReaders`) if they are others than `readers`, whose ids were shown.
    Who watches it or has it watches the other one.
    What waits for an answer or a solution goes on waiting for it there: that one is woken, waits for its requester no
    more, and is reopened if it was solved. It is refused (`Unseen`) when its asking side wrote after message `seen`.
    """
    if ticket.pk == into.pk:
        raise WrongState(_("A request cannot be merged into itself."))
    ticket, into = lock_both(ticket, into)
    require(by, "merge", ticket)
    require(by, "merge", into)
    states.check(into, "merge")
    refuse_unseen(ticket, seen)
    if share:
        _refuse_others(ticket, into, readers)
    hand_over(ticket, into)
    was = {"status": ticket.status_id, "phase": ticket.phase}
    states.move(ticket, "merge")
    ticket.merged_into = into
    take_loose_files(ticket)
    moved = list(ticket.messages.values_list("pk", flat=True))
    Message.objects.filter(pk__in=moved, origin__isnull=True).update(origin=ticket)
    Message.objects.filter(pk__in=moved).update(ticket=into)
    Attachment.objects.filter(message__in=moved).update(ticket=into)
    at = clock.now()
    shown, shown_more = bring(into, ticket, reading=True, at=at) if share else ([], [])
    joined, joined_more = bring(ticket, into, reading=share, at=at)
    people: dict[str, Any] = {"joined": joined, "joined_more": joined_more, "shown": shown, "shown_more": shown_more}
    if watching := bring_watchers(ticket, into):
        people["watching"] = watching
    record(ticket, "merged", by=by, into=into.pk, messages=moved, shared=share, was=was, **people)
    record(into, "absorbed", by=by, other=ticket.pk, messages=moved, shared=share)
    return into


@verb(
    may=STAFF,
    locks_itself=True,
    button=Button(pgettext_lazy("verb", "Unmerge"), "split", menu=220, fits=_merged, done=gettext_lazy("Unmerged.")),
    operation=Operation("Take a merge back"),
)
def unmerge(ticket: Ticket, *, by: "Person") -> Ticket:
    """Take a merge back: the ticket stands again where it stood, with its own conversation and people. What its own
    side said meanwhile comes with it, to be answered there, all else stays in the other one. Whom its requester has let
    in since stays there too."""
    if ticket.merged_into is None:
        raise WrongState(_("This request was not merged."))
    ticket, into = lock_both(ticket, ticket.merged_into)
    require(by, "unmerge", ticket)
    require(by, "unmerge", into)
    merged = ticket.events.filter(name="merged").order_by("-id").first()
    if merged is None or ticket.merged_into_id != into.pk:
        raise WrongState(_("This request was not merged."))
    if into.merged_into is not None:
        numbers = {"number": into.number, "other": into.merged_into.number}
        raise WrongState(_("%(number)s was itself merged into %(other)s since. Undo that first.") % numbers)
    told = merged.told
    theirs = Message.objects.filter(Q(pk__in=told["messages"]) | Q(origin__in=_with_merged(ticket)))
    moved = list(theirs.order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__in=moved).update(ticket=ticket)
    Message.objects.filter(origin=ticket).update(origin=None)
    Attachment.objects.filter(message__in=moved).update(ticket=ticket)
    for each, (new, more), shares in (
        (into, brought_by(merged, into), told["shared"]),
        (ticket, (told["shown"], told["shown_more"]), True),
    ):
        _take_back(each, new, roles=TAKES_PART, shared=shares)
        _take_back(each, more, roles=["participant"], shared=shares)
    _take_back(into, told.get("watching", []), roles=["watcher"], shared=True)
    ticket.merged_into = None
    states.set_status(ticket, told["was"]["status"])
    stays = keep(ticket)
    if undone := take_back(ticket):  # what was withdrawn while it was merged
        stays["undoes"] = undone
    go_on_with(ticket, Message.objects.filter(pk__in=moved).exclude(pk__in=told["messages"]))
    let_go_of(ticket, into, merged, moved)
    record(ticket, "unmerged", by=by, other=into.pk, **stays)
    record(into, "released", by=by, other=ticket.pk, messages=moved, **keep(into, but=ticket))
    return ticket


@verb(
    may=STAFF,
    begins=UNSOLVED | {SOLVED, CLOSED},
    button=Button(gettext_lazy("Split off"), "split", done=gettext_lazy("Split off.")),
    operation=Operation("Make a ticket of its own out of one message"),
    inputs={"message": SaidHere(), "subject": Line(gettext_lazy("Subject of the new request"))},
)
def split(ticket: Ticket, *, by: "Person", message: Message, subject: str) -> Ticket:
    """Make a ticket of its own out of one message; both stay tied."""
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
        attachments=message.attachments.copies_for(by),
        format=message.format,
        html=message.html,
        channel=message.channel,
        scenario=ticket.number,
        proof=message.proof,
        verified=message.proof in Message.PROVED,
    )
    Link.objects.create(ticket=new, other=ticket, kind="split")
    record(ticket, "split", by=by, internal=True, other=new.pk, message=message.pk)
    return new


def _refuse_others(ticket: Ticket, into: Ticket, readers: Collection[int] | None) -> None:
    """Raise MoreReaders, with their names, if others than these would read both; None asks nothing."""
    if readers is None:
        return
    sides = Participant.objects.filter(ticket__in=[ticket, into], role__in=TAKES_PART).select_related("person")
    people = {person.pk: person.name for person in (ticket.requester, into.requester)}
    people |= {each.person_id: each.person.name for each in sides.order_by("pk")}
    if names := [name for pk, name in people.items() if pk not in readers]:
        said = _("These would read both requests as well: %(names)s. Please look at who reads it, then merge.")
        raise MoreReaders(said % {"names": listed(names)})


def _with_merged(ticket: Ticket) -> list[int]:
    """It, and all that is merged into it, directly or not."""
    found = newest = [ticket.pk]
    while newest := list(Ticket.objects.filter(merged_into__in=newest).values_list("pk", flat=True)):
        found = [*found, *newest]
    return found


def _asks_by(message: Message) -> "Person":
    """Whose request a message is: its writer's, unless they wrote it for the requester or work there."""
    home = message.origin or message.ticket
    found = relations(message.author, home)
    takes_part = READING & found or home.participants.filter(person=message.author, role="participant").exists()
    return message.author if message.kind == "request" and takes_part else home.requester


def _take_back(ticket: Ticket, persons: list[int], *, roles: Collection[str], shared: bool) -> None:
    """Whom the requester has let in since stays, which only shows where nothing was shared."""
    rows = Participant.objects.filter(ticket=ticket, person__in=persons, role__in=roles)
    (rows if shared else rows.exclude(role="participant", sees_from__isnull=True)).delete()
