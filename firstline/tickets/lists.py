"""The collections: every list and every lookup of tickets, messages and events starts from `visible_to`."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from firstline.kit import clock
from firstline.kit.words import query_words
from firstline.tickets.door import LoggedQuerySet

if TYPE_CHECKING:
    from firstline.people.models import Person

OPEN = ("pending", "in_progress", "waiting")

RARE = 1000
"""Words are rare that so many tickets contain at the most."""

FOR_SOMEBODY = {"channel": "portal", "scenario": ""}
"""Whoever made such a ticket for somebody else is one who asks. Not the agent who wrote down a call, nor the one who
split it off another request: its number then stands in `scenario`."""


class TicketQuerySet(LoggedQuerySet):
    def visible_to(self, person: "Person") -> Self:
        """Tickets whose existence this person may know: own, shared with them, or at a desk where they sit."""
        if person.is_machine or person.admin:
            return self
        desks = {seat.desk_id for seat in person.seats}
        theirs = self._asking(person)
        return self.filter(theirs | Q(desk__in=desks)) if desks else self.filter(theirs)

    def asked_by(self, person: "Person") -> Self:
        return self.filter(requester=person)

    def involving(self, person: "Person") -> Self:
        """Asked by this person, asked by him in the portal for somebody else, or shared with him.

        Each of the three is found by an index of its own, narrowed by what was asked before; an OR of them would be
        looked for in all tickets.
        """
        mine, *others = (self.order_by().filter(way).values("pk") for way in self._ways(person))
        return self.filter(pk__in=mine.union(*others, all=True))

    def at_desks_of(self, person: "Person") -> Self:
        """Tickets of the desks where the person works: the ground of every queue."""
        if person.admin and not person.seats:
            return self
        return self.filter(desk__in={seat.desk_id for seat in person.seats})

    def in_teams_of(self, person: "Person") -> Self:
        return self.filter(team__in={seat.team_id for seat in person.seats if seat.team_id})

    def open(self) -> Self:
        return self.filter(phase__in=OPEN)

    def unfinished(self) -> Self:
        """Open, or solved and not yet confirmed: what its requester still has to do with."""
        return self.filter(phase__in=(*OPEN, "resolved"))

    def unaccepted(self) -> Self:
        return self.filter(phase="pending")

    def waiting(self) -> Self:
        return self.filter(phase="waiting")

    def assigned_to(self, person: "Person") -> Self:
        return self.filter(assignee=person)

    def awake(self, at: datetime | None = None) -> Self:
        """Without those that were snoozed until later."""
        return self.filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=at or clock.now()))

    def breaching_within(self, *, minutes: int) -> Self:
        """Open tickets whose next deadline is over or comes within so many minutes."""
        return self.open().filter(due_at__lte=clock.now() + timedelta(minutes=minutes))

    def late(self) -> Self:
        """Open tickets whose deadline is over."""
        return self.open().filter(due_at__lte=clock.now())

    def breached_between(self, start: datetime, end: datetime) -> Self:
        """Tickets of which a deadline fell into this span (end excluded) and was not met; a line's does not count."""
        clocks = self.model._meta.get_field("clocks").related_model.objects
        missed = Q(state="running") | Q(state="stopped", stopped_at__gt=F("due_at"))
        fell = clocks.filter(missed, ticket=OuterRef("pk"), due_at__gte=start, due_at__lt=min(end, clock.now()))
        return self.filter(Exists(fell.exclude(kind="line")))

    def matching(self, words: str, *, aloud_to: "Person | None" = None) -> Self:
        """Tickets that contain all the words, in any language; a number finds its ticket.

        `aloud_to`: only by what both sides may read, and not by the desk's tags; where this person was let in late, by
        its number only: that a word is in it would say what he must not read.
        """
        words = words.strip()
        asked = query_words(words, weights="AB" if aloud_to else "")
        found = self._saying(asked) if asked else Q(pk=None)
        if aloud_to:
            found &= Q(~Exists(self._let_in_late(aloud_to).filter(ticket=OuterRef("pk"))))
        digits = words.rpartition("-")[2]
        if digits.isdigit() and len(digits) < 18:
            found |= Q(pk=int(digits))
        return self.filter(found)

    def _saying(self, asked: str) -> Q:
        """The condition that they contain the words asked for. One query, which looks whether they are rare.

        PostgreSQL takes every rare word to be in half a percent of the tickets. Of a million it would rather read
        through the newest until it has enough, which for a word that is in a hundred takes most of a second.
        """
        saying = Q(search=SearchQuery(asked, config="simple", search_type="raw"))
        few = list(self.model.objects.filter(saying).values_list("pk", flat=True)[: RARE + 1])
        return saying if len(few) > RARE else Q(pk__in=few)

    def _let_in_late(self, person: "Person") -> QuerySet[Any]:
        """As whom he takes part where he does not read everything; nobody is kept from what he asked himself."""
        participants = self.model._meta.get_field("participants").related_model.objects
        late = participants.filter(person=person, role="participant", sees_from__isnull=False)
        return late.exclude(ticket__requester=person)

    def _asking(self, person: "Person") -> Q:
        """The condition of the asking side; `rights.relations` says the same of one ticket. To watch is no share in it:
        a watcher sees what his desk sees, and no more when he or the ticket has left that desk."""
        mine, given, shared = self._ways(person)
        return mine | given | shared

    def _ways(self, person: "Person") -> tuple[Q, Q, Q]:
        """Asked by himself, asked by him for somebody else, and shared with him."""
        taking_part = self.model._meta.get_field("participants").related_model.objects.filter(
            ticket=OuterRef("pk"), person=person, role="participant"
        )
        return Q(requester=person), Q(creator=person, **FOR_SOMEBODY), Q(Exists(taking_part))

    def soonest_first(self) -> Self:
        return self.order_by("due_at", "id")

    def newest_first(self) -> Self:
        return self.order_by("-id")


