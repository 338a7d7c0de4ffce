"""What is said on a ticket, by either side."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.kit import clock
from firstline.kit.lists import listed
from firstline.tickets import brought, channels, quotas
from firstline.tickets.access import ASKING
from firstline.tickets.actions.declaring import verb
from firstline.tickets.actions.steps import engage, ensure_accepted, go_on
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.inputs import Choice, Uploads, Words
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.tickets.record import lock, record
from firstline.tickets.rights import READING, relations, require
from firstline.tickets.say import say
from firstline.tickets.thanks import is_mere_thanks
from firstline.tickets.undo_send import former, take_back
from firstline.tickets.verbs import SOLVED, STAFF, UNSOLVED, Operation

if TYPE_CHECKING:
    from firstline.people.models import Person


class Unseen(WrongState):
    """A message arrived that the writer of this reply has not seen; sending again with it in view is fine."""


class MoreReaders(WrongState):
    """Others read it by now than its writer was told; sending again with their names in view is fine."""


SAYING = UNSOLVED | {SOLVED}
SPOKEN = tuple((key, channels.label(key)) for key in (channels.PHONE, channels.WALK_IN))


@verb(may=STAFF | ASKING, begins=SAYING)
def reply(
    ticket: Ticket,
    *,
    by: "Person",
    text: str,
    attachments: Sequence[Attachment] = (),
    channel: str = "portal",
    html: str = "",
    quoted: str = "",
    seen: int | None = None,
    undo_seconds: int = 0,
    readers: Collection[int] | None = None,
    to_askers: bool = False,
    proof: str = "",
    format: str = Message.Format.PLAIN,
) -> Message:
    """Say what both sides read. `proof`: what was proved of the writer, `Message.Proof`; what failed is nobody's word.

    From an agent it is an answer, and accepts a ticket that nobody has accepted; it can be withdrawn for
    `undo_seconds`, and is refused (`Unseen`) when the other side, or a colleague, wrote after message `seen`, or
    (`MoreReaders`) when others than `readers`, whose ids the writer was shown, would read it by now. From the
    asking side it ends waiting for the requester, and reopens what was solved unless it is mere thanks. `to_askers`:
    those who asked it for somebody else read the answer too; what they write themselves they always do.
    """
    if proof == Message.Proof.FAILED:
        raise NotAllowed(_("The proof of who wrote this failed, so it is not taken for their word."))
    found = relations(by, ticket)
    if ASKING & found:
        quotas.may_answer(by, channel=channel)
        said: dict[str, Any] = {
            "text": text,
            "attachments": attachments,
            "channel": channel,
            "html": html,
            "quoted": quoted,
            "format": format,
            "proof": proof,
        }
        return _ask_on(ticket, by=by, to_askers=not READING & found, **said)
    refuse_without_askers(ticket, to_askers)
    refuse_unseen(ticket, seen, by=by)
    refuse_more_readers(ticket, readers, to_askers=to_askers)
    ensure_accepted(ticket, by=by)
    leaves_at = clock.now() + timedelta(seconds=undo_seconds)
    message = say(
        ticket,
        by=by,
        kind="reply",
        text=text,
        channel=channel,
        attachments=attachments,
        html=html,
        quoted=quoted,
        format=format,
        leaves_at=leaves_at,
        to_askers=to_askers,
        proof=proof,
    )
    engage(ticket)
    react_at = leaves_at if undo_seconds else None
    record(ticket, "replied", by=by, react_at=react_at, message=message.pk, was=former(ticket))
    return message


@verb(
    may=STAFF,
    begins=SAYING,
    operation=Operation("Put on record what the requester says on the phone or at the counter"),
    inputs={
        "text": Words(),
        "channel": Choice(among=SPOKEN, refused=gettext_lazy("Choose whether they called or came by.")),
    },
)
def write_down(ticket: Ticket, *, by: "Person", text: str, channel: str) -> Message:
    """Put on record what the requester says on the phone or at the counter. It is a word of the asking side and no
    answer, and stands under the name of the agent who wrote it."""
    return _ask_on(ticket, by=by, text=text, channel=channel)


@verb(may=STAFF, locks_itself=True)
def withdraw(message: Message, *, by: "Person") -> Message:
    """Take back a reply before it leaves, and what came with it: that it waits, or is solved.

    Raises WrongState when it has left. What others did since stays: where the request has moved on, it stays where it
    is, and another's answer is one.
    """
    ticket = lock(message.ticket)
    message = ticket.messages.select_for_update().get(pk=message.pk)
    require(by, "withdraw", ticket)
    if message.author_id != by.pk or message.kind != "reply":
        raise NotAllowed(_("Only your own replies can be withdrawn."))
    if message.withdrawn_at:
        raise WrongState(_("This reply was already withdrawn."))
    if message.leaves_at <= clock.now():
        raise WrongState(_("This reply has already been sent."))
    message.withdrawn_at = clock.now()
    message.save(update_fields=["withdrawn_at"])
    record(ticket, "withdrawn", by=by, internal=True, message=message.pk, undoes=take_back(ticket))
    return message


@verb(may=STAFF)
def note(
    ticket: Ticket,
    *,
    by: "Person",
    text: str,
    attachments: Sequence[Attachment] = (),
    proof: str = "",
    format: str = Message.Format.PLAIN,
    wrote: dict[str, Any] | None = None,
) -> Message:
    """Write something that only those who work on the ticket read. `proof`: of the email that it tells of; `wrote`:
    who wrote that, if a person did (`writer`: their id or None, `proved`), of which those who have it are told."""
    said: dict[str, Any] = {"text": text, "attachments": attachments, "proof": proof, "format": format}
    message = say(ticket, by=by, kind="note", channel="portal", **said)
    more: dict[str, Any] = {"wrote": wrote} if wrote else {}
    record(ticket, "noted", by=by, internal=True, message=message.pk, **more)
    return message


@verb(
    may=STAFF | ASKING,
    begins=SAYING,
    operation=Operation("Add uploaded files without words"),
    inputs={"attachments": Uploads(called="files")},
)
def attach(ticket: Ticket, *, by: "Person", attachments: Sequence[Attachment]) -> None:
    """Add files in a message without words, which both sides see. From the asking side it is an answer as a `reply` is;
    what the desk adds so answers nothing and tells nobody."""
    if not attachments:
        raise WrongState(_("Choose a file first."))
    given: dict[str, Any] = {"by": by, "text": "", "channel": "portal", "attachments": attachments}
    found = relations(by, ticket)
    if ASKING & found:
        quotas.may_answer(by, channel="portal")
        _ask_on(ticket, to_askers=not READING & found, **given)
        return
    message = say(ticket, kind="reply", **given)
    added = [str(attachment.pk) for attachment in attachments]
    record(ticket, "attached", by=by, message=message.pk, files=added)


def refuse_unseen(ticket: Ticket, seen: int | None, *, by: "Person | None" = None) -> None:
    """Raise Unseen if the other side wrote after message `seen`, or with `by`, who is about to speak, a colleague of
    theirs answered; None asks nothing."""
    if seen is None:
        return
    since = ticket.messages.filter(pk__gt=seen)
    if since.filter(kind="request").exists():
        raise Unseen(_("A message arrived while you were writing. Please read it, then send."))
    answers = since.filter(kind="reply", withdrawn_at=None).exclude(author=by).select_related("author")
    if by is not None and (answer := answers.order_by("pk").last()):
        said = _("%(name)s answered while you were writing. Please read it, then send.")
        raise Unseen(said % {"name": answer.author.name})


def refuse_more_readers(ticket: Ticket, readers: Collection[int] | None, *, to_askers: bool) -> None:
    """Raise MoreReaders, with their names, if others than these would read what is said now; None asks nothing."""
    if readers is None:
        return
    roles = ["participant", "asker"] if to_askers else ["participant"]
    taking_part = ticket.participants.filter(role__in=roles).select_related("person").order_by("pk")
    now = {person.pk: person.name for person in (ticket.requester, *(each.person for each in taking_part))}
    names = [name for pk, name in now.items() if pk not in set(readers)]
    if names:
        said = _("Meanwhile others came to read this: %(names)s. Please look at who reads it, then send.")
        raise MoreReaders(said % {"names": listed(names)})


def refuse_without_askers(ticket: Ticket, to_askers: bool) -> None:
    """Raise WrongState if something is to be said to askers, and there are none."""
    if to_askers and not ticket.participants.filter(role="asker").exists():
        raise WrongState(_("Nobody asked this for somebody else."))


def _ask_on(ticket: Ticket, *, by: "Person", text: str, channel: str, **more: Any) -> Message:
    origin = brought.side_of(by, ticket)
    message = say(ticket, by=by, kind="request", text=text, channel=channel, origin=origin, **more)
    solved = ticket.phase == "resolved"
    thanks = is_mere_thanks(text, by=by.name, solved=solved) and not more.get("attachments")
    if not thanks:
        ticket.snoozed_until = None
        ticket.unanswered_since = ticket.unanswered_since or clock.now()
        if solved:
            go_on(ticket)
            ticket.resolved_at = None
            ticket.reopened += 1
            record(ticket, "reopened", by=by, message=message.pk)
            return message
        if ticket.status_id == "waiting_requester":
            go_on(ticket)
    record(ticket, "asked", by=by, message=message.pk, thanks=thanks)
    return message
