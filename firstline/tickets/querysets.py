"""The collections: every list and every lookup of tickets, messages and events starts from `visible_to`."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from firstline.catalog.models import Membership
from firstline.kit import clock
from firstline.kit.compiled_queries import composed
from firstline.kit.numbers import whole
from firstline.kit.tokenizer import asked_words, query_words
from firstline.tickets import access, event_versions
from firstline.tickets.hearing import heard_by
from firstline.tickets.write_guard import LoggedQuerySet

if TYPE_CHECKING:
    from firstline.people.models import Person

OPEN = ("pending", "in_progress", "waiting")

COPIED = ("name", "type", "size", "sha256", "content_id", "inline", "place")
"""What a copy of a file has of it."""

HANDLING_SEATS = ("agent", "manager")
"""The roles of those who handle the tickets of a desk; auditors only read them."""
RARE = 1000
"""Words are rare that so many tickets contain at the most."""


class TicketQuerySet(LoggedQuerySet):
    def visible_to(self, person: "Person") -> Self:
        """Tickets whose existence this person may know: own, shared with them, or at a desk where they sit."""
        return self.filter(access.anyhow(person, self.model, access.SEEING))

    def asked_by(self, person: "Person") -> Self:
        return self.filter(requester=person)

    def involving(self, person: "Person") -> Self:
        """Asked by this person or for somebody else by them, or shared with them.

        Each way is found by an index of its own, narrowed by what was asked before; an OR of them would be looked for
        in all tickets.
        """
        mine, *others = (
            self.order_by().filter(way).values("pk") for way in access.ways(person, self.model, access.ASKING)
        )
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

    def left_behind(self) -> Self:
        """Open ones in the hands of somebody who cannot work on them any more (`rights.handles`)."""
        seats = Membership.objects.filter(person=OuterRef("assignee"), desk=OuterRef("desk"), role__in=HANDLING_SEATS)
        gone = Q(assignee__is_active=False) | ~Exists(seats)
        return self.open().filter(gone, assignee__kind="human")

    def unreached(self) -> Self:
        """Tickets whose requester was not reached: the last email to them did not arrive, nothing was said since."""
        return self.annotate(between=Subquery(_between(self.model).values("name")[:1])).filter(between="undelivered")

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

    def in_phases(self, phases: Sequence[str], *, by: "Person") -> Self:
        """Tickets that stand there as far as this person is shown: outside their desks, what follows from a reply that
        has not left yet has not happened."""
        real = Q(phase__in=phases)
        if by.is_machine or by.admin:
            return self.filter(real)
        now = clock.now()
        messages, events = (self.model._meta.get_field(name).related_model.objects for name in ("messages", "events"))
        since = now - timedelta(seconds=settings.CONFIG.undo_seconds)
        # What led to where it stands, and came with a reply that has not left: `unsent.take_back`.
        told = events.annotate(
            former=event_versions.was("phase"),
            led=event_versions.changed("phase"),
            reply=Cast(KT("data__message"), BigIntegerField()),
        ).filter(ticket=OuterRef("pk"), at__gte=since, former__isnull=False, led=OuterRef("phase"))
        told = told.filter(Exists(messages.filter(pk=OuterRef("reply"), leaves_at__gt=now, withdrawn_at=None)))
        hidden = Q(updated_at__gte=since, phase__in=("waiting", "resolved")) & Exists(told)
        outside = ~Q(desk__in={seat.desk_id for seat in by.seats})
        formerly = self.alias(former=Subquery(told.order_by("id").values("former")[:1])).filter(
            hidden & outside & Q(former__in=phases)
        )
        return self.filter((real & ~(hidden & outside)) | Q(pk__in=formerly.order_by().values("pk")))

    def containing(self, words: str) -> Self:
        """Tickets that contain all the words, in any language, the desk's own among them; a number finds its ticket.

        Only for tickets of desks where who looks works; whoever else looks, it is `matching`.
        """
        asked = query_words(words)
        return self.filter((self._saying(asked) if asked else Q(pk=None)) | _numbered(words))

    def matching(self, words: str, *, by: "Person") -> Self:
        """The tickets that contain all the words in what this person may read, in any language.

        At their own desks, all that is said there. On the asking side what is said aloud, where they read all of that;
        where they read only a part, the subject, for that a word is in it would say what they must not read. One to
        which a merge brought them by no word at all, for its subject is another's: their own is found by its words. A
        number finds its ticket.
        """
        if by.is_machine or by.admin:
            return self.containing(words)
        asked, aloud = query_words(words), query_words(words, weights="AB")
        if not asked:
            return self.filter(_numbered(words))
        desks = {seat.desk_id for seat in by.seats}
        everything: TicketQuerySet = self.model.objects.order_by()
        said = Q(search=SearchQuery(aloud, config="simple", search_type="raw"))
        numbered = everything.filter(_numbered(words))
        if desks:
            # Of what they asked elsewhere, which is little, each is known by its key; the rest is at their desks.
            theirs = _elsewhere(by=by)
            inside = everything.filter(self._saying(asked), desk__in=desks)
            theirs = [ticket for ticket in theirs if not ticket.brought]
            whole_of = everything.filter(said, pk__in=[ticket.pk for ticket in theirs if not ticket.unread])
            part_of = everything.filter(pk__in=[ticket.pk for ticket in theirs if ticket.unread])
        else:
            inside, asking = everything.none(), everything.involving(by).exclude(self._brought(by))
            whole_of = asking.filter(said, ~_unread(self.model, by))
            part_of = asking.filter(_unread(self.model, by))
        for word in asked_words(words):
            part_of = part_of.filter(subject__icontains=word)
        # Each way by an index of its own; an OR of them would be looked for in all tickets.
        ways = [numbered, inside, whole_of, part_of]
        first, *others = (way.values("pk") for way in ways)
        return self.filter(pk__in=first.union(*others, all=True))

    def of_requester(self, address: str, *, by: "Person") -> Self:
        """Tickets whose requester has this address among theirs. Where `by` does not work it is the address by which
        they were named when it was asked, for another one would tell whose that is; of those to which a merge brought
        `by`, none."""
        if not address:
            return self.none()
        theirs = Q(requester__in=_having(by, address))
        if by.is_machine or by.admin:
            return self.filter(theirs)
        desks = {seat.desk_id for seat in by.seats}
        asking = self.model.objects.involving(by).exclude(self._brought(by))
        told = asking.filter(Q(requester=by, requester__in=_having(by, address)) | Q(requester_email=address))
        if not desks:
            return self.filter(pk__in=told.values("pk"))
        return self.filter(Q(theirs, desk__in=desks) | Q(pk__in=told.exclude(desk__in=desks).values("pk")))

    def _brought(self, person: "Person") -> Q:
        return Q(pk__in=person.participations.exclude(came_with=None).values("ticket"))

    def _saying(self, asked: str) -> Q:
        """The condition that they contain the words asked for. One query, which looks whether they are rare.

        PostgreSQL takes every rare word to be in half a percent of the tickets. Of a million it would rather read
        through the newest until it has enough, which for a word that is in a hundred takes most of a second.
        """
        saying = Q(search=SearchQuery(asked, config="simple", search_type="raw"))
        few = list(self.model.objects.filter(saying).values_list("pk", flat=True)[: RARE + 1])
        return saying if len(few) > RARE else Q(pk__in=few)

    def soonest_first(self) -> Self:
        return self.order_by("due_at", "id")

    def newest_first(self) -> Self:
        return self.order_by("-id")


def _having(person: "Person", address: str) -> QuerySet[Any]:
    """Whoever has this address, of the same model as the person."""
    return type(person).objects.filter(identities__kind="email", identities__subject=address).values("pk")


BETWEEN = ("replied", "resolved", "asked", "reopened")
ABOUT_EMAILS = ("undelivered", "sent_again")


def _between(tickets: Any) -> Any:
    """What happened between desk and requester, the last first: what was said, and emails to them that did not arrive
    or left once more. `list_rows.LINES` asks the same."""
    events = tickets._meta.get_field("events").related_model.objects.filter(ticket=OuterRef("pk"))
    events = events.annotate(about=Cast(KT("data__person"), BigIntegerField()))
    return events.filter(Q(name__in=BETWEEN) | Q(name__in=ABOUT_EMAILS, about=OuterRef("requester"))).order_by("-id")


def _unread(tickets: Any, person: "Person") -> Exists:
    """That something was said aloud, on a ticket of which the person knows, that they do not read."""
    messages = tickets._meta.get_field("messages").related_model.objects
    return Exists(messages.filter(ticket=OuterRef("pk")).aloud().hidden_from(person))


@composed
def _elsewhere(*, by: "Person") -> QuerySet[Any]:
    """What somebody asked or takes part in at desks where they do not work. `unread`: something is said aloud there
    that they do not read; `brought`: they are there by a merge."""
    tickets = apps.get_model("tickets", "Ticket")
    merged = by.participations.exclude(came_with=None).filter(ticket=OuterRef("pk"))
    found = tickets.objects.involving(by).exclude(desk__in={seat.desk_id for seat in by.seats}).only("pk")
    return found.annotate(unread=_unread(tickets, by), brought=Exists(merged))


class MessageQuerySet(LoggedQuerySet):
    def visible_to(self, person: "Person", ticket: Any) -> Self:
        """The part of a ticket's conversation that this person may read: the one place where notes are cut."""
        found = self.filter(ticket=ticket)
        # The rule is that of `readable_by`, whose query takes long to compose; of one ticket the desk is known.
        return found if any(seat.desk_id == ticket.desk_id for seat in person.seats) else found.readable_by(person)

    def readable_by(self, person: "Person", *, of_known: bool = False) -> Self:
        """What this person may read, of all tickets. Where a ticket was merged into another, each word is read by those
        of the ticket in which it was said; `rights.readers_of` says the same of one message. `of_known`: only tickets
        are asked about of which they may know, and that is not looked at again, which takes long."""
        if person.is_machine or person.admin:
            return self
        return self._as_said().filter(self._reads(person, of_known=of_known))

    def hidden_from(self, person: "Person") -> Self:
        """What this person may not read, of tickets of which they may know. Each message is looked at by itself: held
        against all that they read there, a long conversation would cost the square of its length."""
        if person.is_machine or person.admin:
            return self.none()
        return self._as_said().filter(~self._reads(person, of_known=True))

    def _as_said(self) -> Self:
        """With the names by which `hearing.heard_by` asks."""
        said: Self = self.alias(
            home=Coalesce("origin_id", "ticket_id"),
            said_at=F("created_at"),
            writer=F("author_id"),
            aside=F("to_askers"),
        )
        return said

    def _reads(self, person: "Person", *, of_known: bool) -> Q:
        tickets = self.model._meta.get_field("ticket").related_model
        heard = _aloud() & heard_by(person, tickets, Q(kind="reply"))
        if not of_known:
            heard &= _of_known(tickets, person)
        return Q(ticket__desk__in={seat.desk_id for seat in person.seats}) | heard

    def without_html(self) -> Self:
        """For many at once: a letter's own HTML may be megabytes, and is read where that letter is shown alone. Whether
        there is any is known all the same (`Message.has_html`)."""
        return self.defer("html").annotate(is_html=ExpressionWrapper(~Q(html=""), output_field=BooleanField()))

    def aloud(self) -> Self:
        """What is said to the asking side and has left."""
        return self.filter(_aloud())


