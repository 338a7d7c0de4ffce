"""The right side of a ticket's page: what is known about it and about the person who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from firstline.catalog import config_cache
from firstline.catalog.forms import shown_answers
from firstline.catalog.models import Status
from firstline.channels.email.forwards import Original
from firstline.kit import clock
from firstline.kit.compiled_queries import composed
from firstline.kit.limits import limit
from firstline.people.models import Identity, Person
from firstline.tickets.fields import asked_of
from firstline.tickets.models import Clock, Link, Participant, Rating, Ticket
from firstline.tickets.naming import is_mere_address
from firstline.web.workspace.clocks import ShownClock, TooLong, shown, too_long
from firstline.web.workspace.letters import Letters
from firstline.web.workspace.readers import in_words, named

RECENT = 5
MOST_COPIED = 10
MOST_TIES = 50
MOST_BEFORE = limit(
    100,
    "requests",
    of="earlier requests of the requester that are counted",
    per="request",
    said="It says that there are more.",
)

# How a link is called from its other end.
BACKWARDS = {
    "related": _("Related to"),
    "duplicate": _("Has the duplicate"),
    "child": _("Has the part"),
    "caused": _("Is the cause of"),
    "split": _("Split off"),
    "follows": _("Followed up by"),
}


@dataclass(frozen=True)
class Tie:
    """One link as seen from this ticket."""

    label: Any
    other: Ticket


class Earlier(NamedTuple):
    """What else the same person asked, and how satisfied he was, if he said so."""

    score: int | None
    number: str
    subject: str
    phase: str
    status_id: str

    @property
    def status(self) -> Status:
        return config_cache.current().statuses[self.status_id]


@dataclass(frozen=True)
class Requester:
    """Who asks: as recorded at intake, and the history that `by` may see."""

    person: Person
    local_time: datetime | None
    language: str
    before: int
    satisfied: int
    rated: int
    recent: Sequence[Earlier]


@dataclass(frozen=True)
class Side:
    clocks: list[ShownClock]
    too_long: TooLong | None
    requester: Requester
    participants: list[Person]
    watchers: list[Person]
    askers: list[Person]
    """Who asked it for the requester, and reads what is said to askers."""
    readers: str
    """Who of the asking side reads what is replied, in words; without the askers, to whom it is said only if one says
    so."""
    mere_address: bool
    """Whether the requester is an address that somebody typed, and nobody whom the desk knows."""
    watched: bool
    ties: list[Tie]
    merged: list[Ticket]
    merged_into: Ticket | None
    rating: Rating | None
    answers: list[tuple[str, str]]
    doubt: str
    """Why the sender of the letter that opened it is not proved; empty where he is, or where it was no letter."""
    original: Original | None
    """Whose letter was forwarded, and so perhaps asks."""
    has_more_ties: bool
    copied: dict[str, str]
    """Address → name of those to whom letters went as well, and who do not take part yet: the first few."""
    more_copied: int
    """How many others these are."""


def about(ticket: Ticket, links: Sequence[Link], tickets: dict[int, Ticket], *, by: Person, letters: Letters) -> Side:
    """All that the side shows. `tickets`: those that the links name, and those merged into this one."""
    clocks = _clocks(ticket.pk)
    taking_part = _taking_part(ticket.pk)
    participants = [each.person for each in taking_part if each.role == Participant.Role.PARTICIPANT]
    copied = list(_copied(ticket, letters, taking_part).items())
    return Side(
        clocks=shown(clocks),
        too_long=too_long(ticket, clocks),
        requester=_requester(ticket, by=by),
        participants=participants,
        readers=in_words([named(ticket.requester, ticket.requester_name), *map(named, participants)]),
        watchers=[each.person for each in taking_part if each.role == Participant.Role.WATCHER],
        askers=[
            each.person
            for each in taking_part
            if each.role == Participant.Role.ASKER and each.person_id != ticket.requester_id
        ],
        mere_address=is_mere_address(ticket.requester),
        watched=any(each.person_id == by.pk and each.role == Participant.Role.WATCHER for each in taking_part),
        ties=[tie for link in links[:MOST_TIES] if (tie := _tie(link, ticket, tickets))],
        has_more_ties=len(links) > MOST_TIES,
        merged=[other for other in tickets.values() if other.merged_into_id == ticket.pk],
        merged_into=tickets.get(ticket.merged_into_id or 0),
        rating=getattr(ticket, "rating", None),
        answers=_answers(ticket),
        doubt=letters.doubt,
        original=letters.original,
        copied=dict(copied[:MOST_COPIED]),
        more_copied=len(copied[MOST_COPIED:]),
    )


def links_of(ticket: Ticket) -> list[Link]:
    """Its links in both directions, the newest first, as many as are shown and one more."""
    return _links(ticket.pk)


def others_of(ticket: Ticket, links: Sequence[Link]) -> list[int]:
    """The ids of the tickets to which it is tied or into which it was merged."""
    ends = {end for link in links for end in (link.ticket_id, link.other_id)}
    return [*(ends - {ticket.pk}), *([ticket.merged_into_id] if ticket.merged_into_id else [])]


def _tie(link: Link, ticket: Ticket, tickets: dict[int, Ticket]) -> Tie | None:
    ours = link.ticket_id == ticket.pk
    other = tickets.get(link.other_id if ours else link.ticket_id)
    if other is None:
        return None
    return Tie(Link.Kind(link.kind).label if ours else BACKWARDS[link.kind], other)


def _requester(ticket: Ticket, *, by: Person) -> Requester:
    person = ticket.requester
    earlier = [Earlier(*row) for row in _earlier(person.pk, ticket.pk, by=by)]
    return Requester(
        person=person,
        local_time=clock.now().astimezone(ZoneInfo(person.zone)) if person.zone else None,
        language=str(dict(settings.LANGUAGES).get(person.language, person.language)),
        before=len(earlier),
        satisfied=sum(each.score == 1 for each in earlier),
        rated=sum(each.score is not None for each in earlier),
        recent=earlier[:RECENT],
    )


@composed
def _clocks(ticket: int) -> QuerySet[Clock]:
    return Clock.objects.filter(ticket=ticket)


@composed
def _taking_part(ticket: int) -> QuerySet[Participant]:
    found = Participant.objects.filter(ticket=ticket).select_related("person")
    shown = ("name", "email", "kind", "account", "is_active", "bounced_at", "bounced_address")
    return found.only("role", *(f"person__{name}" for name in shown)).order_by("pk")


@composed
def _links(ticket: int) -> QuerySet[Link]:
    return Link.objects.filter(Q(ticket=ticket) | Q(other=ticket)).order_by("-pk")[: MOST_TIES + 1]


@composed
def _earlier(asker: int, ticket: int, *, by: Person) -> QuerySet[Ticket, Any]:
    """One who asks every day has thousands behind him; nobody needs to know how many."""
    found = Ticket.objects.visible_to(by).at_desks_of(by).filter(requester=asker).exclude(pk=ticket).newest_first()
    return found.values_list("satisfaction", "number", "subject", "phase", "status_id")[:MOST_BEFORE]


def _copied(ticket: Ticket, letters: Letters, taking_part: Sequence[Participant]) -> dict[str, str]:
    """Of those in copy each human once, by the first of their addresses, and nobody who takes part by any of theirs."""
    if not letters.copied:
        return {}
    known = Identity.objects.filter(kind=Identity.EMAIL, subject__in=letters.copied)
    whose = dict(known.values_list("subject", "person"))
    there: set[int | str] = {ticket.requester_id, *(each.person_id for each in taking_part)}
    shown: dict[str, str] = {}
    for address, name in letters.copied.items():
        who = whose.get(address, address)
        if who not in there:
            shown[address] = name
            there.add(who)
    return shown


def _answers(ticket: Ticket) -> list[tuple[str, str]]:
    if not ticket.answers:
        return []
    try:
        return shown_answers(asked_of(ticket), ticket.answers)
    except ValidationError:  # the form was broken since; what was answered is still worth reading
        return shown_answers([], ticket.answers)
