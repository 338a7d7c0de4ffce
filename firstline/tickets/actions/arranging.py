"""Who takes part, what it is called, and what it is tied to."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.tickets import following, quotas, replay
from firstline.tickets.access import Relation
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Link, Message, Participant, Ticket
from firstline.tickets.record import lock, record
from firstline.tickets.rights import relations, require, works_on
from firstline.tickets.tracked import TRACKED
from firstline.tickets.write_guard import verb

if TYPE_CHECKING:
    from firstline.people.models import Person

MOST_TAGS = limit(20, "tags", of="tags", per="request", said="Refused at the field.")
LONGEST_TAG = limit(40, "characters", of="a tag", per="tag", said="Refused at the field: it is too long.")


@verb
def mention(ticket: Ticket, *, by: "Person", persons: Sequence["Person"], message: Message) -> None:
    """Call colleagues of the desk to a note; from then on they watch the ticket."""
    ticket = lock(ticket)
    require(by, "mention", ticket)
    called = [person for person in persons if works_on(person, ticket)]
    _join(ticket, called, role="watcher")
    record(ticket, "mentioned", by=by, internal=True, persons=[person.pk for person in called], message=message.pk)


@verb
def watch(ticket: Ticket, *, by: "Person") -> None:
    """Be told of everything that happens to it."""
    ticket = lock(ticket)
    require(by, "watch", ticket)
    _join(ticket, [by], role="watcher")
    record(ticket, "watched", by=by, internal=True)


@verb
def unwatch(ticket: Ticket, *, by: "Person") -> None:
    """No longer be told."""
    ticket = lock(ticket)
    require(by, "watch", ticket)
    Participant.objects.filter(ticket=ticket, person=by, role="watcher").delete()
    record(ticket, "unwatched", by=by, internal=True)


@verb
def add_participant(ticket: Ticket, *, by: "Person", person: "Person") -> None:
    """Let somebody read the conversation and write in it.

    Whoever asks shares what is his: those whom he adds read all of it. Those whom the desk adds, a Cc above all, read
    what is said from now on; nobody of the asking side agreed to show them what was said before. An asker is let read
    by the requester alone. Of those whom the requester names nothing is told, not even whether they have an account;
    who reads as much already is not written to again.
    """
    ticket = lock(ticket)
    require(by, "add_participant", ticket)
    if person.pk == ticket.requester_id:
        raise WrongState(_("%(name)s asked it; there is nothing to add.") % {"name": person.name})
    shared = Relation.REQUESTER in relations(by, ticket)
    if person.is_machine or not (person.is_active or shared):
        raise NotAllowed(_("This person cannot be added."))
    if not shared and ticket.participants.filter(person=person, role="asker").exists():
        raise NotAllowed(
            _("%(name)s asked this for somebody else. Only that person can let them read along.") % _name(person)
        )
    if _reads_along(ticket, person, all_of_it=shared):
        return
    if shared:
        taking_part = Participant.objects.filter(ticket=ticket, role="participant").exclude(person=person)
        quotas.check_participants(by, taking_part.count() + 1)
        quotas.may_name(by, 1)
    _join(ticket, [person], role="participant", sees_from=None if shared else clock.now())
    if shared:
        Participant.objects.filter(ticket=ticket, person=person, role="participant").update(
            sees_from=None, came_with=None
        )
    record(ticket, "participant_added", by=by, person=person.pk)


@verb
def end_links(ticket: Ticket, *, by: "Person") -> None:
    """End the links by which those without an account follow it, as when an email went to the wrong hands."""
    ticket = lock(ticket)
    require(by, "end_links", ticket)
    ended = following.end(ticket)
    if not ended:
        raise WrongState(_("Nobody follows this request by a link in an email."))
    record(ticket, "links_ended", by=by, internal=True, links=ended)


@verb
def rename(ticket: Ticket, *, by: "Person", subject: str) -> Ticket:
    """Give it a subject that says what it is."""
    ticket = lock(ticket)
    require(by, "rename", ticket)
    subject = " ".join(subject.split())
    if not subject or len(subject) > 250:
        raise WrongState(_("A subject has 1 to 250 characters."))
    ticket.subject = subject
    record(ticket, "renamed", by=by, internal=True)
    return ticket


@verb
def restate(ticket: Ticket, *, by: "Person") -> None:
    """Tell those words anew of which the log has lost the last ones, or still says others."""
    ticket = lock(ticket)
    require(by, "rename", ticket)
    told = replay.columns(ticket.pk)
    ticket.__dict__["before"] |= {name: value for name, value in told.items() if TRACKED[name].is_words}
    record(ticket, "restated", by=by, internal=True)


@verb
def tag(ticket: Ticket, *, by: "Person", tags: Sequence[str]) -> Ticket:
    """Set its tags, all of them."""
    ticket = lock(ticket)
    require(by, "tag", ticket)
    cleaned = list(dict.fromkeys(" ".join(each.split()) for each in tags if each.strip()))
    if any(len(each) > LONGEST_TAG for each in cleaned):
        raise WrongState(_("A tag has at most %(count)s characters.") % {"count": LONGEST_TAG})
    if len(cleaned) > MOST_TAGS:
        raise WrongState(_("A request has at most 20 tags."))
    ticket.tags = cleaned
    record(ticket, "tagged", by=by, internal=True)
    return ticket


@verb
def link(ticket: Ticket, *, by: "Person", other: Ticket, kind: str) -> Link:
    """Tie it to another ticket that the agent may see."""
    ticket = lock(ticket)
    require(by, "link", ticket)
    if not Ticket.objects.visible_to(by).filter(pk=other.pk).exists():
        raise WrongState(_("There is no such request."))
    if kind not in Link.Kind.values or other.pk == ticket.pk:
        raise WrongState(_("These two requests cannot be linked like that."))
    made, _new = Link.objects.get_or_create(ticket=ticket, other=other, kind=kind)
    record(ticket, "linked", by=by, internal=True, other=other.pk, kind=kind)
    return made


@verb
def unlink(ticket: Ticket, *, by: "Person", other: Ticket) -> None:
    """Untie it from another ticket, whichever of the two was tied to which."""
    ticket = lock(ticket)
    require(by, "link", ticket)
    ties = Link.objects.filter(ticket=ticket, other=other) | Link.objects.filter(ticket=other, other=ticket)
    ties.delete()
    record(ticket, "unlinked", by=by, internal=True, other=other.pk)


def _reads_along(ticket: Ticket, person: "Person", *, all_of_it: bool) -> bool:
    there = Participant.objects.filter(ticket=ticket, person=person, role="participant")
    return (there.filter(sees_from=None) if all_of_it else there).exists()


def _name(person: "Person") -> dict[str, str]:
    return {"name": person.name}


def _join(ticket: Ticket, persons: Sequence["Person"], *, role: str, sees_from: datetime | None = None) -> None:
    Participant.objects.bulk_create(
        [Participant(ticket=ticket, person=person, role=role, sees_from=sees_from) for person in persons],
        ignore_conflicts=True,
    )
