"""How many emails people from outside the desk may bring about: one table. What is too much is not sent, and the ticket
says so to those who work on it.

What the desk says itself is never held back. Only what leaves is counted, so that who has used up their own share does
not use up what a reader may have from others.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.kit.mailbox import mailbox_of
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions, channels
from firstline.tickets.models import Event
from firstline.tickets.quotas import NAMED, NAMED_IN_A_DAY
from firstline.tickets.rights import seat, works_on

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HELD = "Not sent; those who work on the request see it there."
OUTSIDE = "emails to the asking side that somebody of it brought about (added, asked for you, declined …)"
INSIDE = "emails to agents that the asking side brought about (answers, reopened …)"
CONFIRMED = limit(
    3, "emails", of="confirmations of requests by email or API", per="mailbox of the reader", within=HOUR, said=HELD
)
FROM_ONE = limit(5, "emails", of=OUTSIDE, per="writer and reader", within=HOUR, said=HELD)
FROM_ONE_IN_A_DAY = limit(15, "emails", of=OUTSIDE, per="writer and reader", within=DAY, said=HELD)
TO_ONE = limit(20, "emails", of=OUTSIDE, per="mailbox of the reader", within=HOUR, said=HELD)
TO_ONE_IN_A_DAY = limit(60, "emails", of=OUTSIDE, per="mailbox of the reader", within=DAY, said=HELD)
TO_AN_AGENT = limit(30, "emails", of=INSIDE, per="writer and agent", within=HOUR, said=HELD)
TO_AGENTS = limit(150, "emails", of=INSIDE, per="writer", within=HOUR, said=HELD)

KEPT_NOTES = "notices to agents that their email was kept as a note"
KEPT_AS_NOTE = limit(5, "emails", of=KEPT_NOTES, per="mailbox of the reader", within=HOUR, said=HELD)
KEPT_AS_NOTE_IN_A_DAY = limit(15, "emails", of=KEPT_NOTES, per="mailbox of the reader", within=DAY, said=HELD)

BY_THE_DESK = frozenset(
    "replied resolved transferred assigned mentioned undelivered absorbed clock_warned clock_breached".split()
)
"""What only those who work there, or the clock, bring about. Whatever else happens is counted unless they did it."""


@dataclass(frozen=True)
class Budget:
    """So many emails of this `sort` within so long: for each `writer`, each `reader`, or each two of them."""

    sort: str
    per: tuple[str, ...]
    most: int
    within: timedelta
    reason: str
    """Of what is too much: a key of `reasons.REASONS`."""

    def key(self, mailboxes: dict[str, str]) -> str:
        counted = [self.sort, str(self.within), *(f"{each} {mailboxes[each]}" for each in self.per)]
        return hashlib.sha256("\0".join(["email", *counted]).encode()).hexdigest()


# The narrowest first: whose own share is used up takes nothing of the others'.
BUDGETS = (
    Budget("confirmation", ("reader",), CONFIRMED, HOUR, "enough"),
    Budget("outside", ("writer", "reader"), FROM_ONE, HOUR, "enough_from_one"),
    Budget("outside", ("writer", "reader"), FROM_ONE_IN_A_DAY, DAY, "enough_from_one"),
    Budget("outside", ("writer",), NAMED, HOUR, "enough_of_one"),
    Budget("outside", ("writer",), NAMED_IN_A_DAY, DAY, "enough_of_one"),
    Budget("outside", ("reader",), TO_ONE, HOUR, "enough_for_one"),
    Budget("outside", ("reader",), TO_ONE_IN_A_DAY, DAY, "enough_for_one"),
    Budget("kept", ("reader",), KEPT_AS_NOTE, HOUR, "enough_of_one"),
    Budget("kept", ("reader",), KEPT_AS_NOTE_IN_A_DAY, DAY, "enough_of_one"),
    Budget("inside", ("writer", "reader"), TO_AN_AGENT, HOUR, "enough_from_one"),
    Budget("inside", ("writer",), TO_AGENTS, HOUR, "enough_of_one"),
)

# Rows are made and locked in one order, so that no two workers wait for each other.
_MAKE = """
INSERT INTO people_attempts (key, count, since)
SELECT key, 0, %s FROM unnest(%s::text[]) key ORDER BY key ON CONFLICT (key) DO NOTHING
"""
_READ = "SELECT key, count, since FROM people_attempts WHERE key = ANY(%s) ORDER BY key FOR UPDATE"
_WRITE = """
UPDATE people_attempts a SET count = spent.count, since = spent.since
FROM unnest(%s::text[], %s::int[], %s::timestamptz[]) AS spent (key, count, since) WHERE a.key = spent.key
"""


def hold_back(rows: Sequence[Delivery], *, inside: frozenset[str]) -> None:
    """Drop those of these new deliveries, in their order, that are too much, and have their tickets say so. `inside`:
    the templates that go to those who work at the desk. Safe to repeat with what is stored already."""
    counted = list(_sorts(rows, inside))
    known = _known([row for row, _sort in counted])
    wanted = [(row, list(_keys(row, sort))) for row, sort in counted if _once(row) not in known]
    if not wanted:
        return
    spent, since = _read({key: budget.within for _row, keys in wanted for key, budget in keys})
    before, held = dict(spent), []
    for row, keys in wanted:
        full = next((budget for key, budget in keys if spent[key] >= budget.most), None)
        if full is None:
            spent.update({key: spent[key] + 1 for key, _budget in keys})
        else:
            row.state, row.reason = Delivery.State.DROPPED, full.reason
            held.append(row)
    changed = sorted(key for key, count in spent.items() if count != before[key])
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [changed, [spent[key] for key in changed], [since[key] for key in changed]])
    _say_so(held)


def _sorts(rows: Sequence[Delivery], inside: frozenset[str]) -> Iterator[tuple[Delivery, str]]:
    """Those that are counted, and as what."""
    theirs = [row for row in rows if row.template != "received" and row.event.name not in BY_THE_DESK]
    if theirs:
        seat([row.event.by for row in theirs])
    for row in rows:
        if row.template == "kept_as_note":
            yield row, "kept"  # a program that answers it without saying that it is one comes to an end
        elif row.template == "received":
            # In somebody's name, or ten thousand times a minute. Other requests have a quota (`tickets.quotas`).
            if channels.is_inbound(row.ticket.channel) or row.ticket.channel == channels.API:
                yield row, "confirmation"
        elif row.event.name not in BY_THE_DESK and (_wrote(row) or not works_on(row.event.by, row.ticket)):
            yield row, "inside" if row.template in inside else "outside"


def _keys(row: Delivery, sort: str) -> Iterator[tuple[str, Budget]]:
    mailboxes = {"reader": mailbox_of(row.address), "writer": _writer(row)}
    for budget in BUDGETS:
        if budget.sort == sort:
            yield budget.key(mailboxes), budget


def _wrote(row: Delivery) -> dict[str, Any] | None:
    """Who wrote the email that became a note of ours."""
    wrote: dict[str, Any] | None = row.event.told.get("wrote")
    return wrote


def _writer(row: Delivery) -> str:
    if wrote := _wrote(row):
        return f"{wrote['writer']}" if wrote["writer"] else f"strangers on {row.ticket_id}"
    by = row.event.by
    return mailbox_of(by.email) if by.email else f"{by.pk}"


def _read(windows: dict[str, timedelta]) -> tuple[dict[str, int], dict[str, datetime]]:
    """What was spent of each and since when; what is over begins anew. Locked until the end of the transaction."""
    now, keys = clock.now(), list(windows)
    spent, since = dict.fromkeys(keys, 0), dict.fromkeys(keys, now)
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, [now, keys])
        cursor.execute(_READ, [keys])
        for key, count, began in cursor.fetchall():
            if began + windows[key] > now:
                spent[key], since[key] = count, began
    return spent, since


def _known(rows: Sequence[Delivery]) -> set[tuple[int, int, str]]:
    events = {row.event_id for row in rows}
    stored = Delivery.objects.filter(event__in=events).values_list("event", "person", "template")
    return set(stored) if events else set()


def _once(row: Delivery) -> tuple[int, int, str]:
    return row.event_id, row.person_id, row.template


def _say_so(held: Sequence[Delivery]) -> None:
    """Once an hour of each person and reason on each ticket, for which one sentence is enough."""
    if not held:
        return
    told = Event.objects.filter(
        ticket__in={row.ticket_id for row in held}, name="held_back", at__gt=clock.now() - HOUR
    ).values_list("ticket", "data__person", "data__reason")
    said = set(told)
    system = Person.objects.system()
    for row in sorted(held, key=lambda each: each.ticket_id):
        about = (row.ticket_id, row.person_id, row.reason)
        if about not in said:
            said.add(about)
            actions.held_back(row.ticket, by=system, person=row.person, reason=row.reason)
