"""Who of the asking side reads what an agent says aloud, and what they had written by then: said where it is written,
and held against how it is by now when it is sent (`actions.MoreReaders`, `actions.Unseen`)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from firstline.kit.lists import listed
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.tickets.models import Message, Participant, Ticket

ALOUD = (Message.Kind.REQUEST, Message.Kind.REPLY)
MOST_NAMED = 3
"""Readers of a reply that are named above it; of the others it says how many there are."""


class Readers:
    """Those who read what is said on one ticket, but for the askers: `ids` for the form, `words` for the agent."""

    def __init__(self, ticket: Ticket, participants: Iterable[Person]) -> None:
        taking_part = list(participants)
        self.ids = joined([ticket.requester_id, *(each.pk for each in taking_part)])
        self.are_several = bool(taking_part)
        self.words = in_words([named(ticket.requester, ticket.requester_name), *map(named, taking_part)])

    @property
    def sentence(self) -> str:
        if self.are_several:
            return _("%(names)s read this") % {"names": self.words}
        return _("%(name)s reads this") % {"name": self.words}


def readers_of(tickets: Iterable[Ticket]) -> dict[int, Readers]:
    """By ticket, whose requesters were read along. One query."""
    rows: dict[int, list[Person]] = defaultdict(list)
    asked = list(tickets)
    taking_part = Participant.objects.filter(ticket__in=asked, role=Participant.Role.PARTICIPANT)
    for each in taking_part.select_related("person").order_by("pk"):
        rows[each.ticket_id].append(each.person)
    return {ticket.pk: Readers(ticket, rows[ticket.pk]) for ticket in asked}


def newest_said(tickets: Iterable[Ticket]) -> dict[int, int]:
    """By ticket, the last message that both sides read; 0 where there is none. One query."""
    ids = [ticket.pk for ticket in tickets]
    said = Message.objects.filter(ticket__in=ids, kind__in=ALOUD).order_by()
    return dict.fromkeys(ids, 0) | dict(said.values_list("ticket").annotate(Max("pk")))


@dataclass(frozen=True)
class Arrived:
    """What the asking side wrote, or a colleague answered, meanwhile."""

    by: str
    at: datetime
    body: Markup


def arrived_since(ticket: Ticket, seen: int | None, *, by: Person) -> list[Arrived]:
    """What the asking side wrote, or a colleague of `by` answered, after that message, oldest first; of much the last.
    None asks nothing."""
    if seen is None:
        return []
    own = Q(kind=Message.Kind.REPLY, author=by)
    found = ticket.messages.filter(~own, kind__in=ALOUD, pk__gt=seen, withdrawn_at=None).select_related("author")
    last = found.without_html().order_by("-pk")[:MOST_NAMED]
    return [Arrived(named(one.author), one.created_at, Markup(one.shown)) for one in reversed(last)]  # noqa: S704


def joined(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))


def parted(given: str) -> set[int] | None:
    """Whom a page named; None if it named nobody, as a page of an earlier version."""
    return {whole(each) or 0 for each in given.split(",")} if given else None


def named(person: Person, name: str = "") -> str:
    """What an agent is told of who reads their words: the address as well, where anybody could have chosen the name."""
    beside = person.beside()
    return f"{name or person.name} <{beside}>" if beside else name or person.name


def in_words(names: list[str]) -> str:
    """The first of these names, and how many more there are."""
    beyond = len(names) - MOST_NAMED
    if beyond <= 0:
        return listed(names)
    others = ngettext("%(count)s other", "%(count)s others", beyond) % {"count": beyond}
    return listed([*names[:MOST_NAMED], others])
