"""The doorman: what becomes of something that came in. Seen? A loop? News of a letter of ours? Who? Which ticket?

Each way ends in one verb, or in a reason why there was none. Whatever cannot be handled is kept and can be taken again.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override
from procrastinate.contrib.django import app

from firstline.channels import news, senders
from firstline.channels.base import TAKE, File, Incoming
from firstline.channels.email import reading
from firstline.channels.models import Received
from firstline.channels.threads import Standing, standing_of
from firstline.kit import clock, failpoints
from firstline.kit.outages import outage_of
from firstline.notices.tell import hush, hush_word
from firstline.people.models import Person
from firstline.tickets import actions, files, states
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.tickets.record import lock
from firstline.tickets.say import MOST_CHARACTERS, is_mere_thanks

MOST_TRIES = 3

OWN = gettext_noop("It is a letter of our own that came back.")
TWICE = gettext_noop("The same letter had come another way.")
AWAY = gettext_noop("An automatic answer that belongs to no request.")
EMPTY = gettext_noop("The letter is empty.")
NO_DESK = gettext_noop("It was written to no desk.")
OLD = gettext_noop("The letter is older than the connection to its mailbox; nobody is told of it.")
BY_MACHINE = gettext_noop("The request came from a machine; machines are not written to.")

# Why it is automatic: (a new one opens a ticket, in a ticket it is one more word of the asking side).
MACHINES = {
    "auto-submitted": (True, False),
    "mailer-daemon": (True, False),
    "null-sender": (False, False),
    "report": (False, False),
    "precedence": (True, True),
    "list": (True, True),
    "suppress": (True, True),
}
PEOPLE = (True, True)


@dataclass(frozen=True)
class Outcome:
    """What became of it."""

    state: str = "done"
    reason: str = ""
    ticket: Ticket | None = None
    message: Message | None = None
    person: Person | None = None
    introduced: bool = False


def take(pk: int) -> None:
    """Handle what was received, once. After three failures it is put aside as unreadable; before, it raises."""
    try:
        with transaction.atomic():
            received = Received.objects.select_for_update().get(pk=pk)
            if received.state == Received.State.NEW:
                _settle(received, _outcome(received))
            failpoints.reach("take.done")
        failpoints.reach("take.committed")
    except Exception as error:
        if outage_of(error):  # no fault of the letter; it waits until the database and the files are back
            raise
        if _count_failure(pk, error) < MOST_TRIES:
            raise


@transaction.atomic
def again(received: Received) -> None:
    """Handle it once more, after what was in its way is mended. Only what was not handled can be."""
    fresh = Received.objects.select_for_update().get(pk=received.pk)
    if fresh.state in (Received.State.UNREADABLE, Received.State.IGNORED):
        fresh.state, fresh.attempts, fresh.reason = Received.State.NEW, 0, ""
        fresh.save(update_fields=["state", "attempts", "reason"])
        app.configure_task(TAKE).defer(received=fresh.pk)


def _outcome(received: Received) -> Outcome:
    try:
        incoming = reading.incoming(received)
    except reading.Unreadable as error:
        return Outcome("unreadable", error.reason)
    _one_at_a_time(incoming)
    if incoming.automatic == "own-loop" or senders.is_ourselves(incoming):
        return Outcome("ignored", OWN)
    if incoming.news is not None:
        ticket, reason = news.hear(incoming)
        return Outcome("done" if ticket else "ignored", reason, ticket)
    earlier = _came_before(received, incoming)
    if earlier is not None:
        return Outcome("ignored", TWICE, earlier.ticket, earlier.message)
    return _let_in(received, incoming)


def _let_in(received: Received, incoming: Incoming) -> Outcome:
    may_open, may_speak = (False, False) if incoming.away else MACHINES.get(incoming.automatic, PEOPLE)
    person = senders.known(incoming)
    standing = standing_of(incoming, person)
    if not (incoming.text.strip() or incoming.html or incoming.files or (incoming.subject and standing is None)):
        return Outcome("ignored", EMPTY, standing.ticket if standing else None)
    if standing is not None:
        standing = Standing(lock(standing.ticket), standing.asking, standing.working)
        speaks = standing.asking and may_speak
        if states.can(standing.ticket, "reply"):
            return _reply(incoming, standing.ticket, person) if speaks else _note(incoming, standing, person)
        if (standing.working and not speaks) or not may_speak or _only_thanks(incoming):
            return _note(incoming, standing, person)
    if not may_open:
        return Outcome("ignored", AWAY)
    return _open(received, incoming, person, follows=standing.ticket if standing else None)


def _only_thanks(incoming: Incoming) -> bool:
    return is_mere_thanks(incoming.text) and not incoming.files


def _reply(incoming: Incoming, ticket: Ticket, person: Person | None) -> Outcome:
    assert person is not None
    message = actions.reply(
        ticket,
        by=person,
        text=incoming.text[:MOST_CHARACTERS],
        html=incoming.html,
        quoted=incoming.quoted,
        attachments=_kept(incoming, by=person),
        channel=incoming.channel,
    )
    return Outcome(ticket=ticket, message=message, person=person)


def _note(incoming: Incoming, standing: Standing, person: Person | None) -> Outcome:
    """Words that must not pass for somebody's: from a machine, from a stranger, or under an agent's name."""
    system = Person.objects.system()
    who = f"{incoming.name} <{incoming.address}>" if incoming.name else incoming.address
    assignee = standing.ticket.assignee
    with override(assignee.language if assignee else "en"):
        if incoming.automatic or incoming.away:
            head = _("Automatic letter from %(who)s:")
        elif standing.working:
            head = _("By e-mail from %(who)s, an agent; the sender is not verified, so the requester was not sent it:")
        elif standing.asking:
            head = _("By e-mail from %(who)s:")
        else:
            head = _("By e-mail from %(who)s, who takes no part in this request; the sender is not verified:")
        head = head % {"who": who}
    text = f"{head}\n\n{incoming.text}"[:MOST_CHARACTERS]
    message = actions.note(standing.ticket, by=system, text=text, attachments=_kept(incoming, by=system))
    return Outcome(ticket=standing.ticket, message=message, person=person)


def _open(received: Received, incoming: Incoming, person: Person | None, *, follows: Ticket | None) -> Outcome:
    desk = received.inbox.desk if received.inbox else follows.desk if follows else None
    if desk is None:
        return Outcome("ignored", NO_DESK)
    introduced = person is None
    person = person or senders.introduce(incoming)
    ticket = actions.open_ticket(
        by=person,
        desk=desk,
        subject=incoming.subject,
        text=incoming.text[:MOST_CHARACTERS],
        html=incoming.html,
        quoted=incoming.quoted,
        attachments=_kept(incoming, by=person),
        channel=incoming.channel,
        verified=incoming.certain and not introduced and not senders.is_stranger(person),
    )
    if follows is not None:
        actions.link(ticket, by=Person.objects.system(), other=follows, kind="follows")
    if incoming.automatic or received.quiet:
        hush(ticket, why=OLD if received.quiet else BY_MACHINE)
    return Outcome(ticket=ticket, message=ticket.messages.first(), person=person, introduced=introduced)


def _kept(incoming: Incoming, *, by: Person) -> list[Attachment]:
    given = [file for file in incoming.files if file.content]
    if len(incoming.text) > MOST_CHARACTERS:
        given.append(File("letter.txt", "text/plain", incoming.text.encode()))
    return [
        files.keep(
            file.content, name=file.name, by=by, content_id=file.content_id, inline=file.inline, declared=file.type
        )
        for file in given
    ]


def _came_before(received: Received, incoming: Incoming) -> Received | None:
    """The same words under the same id, already handled: one letter that took two ways to us."""
    if not incoming.letter_id:
        return None
    others = Received.objects.filter(kind=received.kind, letter_id=incoming.letter_id, state="done")
    for other in others.exclude(pk=received.pk).order_by("id")[:5]:
        said = reading.incoming(other)
        if (said.address, said.subject, said.text) == (incoming.address, incoming.subject, incoming.text):
            return other
    return None


def _one_at_a_time(incoming: Incoming) -> None:
    # Two copies of one letter must not be looked at by two workers at the same moment.
    if incoming.letter_id:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [incoming.letter_id])


def _settle(received: Received, outcome: Outcome) -> None:
    if received.quiet and outcome.message:
        hush_word(outcome.message, why=OLD)
    received.state, received.reason = outcome.state, outcome.reason
    received.ticket, received.message = outcome.ticket, outcome.message
    received.person, received.introduced = outcome.person, outcome.introduced
    received.handled_at = clock.now()
    received.save(
        update_fields=["state", "reason", "ticket", "message", "person", "introduced", "handled_at"],
    )


@transaction.atomic
def _count_failure(pk: int, error: Exception) -> int:
    received = Received.objects.select_for_update().get(pk=pk)
    received.attempts += 1
    received.reason = f"{type(error).__name__}: {error}"[:2000].replace("\x00", "")
    if received.attempts >= MOST_TRIES:
        received.state, received.handled_at = Received.State.UNREADABLE, clock.now()
    received.save(update_fields=["attempts", "reason", "state", "handled_at"])
    return received.attempts
