"""Whom a merge brings from one request to the other, and that they stay there for as long as their own is merged."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from firstline.people.models import Person
from firstline.tickets.hearing import TAKES_PART
from firstline.tickets.models import Event, Participant, Ticket
from firstline.tickets.rights import handles, works_on

Rows = Mapping[tuple[int, str], tuple[datetime | None, int | None, list[str]]]
"""Person and role → from when on they read, with which request they came, and by which addresses they were named."""


def bring(ticket: Ticket, into: Ticket, *, reading: bool, at: datetime) -> tuple[list[int], list[int]]:
    """The asking side of `ticket` takes part in `into`, `reading` what was said there before or not. Who came late to
    `ticket` reads no more here than there. So that it can be undone: who was added by this, and who takes part from
    now on in what they had only asked for somebody else."""
    return _add(_asking_side(ticket), ticket, into, reading=reading, at=at)


def bring_watchers(ticket: Ticket, into: Ticket) -> list[int]:
    """Who watches `ticket`, and who has it while another or nobody has `into`, watches `into` from now on, if they work
    there. Who was added by this, so that it can be undone."""
    watching = Person.objects.filter(participations__ticket=ticket, participations__role="watcher")
    theirs = {person.pk: person for person in watching if works_on(person, into)}
    had = ticket.assignee
    if had is not None and had.pk != into.assignee_id and handles(had, into):
        theirs[had.pk] = had
    there = set(into.participants.filter(role="watcher").values_list("person_id", flat=True))
    new = sorted(theirs.keys() - there)
    Participant.objects.bulk_create([Participant(ticket=into, person_id=pk, role="watcher") for pk in new])
    return new


def keep(ticket: Ticket, *, alone: Collection[int] = (), but: Ticket | None = None) -> dict[str, Any]:
    """After some were let out of `ticket`: those whose own request is merged into it (`but` for one) are there as the
    merge brought them, for nobody is let out of what is their own; who takes no part any more is shown nothing of the
    merged ones either. `alone`: who reads here only what belongs to their own, whatever the merge shared. What it did
    is for the event, `brought_by` reads it."""
    kept: dict[str, Any] = {}
    for merged in _merges(ticket, but=but):
        own, rows = merged.ticket, _own_side(merged)
        added, more = [], []
        for only_own in (False, True):
            chosen = {key: row for key, row in rows.items() if (key[0] in alone) is only_own}
            reading = merged.told["shared"] and not only_own
            new = _add(chosen, own, ticket, reading=reading, at=merged.at)
            added += new[0]
            more += new[1]
        if added or more:
            kept[str(own.pk)] = [added, more]
        _hide(merged, ticket)
    return {"kept": kept} if kept else {}


def brought_by(merged: Event, into: Ticket) -> tuple[list[int], list[int]]:
    """Whom this merge brought to `into`: who takes part by it alone, and who does in what they had only asked."""
    told = merged.told
    joined, more = list(told["joined"]), list(told["joined_more"])
    for event in into.events.filter(pk__gt=merged.pk, data__has_key="kept"):
        also = event.told["kept"].get(str(merged.ticket_id), ([], []))
        joined += also[0]
        more += also[1]
    return joined, more


def _merges(ticket: Ticket, *, but: Ticket | None) -> list[Event]:
    """The merges by which others go on in this one, in their order."""
    found = Event.objects.filter(ticket__merged_into=ticket, name="merged").order_by("ticket_id", "-id")
    found = found.exclude(ticket=but) if but else found
    return sorted(found.distinct("ticket_id").select_related("ticket"), key=lambda merged: merged.pk)


def _own_side(merged: Event) -> Rows:
    """The asking side of a merged request, without those whom that merge brought there from the other one."""
    shown, more = set(merged.told["shown"]), set(merged.told["shown_more"])
    return {
        (pk, role): row
        for (pk, role), row in _asking_side(merged.ticket).items()
        if pk == merged.ticket.requester_id or not (pk in shown or (pk in more and role == "participant"))
    }


def _hide(merged: Event, ticket: Ticket) -> None:
    """Take back what the merge showed to those who do not take part in `ticket` as they did then."""
    told, rows = merged.told, merged.ticket.participants.filter(role__in=TAKES_PART)
    asks, takes_part = Q(person=ticket.requester_id), Q(person__in=ticket.participants.values("person"))
    reads = asks | Q(person__in=ticket.participants.filter(role="participant").values("person"))
    shown = Q(person__in=told["shown"]) | Q(person__in=told["shown_more"], role="participant")
    rows.filter(shown, ~(reads | Q(takes_part, role="asker"))).delete()


def _asking_side(ticket: Ticket) -> Rows:
    rows: dict[tuple[int, str], tuple[datetime | None, int | None, list[str]]]
    named = [ticket.requester_email] if ticket.asked_by_id and ticket.requester_email else []
    rows = {(ticket.requester_id, "participant"): (None, None, named)}
    for each in ticket.participants.filter(role__in=TAKES_PART):
        rows.setdefault((each.person_id, each.role), (each.sees_from, each.came_with_id, each.named))
    return rows


def _add(rows: Rows, ticket: Ticket, into: Ticket, *, reading: bool, at: datetime) -> tuple[list[int], list[int]]:
    there: dict[int, set[str]] = defaultdict(set)
    for pk, role in into.participants.filter(role__in=TAKES_PART).values_list("person_id", "role"):
        there[pk].add(role)
    new = {
        (pk, role): row
        for (pk, role), row in rows.items()
        if pk != into.requester_id and (not there[pk] or (role == "participant" and there[pk] == {"asker"}))
    }
    Participant.objects.bulk_create(
        [
            Participant(
                ticket=into,
                person_id=pk,
                role=role,
                sees_from=cut if reading else max(cut or at, at),
                came_with_id=came_with if reading else came_with or ticket.pk,
                named=named,
            )
            for (pk, role), (cut, came_with, named) in sorted(new.items())
        ]
    )
    added = {pk for pk, _role in new}
    return sorted(pk for pk in added if not there[pk]), sorted(pk for pk in added if there[pk])
