"""Who takes part, what it is called, and what it is tied to."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.tickets import following, quotas, replay
from firstline.tickets.access import Relation
from firstline.tickets.actions.declaring import verb
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.inputs import Choice, Colleague, Colleagues, Line, OtherTicket, SaidHere, Tags
from firstline.tickets.models import Link, Message, Participant, Ticket
from firstline.tickets.record import record
from firstline.tickets.rights import relations, works_on
from firstline.tickets.tracked import TRACKED
from firstline.tickets.verbs import STAFF, Bulk, Button, Operation

if TYPE_CHECKING:
    from firstline.people.models import Person

MOST_TAGS = limit(20, "tags", of="tags", per="request", said="Refused at the field.")
LOOKING_ON = STAFF | {Relation.AUDITOR, Relation.ADMIN}
SUBJECT_REFUSED = gettext_lazy("A subject has 1 to 250 characters.")
NOT_LIKE_THAT = gettext_lazy("These two requests cannot be linked like that.")
LONGEST_TAG = limit(40, "characters", of="a tag", per="tag", said="Refused at the field: it is too long.")


@verb(
    may=STAFF,
    operation=Operation("Call colleagues of the desk to a note"),
    inputs={"persons": Colleagues(called="emails"), "message": SaidHere()},
)
def mention(ticket: Ticket, *, by: "Person", persons: Sequence["Person"], message: Message) -> None:
    """Call colleagues of the desk to a note; from then on they watch the ticket."""
    called = [person for person in persons if works_on(person, ticket)]
    _join(ticket, called, role="watcher")
    record(ticket, "mentioned", by=by, internal=True, persons=[person.pk for person in called], message=message.pk)


@verb(
    may=LOOKING_ON,
    button=Button(pgettext_lazy("verb", "Watch"), "eye", menu=160, shortcut="f"),
    operation=Operation("Be told of everything that happens to it"),
)
def watch(ticket: Ticket, *, by: "Person") -> None:
    """Be told of everything that happens to it."""
    _join(ticket, [by], role="watcher")
    record(ticket, "watched", by=by, internal=True)


@verb(
    may=LOOKING_ON,
    button=Button(gettext_lazy("Stop watching"), "eye-off", menu=170, shortcut="f"),
    operation=Operation("No longer be told"),
)
def unwatch(ticket: Ticket, *, by: "Person") -> None:
    """No longer be told."""
    Participant.objects.filter(ticket=ticket, person=by, role="watcher").delete()
    record(ticket, "unwatched", by=by, internal=True)


@verb(
    may=STAFF | {Relation.REQUESTER},
    button=Button(gettext_lazy("Add a colleague of the requester"), "user-plus", menu=180),
    operation=Operation("Let somebody take part", address="participants"),
    inputs={
        "person": Colleague(
            gettext_lazy("Name or e-mail"),
            help=gettext_lazy("They can write in it, and read what is said from now on. Internal notes stay inside."),
            called="email",
        )
    },
)
def add_participant(ticket: Ticket, *, by: "Person", person: "Person") -> None:
    """Let somebody read the conversation and write in it.

    Whoever asks shares what is his: those whom he adds read all of it. Those whom the desk adds, a Cc above all, read
    what is said from now on; nobody of the asking side agreed to show them what was said before. An asker is let read
    by the requester alone. Of those whom the requester names nothing is told, not even whether they have an account;
    who reads as much already is not written to again.
    """
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
        _name_too(ticket, person)
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
        _name_too(ticket, person)
    record(ticket, "participant_added", by=by, person=person.pk)


@verb(
    may=STAFF,
    button=Button(
        gettext_lazy("End the links in emails"), "link-2-off", menu=190, done=gettext_lazy("The links no longer work.")
    ),
    operation=Operation("End the links by which those without an account follow it"),
)
def end_links(ticket: Ticket, *, by: "Person") -> None:
    """End the links by which those without an account follow it, as when an email went to the wrong hands; the next
    email carries a new one."""
    ended = following.end(ticket)
    if not ended:
        raise WrongState(_("Nobody follows this request by a link in an email."))
    record(ticket, "links_ended", by=by, internal=True, links=ended)


@verb(
    may=STAFF,
    button=Button(pgettext_lazy("verb", "Rename"), "pencil"),
    operation=Operation("Give it another subject"),
    inputs={"subject": Line(gettext_lazy("Subject"), now="subject", refused=SUBJECT_REFUSED)},
)
def rename(ticket: Ticket, *, by: "Person", subject: str) -> Ticket:
    """Give it a subject that says what it is."""
    ticket.subject = " ".join(subject.split())
    record(ticket, "renamed", by=by, internal=True)
    return ticket


@verb(may=STAFF)
def restate(ticket: Ticket, *, by: "Person") -> None:
    """Tell those words anew of which the log has lost the last ones, or still says others."""
    told = replay.columns(ticket.pk)
    ticket.__dict__["before"] |= {name: value for name, value in told.items() if TRACKED[name].is_words}
    record(ticket, "restated", by=by, internal=True)


def _added(ticket: Ticket, given: dict[str, Any]) -> dict[str, Any]:
    return {"tags": [*ticket.tags, *given["tags"]]}


@verb(
    may=STAFF,
    bulk=Bulk(pgettext_lazy("verb", "Add tags"), each=_added),
    button=Button(gettext_lazy("Set the tags"), "tags"),
    operation=Operation("Set its tags", address="tags"),
    inputs={"tags": Tags(gettext_lazy("Tags"), now="tags", help=gettext_lazy("Separated by commas."))},
)
def tag(ticket: Ticket, *, by: "Person", tags: Sequence[str]) -> Ticket:
    """Set its tags, all of them."""
    cleaned = list(dict.fromkeys(" ".join(each.split()) for each in tags if each.strip()))
    if any(len(each) > LONGEST_TAG for each in cleaned):
        raise WrongState(_("A tag has at most %(count)s characters.") % {"count": LONGEST_TAG})
    if len(cleaned) > MOST_TAGS:
        raise WrongState(_("A request has at most 20 tags."))
    ticket.tags = cleaned
    record(ticket, "tagged", by=by, internal=True)
    return ticket


@verb(
    may=STAFF,
    button=Button(gettext_lazy("Link to another request"), "link", menu=200, shortcut="l"),
    operation=Operation("Tie it to another ticket"),
    inputs={
        "other": OtherTicket(gettext_lazy("Number")),
        "kind": Choice(
            gettext_lazy("How they belong together"),
            among=[choice for choice in Link.Kind.choices if choice[0] != Link.Kind.SPLIT],
            refused=NOT_LIKE_THAT,
        ),
    },
)
def link(ticket: Ticket, *, by: "Person", other: Ticket, kind: str = Link.Kind.RELATED) -> Link:
    """Tie it to another ticket that the agent may see."""
    if not Ticket.objects.visible_to(by).filter(pk=other.pk).exists():
        raise WrongState(_("There is no such request."))
    if other.pk == ticket.pk:
        raise WrongState(NOT_LIKE_THAT)
    made, _new = Link.objects.get_or_create(ticket=ticket, other=other, kind=kind)
    record(ticket, "linked", by=by, internal=True, other=other.pk, kind=kind)
    return made


@verb(
    may=STAFF,
    button=Button(gettext_lazy("Remove this link"), "unlink"),
    operation=Operation("Untie it from another ticket"),
    inputs={"other": OtherTicket(gettext_lazy("Number"))},
)
def unlink(ticket: Ticket, *, by: "Person", other: Ticket) -> None:
    """Untie it from another ticket, whichever of the two was tied to which."""
    ties = Link.objects.filter(ticket=ticket, other=other) | Link.objects.filter(ticket=other, other=ticket)
    ties.delete()
    record(ticket, "unlinked", by=by, internal=True, other=other.pk)


def _reads_along(ticket: Ticket, person: "Person", *, all_of_it: bool) -> bool:
    there = Participant.objects.filter(ticket=ticket, person=person, role="participant")
    return (there.filter(sees_from=None) if all_of_it else there).exists()


def _name_too(ticket: Ticket, person: "Person") -> None:
    """Keep the address by which the asking side named them."""
    there = Participant.objects.filter(ticket=ticket, person=person, role="participant")
    for row in there if person.named_as else ():
        row.named = list(dict.fromkeys([*row.named, person.named_as]))
        row.save(update_fields=["named"])


def _name(person: "Person") -> dict[str, str]:
    return {"name": person.name}


def _join(ticket: Ticket, persons: Sequence["Person"], *, role: str, sees_from: datetime | None = None) -> None:
    Participant.objects.bulk_create(
        [Participant(ticket=ticket, person=person, role=role, sees_from=sees_from) for person in persons],
        ignore_conflicts=True,
    )
