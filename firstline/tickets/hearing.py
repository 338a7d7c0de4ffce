"""What of a conversation those of the asking side read: one rule, in memory of one thing said and in SQL of all.

Where a ticket was merged into another, each word is read by those of the ticket in which it was said, its home.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Exists, OuterRef, Q

from firstline.tickets.access import ACCESS, ASKING, SHARES, Access, Hears, keys_of

if TYPE_CHECKING:
    from firstline.people.models import Person

TAKES_PART = keys_of(SHARES, ASKING)
"""The roles of the asking side beside the requester."""
_BY_ROLE: dict[str, Access] = {access.key: access for access in ACCESS.values() if access.source is SHARES}
_ASIDE = next(role for role, access in _BY_ROLE.items() if access.hears == Hears.ASIDE)


@dataclass(frozen=True)
class Said:
    """Something that was said aloud and has left. `aside`: to askers as well; `by_desk`: what those hear as well whom a
    merge brought, who share nothing of what the other side says."""

    at: datetime
    aside: bool
    by_desk: bool


class Share(Protocol):
    """A row of those who take part."""

    @property
    def role(self) -> str: ...
    @property
    def sees_from(self) -> datetime | None: ...
    @property
    def came_with_id(self) -> int | None: ...


def hears(said: Said, *, is_requester: bool, shares: Iterable[Share]) -> bool:
    """Whether somebody reads it who stands so to its home, beside whoever said it."""
    mine = {share.role: share for share in shares}
    for role, share in mine.items():
        if _BY_ROLE[role].hears == Hears.SINCE and _is_there(share, said):
            return True
        if _BY_ROLE[role].hears == Hears.ASIDE and said.aside and (is_requester or _is_there(share, said)):
            return True
    return is_requester and not _became_requester_later(mine.get(_ASIDE), said)


def heard_by(person: "Person", tickets: Any, by_desk: Q) -> Q:
    """The same as a condition on what was said, whose queryset names `home`, `said_at`, `writer` and `aside`. Whether
    the person knows of the ticket at all is not asked. `tickets`: their model."""
    rows = tickets._meta.get_field("participants").related_model.objects
    shares = rows.filter(ticket=OuterRef("home"), person=person)
    there = Q(sees_from__isnull=True) | Q(sees_from__lt=OuterRef("said_at"))
    is_requester = Exists(tickets.objects.filter(pk=OuterRef("home"), requester=person))
    became_requester_later = Exists(shares.filter(role=_ASIDE, sees_from__gte=OuterRef("said_at")))
    heard = (is_requester & ~became_requester_later) | Q(writer=person.pk)
    for role, access in _BY_ROLE.items():
        mine = shares.filter(there, role=role)
        is_there = Q(Exists(mine.filter(came_with=None))) | Q(by_desk, Exists(mine))
        if access.hears == Hears.SINCE:
            heard |= is_there
        if access.hears == Hears.ASIDE:
            heard |= Q(aside=True) & (is_there | (is_requester & Exists(shares.filter(role=role))))
    return heard


def _is_there(share: Share, said: Said) -> bool:
    return (share.sees_from is None or share.sees_from < said.at) and (share.came_with_id is None or said.by_desk)


def _became_requester_later(asked: Share | None, said: Said) -> bool:
    return asked is not None and asked.sees_from is not None and asked.sees_from >= said.at