class AttachmentQuerySet(QuerySet[Any]):
    def unsent_of(self, person: "Person") -> Self:
        """What the person uploaded and has not sent yet: it belongs to nobody else."""
        return self.filter(ticket__isnull=True, uploader=person)

    def in_order(self) -> Self:
        """As they were given."""
        return self.order_by("place", "created_at", "id")

    def named(self, ids: Iterable[UUID | str]) -> list[Any]:
        """Those of them that are among these ids, each once, in the order of the ids."""
        asked = dict.fromkeys(UUID(str(each)) for each in ids)
        found = self.in_bulk(list(asked)) if asked else {}
        return [found[each] for each in asked if each in found]

    def copies_for(self, person: "Person") -> list[Any]:
        """The same files once more, saved in the same order as uploads of the person; the bytes are shared."""
        copies = [
            self.model(uploader=person, **{name: getattr(file, name) for name in COPIED}) for file in self.in_order()
        ]
        return self.bulk_create(copies)

    def visible_to(self, person: "Person") -> Self:
        """Files of messages that the person may read, and own uploads that were not sent yet. A file without words is
        as a message of its uploader's."""
        own = Q(ticket__isnull=True, uploader=person)
        if person.is_machine or person.admin:
            return self.filter(own | Q(ticket__isnull=False))
        files = self.alias(
            home=Coalesce("message__origin_id", "ticket_id"),
            said_at=Coalesce("message__created_at", "created_at"),
            writer=Coalesce("message__author_id", "uploader_id"),
            aside=Coalesce("message__to_askers", Value(False)),
        )
        tickets = self.model._meta.get_field("ticket").related_model
        desks = {seat.desk_id for seat in person.seats}
        working = Membership.objects.filter(person=OuterRef("uploader"), desk=OuterRef("ticket__desk"))
        by_desk = Q(message__kind="reply") | Q(Q(message__isnull=True), Exists(working))
        said = (Q(message__isnull=True) | _aloud("message__")) & heard_by(person, tickets, by_desk)
        said &= _of_known(tickets, person)
        return files.filter(own | Q(ticket__desk__in=desks) | (Q(ticket__isnull=False) & said))


def _aloud(path: str = "") -> Q:
    """That a message is said to the asking side and has left."""
    left = {f"{path}withdrawn_at__isnull": True, f"{path}leaves_at__lte": clock.now()}
    return ~Q(**{f"{path}kind": "note"}) & Q(**left)


def _of_known(tickets: Any, person: "Person") -> Q:
    return Q(ticket__in=tickets.objects.visible_to(person).order_by().values("pk"))


def _numbered(words: str) -> Q:
    return Q(pk=whole(words.strip().rpartition("-")[2]))
