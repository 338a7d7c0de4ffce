"""What becomes of something that came in. A loop? News of an email of ours? Who speaks? To which ticket?

Each way ends in one verb, or in a reason why there was none (docs/decisions/0008).
"""

from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from firstline.catalog import config_cache
from firstline.catalog.models import Desk
from firstline.channels import bounces, deduplication, desks, senders
from firstline.channels.base import File, Incoming
from firstline.channels.fitting import fitted
from firstline.channels.models import InboundMessage
from firstline.channels.proof import FAIL, NONE, PASS, Proof
from firstline.channels.registry import channel_of
from firstline.channels.threading import Standing, named_ticket, stand, standing_of
from firstline.channels.verdicts import VERDICTS, Sender, Verdict, Way
from firstline.channels.wording import came_twice, disowned, noted, of_gone, words_of
from firstline.kit.compiled_queries import composed
from firstline.kit.mailbox import normal
from firstline.notices import bounced
from firstline.notices.tell import hush
from firstline.people.models import Person
from firstline.tickets import actions, files, states
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.tickets.record import lock
from firstline.tickets.say import MOST_CHARACTERS
from firstline.tickets.thanks import is_mere_thanks

OWN = gettext_noop("It is a letter of our own that came back.")
TWICE = gettext_noop("The same letter had come another way.")
AWAY = gettext_noop("An automatic answer that belongs to no request.")
NO_DESK = gettext_noop("It was written to no desk.")
OLD = gettext_noop("The letter is older than the connection to its mailbox; nobody is told of it.")
BY_MACHINE = gettext_noop("The request came from a machine; machines are not written to.")

SILENT = frozenset({"auto-submitted", "mailer-daemon", "null-sender", "report", "away-subject"})
"""Machines of which a letter in a ticket is noted, but is no word of the asking side: it reopens and wakes nothing.
The other automatic letters, such as those of lists, were written by people."""
CALLED_POSTMAN = "called-postman"
"""A name or an address alone, such as "System Administrator": of one who takes part they are a person's words."""
_ASKING = (Sender.REQUESTER, Sender.PARTICIPANT)


@dataclass(frozen=True)
class Heard:
    """What was read before anything is written: the letter, whom it named then and whether that is proved; or why not.
    In whose name it speaks is asked again when it does."""

    incoming: Incoming | None = None
    proof: Proof | None = None
    person: Person | None = None
    unreadable: str = ""

    @property
    def proved(self) -> bool:
        return self.result == PASS

    @property
    def result(self) -> str:
        return self.proof.result if self.proof else NONE

    @property
    def of_message(self) -> str:
        return self.proof.of_message if self.proof else ""


@dataclass(frozen=True)
class Outcome:
    """What became of it."""

    state: str = "done"
    reason: str = ""
    ticket: Ticket | None = None
    message: Message | None = None
    person: Person | None = None
    introduced: bool = False


def outcome_of(received: InboundMessage, heard: Heard) -> Outcome:
    incoming = heard.incoming
    if incoming is None:
        return Outcome("unreadable", heard.unreadable)
    deduplication.one_at_a_time(incoming)
    if incoming.automatic == "own-loop":
        return Outcome("ignored", OWN)
    if incoming.news is not None:
        ticket, reason = bounces.hear(incoming)
        return Outcome("bounce", reason, ticket)
    desk = desk_of(received)
    # Since it was read, another letter may have introduced them, or they have left or lost this address.
    person = senders.known(incoming)
    standing = standing_of(incoming, person, desk=desk)
    led_to = standing.first.pk if standing else 0
    received.taken_as = deduplication.taken_as(incoming, request=led_to, by_machine=_is_by_machine(incoming, standing))
    same = deduplication.same_as(received, incoming)
    here = deduplication.came_before(same, desk=desk.pk if desk else None)
    for earlier in here:
        if deduplication.swallows(earlier, received.taken_as, proof=heard.result):
            return Outcome("ignored", TWICE, earlier.ticket, earlier.message)
    outcome = _let_in(
        received, heard, incoming, person, standing, elsewhere=[each for each in same if each not in here]
    )
    if here and outcome.ticket is not None and outcome.state == "done":
        text = came_twice(outcome.ticket, incoming, here[-1], request=led_to, proof=heard.result)
        actions.note(outcome.ticket, by=Person.objects.system(), text=text, proof=heard.of_message)
    return outcome