class MessageQuerySet(LoggedQuerySet):
    def visible_to(self, person: "Person", ticket: Any) -> Self:
        """The part of a ticket's conversation that this person may read: the one place where notes are cut,
        and what was said before somebody was let in (`Participant.sees_from`)."""
        from firstline.tickets.rights import asked_for_somebody, works_on

        mine = self.filter(ticket=ticket)
        if works_on(person, ticket):
            return mine
        said = mine.exclude(kind="note").filter(withdrawn_at__isnull=True, leaves_at__lte=clock.now())
        if person.pk == ticket.requester_id or asked_for_somebody(person, ticket):
            return said
        tickets = self.model._meta.get_field("ticket").related_model
        return said.filter(Q(author=person) | ~_before_he_came(tickets, person, "created_at"))


class AttachmentQuerySet(QuerySet[Any]):
    def unsent_of(self, person: "Person") -> Self:
        """What the person uploaded and has not sent yet: it belongs to nobody else."""
        return self.filter(ticket__isnull=True, uploader=person)

    def visible_to(self, person: "Person") -> Self:
        """Files of messages that the person may read, and own uploads that were not sent yet."""
        tickets = self.model._meta.get_field("ticket").related_model
        own = Q(ticket__isnull=True, uploader=person)
        seen = Q(ticket__in=tickets.objects.visible_to(person))
        if not (person.is_machine or person.admin):
            desks = {seat.desk_id for seat in person.seats}
            public = Q(message__isnull=True) | (
                ~Q(message__kind="note") & Q(message__withdrawn_at__isnull=True, message__leaves_at__lte=clock.now())
            )
            asks = Q(ticket__requester=person) | Q(
                ticket__creator=person, **{f"ticket__{name}": it for name, it in FOR_SOMEBODY.items()}
            )
            said_at = Coalesce("message__created_at", "created_at")
            in_time = asks | Q(uploader=person) | ~_before_he_came(tickets, person, "said_at")
            seen &= (public & in_time) | Q(ticket__desk__in=desks)
            return self.alias(said_at=said_at).filter(own | seen)
        return self.filter(own | seen)


def _before_he_came(tickets: Any, person: "Person", moment: str) -> Exists:
    """Whether something was said (at the time in the column `moment`) before the person was let in by the desk."""
    participants = tickets._meta.get_field("participants").related_model.objects
    return Exists(
        participants.filter(
            ticket=OuterRef("ticket"), person=person, role="participant", sees_from__gte=OuterRef(moment)
        )
    )
