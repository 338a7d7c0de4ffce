"""Whose live pages are called when something has happened: those inside, and of the asking side whoever hears of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstline.tickets.hearing import TAKES_PART, Said, hears

HELD = ("replied", "held", "resolved")
"""What waits with its reply until that has left."""
NOT_TO_ASKERS = ("replied", "asked", "attached", "participant_added", "unshared", "rated")
"""Where no message says that askers are told as well."""
WORDS = ("replied", "asked", "attached")
"""What is nothing but its message, which is heard in the request in which it was said: its home. Whatever else tells
where the request stands, which all that take part see."""
BY_THE_ASKING_SIDE = ("asked", "attached", "participant_added", "shared", "unshared", "rated", "renamed")

ASK = """
SELECT t.id, t.number, t.desk_id,
       coalesce(json_agg(json_build_array(told.home, told.at, told.aside, told.by_desk)) FILTER (WHERE NOT told.inside),
                '[]'),
       (SELECT json_agg(json_build_array(h.id, h.requester_id))
        FROM tickets_ticket h WHERE h.id = ANY(array_agg(told.home) || t.id)),
       (SELECT coalesce(json_agg(json_build_array(p.ticket_id, p.person_id, p.role, p.came_with_id, p.sees_from)), '[]')
        FROM tickets_participant p WHERE p.ticket_id = ANY(array_agg(told.home) || t.id) AND p.role = ANY(%(roles)s))
FROM (
    SELECT e.ticket_id, m.created_at AS at,
           CASE WHEN e.name = ANY(%(words)s) THEN coalesce(m.origin_id, e.ticket_id) ELSE e.ticket_id END AS home,
           e.internal OR e.name = ANY(%(held)s)
               AND coalesce(m.leaves_at > %(now)s OR m.withdrawn_at IS NOT NULL, false) AS inside,
           coalesce(m.to_askers, false) OR e.name <> ALL(%(not_to_askers)s) AS aside,
           CASE WHEN e.name = ANY(%(words)s) AND m.id IS NOT NULL THEN m.kind = 'reply'
                ELSE e.name <> ALL(%(by_the_asking_side)s) END AS by_desk
    FROM tickets_event e LEFT JOIN tickets_message m ON m.id = (e.data ->> 'message')::bigint
    WHERE e.id = ANY(%(events)s)
) told JOIN tickets_ticket t ON t.id = told.ticket_id GROUP BY t.id
"""
"""A row for each ticket of these events, for `of`."""


@dataclass(frozen=True)
class Audience:
    """Who hears that something has happened to a ticket: whoever works at its desk, and `asking`, by id."""

    ticket: int
    number: str
    desk: int
    asking: frozenset[int]


@dataclass(frozen=True)
class _Share:
    role: str
    came_with_id: int | None
    sees_from: datetime | None


def values(events: Sequence[int], *, now: datetime) -> dict[str, Any]:
    """What ASK is given."""
    return {
        "events": list(events), "now": now, "roles": list(TAKES_PART), "held": list(HELD),
        "not_to_askers": list(NOT_TO_ASKERS), "by_the_asking_side": list(BY_THE_ASKING_SIDE), "words": list(WORDS),
    }  # fmt: skip


def of(row: tuple[Any, ...], *, now: datetime) -> Audience:
    """Whom a row of ASK means. Of a message it is whoever reads it; else whoever takes part by now."""
    ticket, number, desk, told, requesters, rows = row
    asks = dict(requesters)
    shares: dict[int, dict[int, list[_Share]]] = {home: {requester: []} for home, requester in asks.items()}
    for home, person, role, came_with, sees_from in rows:
        shares[home].setdefault(person, []).append(_Share(role, came_with, _moment(sees_from)))
    asking = {
        person
        for home, at, aside, by_desk in told
        for person, theirs in shares[home].items()
        if hears(Said(_moment(at) or now, aside, by_desk), is_requester=person == asks[home], shares=theirs)
    }
    return Audience(ticket, number, desk, frozenset(asking & shares[ticket].keys()))


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