def _let_in(
    received: InboundMessage,
    heard: Heard,
    incoming: Incoming,
    person: Person | None,
    standing: Standing | None,
    *,
    elsewhere: list[InboundMessage],
) -> Outcome:
    """`elsewhere`: what other desks made of the same letter."""
    if person is not None and heard.proved and not received.quiet:
        bounced.wrote(person, normal(incoming.address))
    desk = desk_of(received)
    tied = [each.ticket for each in elsewhere if each.ticket is not None]
    answers = None
    if standing is not None and desk is not None and _is_for_another(standing, incoming, desk):
        # Here it goes to what is tied to that, or is new. Where that desk was written to as well, it has the letter.
        answers, tied = standing, [standing.ticket, *tied]
        standing = _beside(standing, person, desk)
    verdict = _verdict(heard, person, standing)
    if standing is None or verdict in (Verdict.OPENS, Verdict.HINTS, Verdict.DISOWNED):
        return _begin(received, heard, incoming, person, verdict=verdict, tied=tied, answers=answers)
    there = next((each for each in elsewhere if each.ticket_id == standing.ticket.pk), None)
    if there is not None and deduplication.swallows(there, received.taken_as, proof=heard.result, elsewhere=True):
        return Outcome("ignored", TWICE, there.ticket, there.message)
    incoming = channel_of(incoming.channel).told_apart(incoming, standing.ticket, by=person)
    ticket = lock(standing.ticket)
    fitting = fitted(incoming, received, ticket)
    standing = replace(standing, ticket=ticket)
    speaks = verdict in (Verdict.SPEAKS, Verdict.DOUBTED) and not _is_by_machine(incoming, standing)
    if states.can(ticket, "reply"):
        return _reply(heard, fitting, ticket, person) if speaks else _note(heard, fitting, standing, person)
    works = standing.sender == Sender.WORKER and heard.result != FAIL
    if works or _is_by_machine(incoming, standing) or _only_thanks(incoming):
        return _note(heard, fitting, standing, person)
    over = Verdict.DISOWNED if heard.result == FAIL else Verdict.OPENS
    return _begin(received, heard, incoming, person, verdict=over, follows=ticket, tied=tied)


def _is_for_another(standing: Standing, incoming: Incoming, desk: Desk) -> bool:
    """Whether this desk is to have something of its own, for those who read the ticket are not whom it was written to.
    An address that only we can make says where it goes, unless that desk has a copy."""
    if standing.is_at(desk):
        return False
    return standing.way != Way.SIGNED or desks.is_written_to(incoming, standing.ticket.desk_id)


def _beside(first: Standing, person: Person | None, desk: Desk) -> Standing | None:
    """What this desk has of the same matter, unless it is somebody else's."""
    sibling = desks.sibling_of(first.ticket, desk=desk.pk)
    found = stand(sibling, person, way=first.way) if sibling else None
    is_of_others = found is not None and first.sender in _ASKING and found.sender not in _ASKING
    return None if is_of_others else found


def _verdict(heard: Heard, person: Person | None, standing: Standing | None) -> Verdict:
    if standing is not None:
        return VERDICTS[heard.result, standing.sender, standing.way]
    return VERDICTS[heard.result, Sender.OUTSIDER if person else Sender.STRANGER, Way.NONE]


def _begin(
    received: InboundMessage,
    heard: Heard,
    incoming: Incoming,
    person: Person | None,
    *,
    verdict: Verdict,
    tied: list[Ticket],
    follows: Ticket | None = None,
    answers: Standing | None = None,
) -> Outcome:
    """Something new, unless it is an automatic answer, which asks for nothing."""
    if incoming.away:
        return Outcome("bounce", AWAY)
    is_disowned = verdict == Verdict.DISOWNED
    believed = None if is_disowned else person
    outcome = _open(received, heard, incoming, believed, verdict=verdict, follows=follows, tied=tied, answers=answers)
    if outcome.ticket is not None and is_disowned:
        named = named_ticket(incoming, person)
        text = disowned(outcome.ticket, incoming, named=named)
        actions.note(outcome.ticket, by=Person.objects.system(), text=text, proof=Message.Proof.FAILED)
    elif outcome.ticket is not None and outcome.introduced and (left := senders.gone(incoming)) is not None:
        text = of_gone(outcome.ticket, incoming, named=named_ticket(incoming, left))
        actions.note(outcome.ticket, by=Person.objects.system(), text=text, proof=heard.of_message)
    return outcome


def _is_by_machine(incoming: Incoming, standing: Standing | None) -> bool:
    if incoming.automatic == CALLED_POSTMAN:
        return standing is None or standing.sender not in _ASKING
    return incoming.away or incoming.automatic in SILENT


def _only_thanks(incoming: Incoming) -> bool:
    return is_mere_thanks(incoming.text, by=incoming.name) and not incoming.files


def _reply(heard: Heard, incoming: Incoming, ticket: Ticket, person: Person | None) -> Outcome:
    assert person is not None
    message = actions.reply(
        ticket,
        by=person,
        text=_words(incoming, person)[:MOST_CHARACTERS],
        html=incoming.html,
        quoted=incoming.quoted,
        attachments=_kept(incoming, by=person),
        channel=incoming.channel,
        proof=heard.of_message,
    )
    return Outcome(ticket=ticket, message=message, person=person)


def _note(heard: Heard, incoming: Incoming, standing: Standing, person: Person | None) -> Outcome:
    """Words that must not pass for somebody's: from a machine, from a stranger, or under an agent's name."""
    system = Person.objects.system()
    is_gone = person is None and senders.gone(incoming) is not None
    text = noted(incoming, standing, proof=heard.result, words=_words(incoming, person), is_gone=is_gone)
    # What failed its proof is no letter of the person's whom it names.
    writer = None if heard.result == FAIL else person
    is_told = not _is_by_machine(incoming, standing) and not _only_thanks(incoming)
    message = actions.note(
        standing.ticket,
        by=system,
        text=text[:MOST_CHARACTERS],
        attachments=_kept(incoming, by=system),
        proof=heard.of_message,
        wrote={"writer": writer.pk if writer else None, "proved": heard.proved} if is_told else None,
    )
    return Outcome(ticket=standing.ticket, message=message, person=writer)


def _open(
    received: InboundMessage,
    heard: Heard,
    incoming: Incoming,
    person: Person | None,
    *,
    verdict: Verdict,
    follows: Ticket | None,
    tied: list[Ticket],
    answers: Standing | None,
) -> Outcome:
    desk = desk_of(received) or (follows.desk if follows else None)
    if desk is None:
        return Outcome("unreadable", NO_DESK)
    incoming = fitted(incoming, received, None)
    introduced, knows = person is None, channel_of(incoming.channel).capabilities.knows_people
    person = person or (senders.nobody(incoming) if verdict == Verdict.DISOWNED else senders.introduce(incoming))
    ticket = actions.open_ticket(
        by=person,
        desk=desk,
        subject=incoming.subject,
        text=_words(incoming, person)[:MOST_CHARACTERS],
        html=incoming.html,
        quoted=incoming.quoted,
        attachments=_kept(incoming, by=person),
        channel=incoming.channel,
        verified=heard.proved and (knows or not (introduced or senders.is_stranger(person))),
        proof=heard.of_message,
    )
    if follows is not None:
        actions.link(ticket, by=Person.objects.system(), other=follows, kind="follows")
    elif verdict != Verdict.DISOWNED and answers is not None and answers.sender in _ASKING:
        desks.tie_to_answered(ticket, answers.ticket, incoming, by=person, proved=heard.proved)
    elif verdict != Verdict.DISOWNED and incoming.named and (named := named_ticket(incoming, person)) is not None:
        actions.named_another(ticket, by=Person.objects.system(), other=named, person=person, proved=heard.proved)
    if incoming.automatic or received.quiet or senders.is_ourselves(incoming):
        hush(ticket, why=OLD if received.quiet else BY_MACHINE)
    desks.tie(ticket, tied, incoming)
    desks.say_left_out(ticket, incoming)
    received.forwarded = channel_of(incoming.channel).offered(
        incoming, by=person, introduced=introduced, proved=heard.proved
    )
    return Outcome(ticket=ticket, message=next(iter(_said(ticket.pk)), None), person=person, introduced=introduced)


def desk_of(received: InboundMessage) -> Desk | None:
    if received.inbox is None:
        return None
    return config_cache.current().desks.get(received.inbox.desk_id) or received.inbox.desk


def _words(incoming: Incoming, person: Person | None) -> str:
    return words_of(
        incoming,
        language=person.language if person else senders.language_of(incoming),
        zone=person.zone if person else "UTC",
    )


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


@composed
def _said(ticket: int) -> "QuerySet[Message]":
    return Message.objects.filter(ticket=ticket).order_by("id")[:1]
