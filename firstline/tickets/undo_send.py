"""What a reply brought about that has not left yet: it can be taken back, and the asking side does not see it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q

from firstline.catalog import config_cache
from firstline.kit import clock
from firstline.tickets.models import Event, Message, Ticket
from firstline.tickets.rights import works_on
from firstline.tickets.tracked import TRACKED

if TYPE_CHECKING:
    from firstline.people.models import Person

ANSWERED = frozenset({"first_response_at", "unanswered_since"})
ANSWERS = frozenset({"replied", "resolved"})
ASKS = frozenset({"asked", "reopened"})
ENDS = frozenset({"cancelled", "closed"})
NO_STEPS = frozenset({"withdrawn", "merged", "unmerged"})
"""What puts columns back, or aside for a while."""


def former(ticket: Ticket) -> dict[str, Any]:
    """What the verb has changed so far, as it was before: for the event's `was`, by which it can be taken back."""
    before = ticket.__dict__["before"]
    return {name: before[name] for name, value in ticket.tracked().items() if before[name] != value}


def take_back(ticket: Ticket) -> list[int]:
    """Make the locked ticket what it would be without its replies that were withdrawn; the events that from now on
    count as never having been. What others did since stays: a colleague's answer, or that it was solved anew."""
    events = list(ticket.events.order_by("pk"))
    said = {message for event in events if (message := event.told.get("message"))}
    gone = set(Message.objects.filter(pk__in=said, withdrawn_at__isnull=False).values_list("pk", flat=True))
    undone = _without(ticket, events, gone)
    for event in events:
        if event.pk in undone:  # what stays of it is told anew: read again, its changes are left out
            for name in event.changes:
                ticket.__dict__["before"].pop(name, None)
    return undone


def hide(tickets: Iterable[Ticket]) -> dict[int, list[Event]]:
    """Show the tickets, which are not to be saved, as they were before replies that have not left yet. By ticket of
    which something was hidden, the events that are left: its clocks are those of them (`clocks.replay`)."""
    now = clock.now()
    since = now - timedelta(seconds=settings.CONFIG.undo_seconds)
    lately = {ticket.pk: ticket for ticket in tickets if ticket.updated_at >= since and _may_hide(ticket)}
    if not lately:
        return {}
    held = Q(leaves_at__gt=now) | Q(withdrawn_at__isnull=False)
    gone = list(Message.objects.filter(held, ticket__in=lately).values_list("pk", "ticket", "withdrawn_at"))
    unsent = {ticket for _message, ticket, withdrawn_at in gone if withdrawn_at is None}
    events: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(ticket__in=unsent).order_by("pk") if unsent else ():
        events[event.ticket_id].append(event)
    for pk in unsent:
        undone = _without(lately[pk], events[pk], {message for message, ticket, _at in gone if ticket == pk})
        events[pk] = [event for event in events[pk] if event.pk not in undone]
    for ticket in lately.values():
        config_cache.current().dress(ticket)
    return events


def _without(ticket: Ticket, events: Sequence[Event], gone: Set[int]) -> list[int]:
    """The ticket without what these messages brought about, the newest first; the events that were taken back."""
    before = {pk for event in events for pk in event.told.get("undoes", ())}
    undone: list[int] = []
    later: list[Event] = []
    for event in reversed(events):
        mine = event.told.get("message") in gone and "was" in event.told
        if mine:
            _take_back_answer(ticket, event, later, gone)
        if mine and event.pk not in before and _take_back(ticket, event, later):
            undone.append(event.pk)
        elif event.pk not in before and event.name not in NO_STEPS:
            later.append(event)
    return undone


def _take_back(ticket: Ticket, event: Event, later: Sequence[Event]) -> bool:
    """Undo one event, but for what steps after it have changed; False, and nothing is touched, when it has moved on."""
    changed = {name for each in later for name in each.changes}
    status = event.changes.get("status_id", ticket.status_id)
    if status != ticket.status_id or ("status_id" in event.changes and "status_id" in changed):
        return False
    for name in event.told["was"].keys() - changed - ANSWERED:
        _set(ticket, name, event.told["was"][name])
    return True


def _take_back_answer(ticket: Ticket, event: Event, later: Sequence[Event], gone: Set[int]) -> None:
    """Whether and when it was answered goes by the other answers, and is asked by who was not answered at all."""
    others = [each for each in later if each.name in ANSWERS and each.told.get("message") not in gone]
    was = event.told["was"]
    if "first_response_at" in was:
        first = others[-1] if others else None
        _set(ticket, "first_response_at", first and (first.changes.get("first_response_at") or first.at))
    moved = any(each.name in ENDS or (each.name not in ASKS and "unanswered_since" in each.changes) for each in later)
    if "unanswered_since" in was and not others and not moved:
        _set(ticket, "unanswered_since", was["unanswered_since"])


def _set(ticket: Ticket, name: str, value: Any) -> None:
    if attribute := TRACKED[name].attribute:
        setattr(ticket, attribute, Ticket._meta.get_field(attribute).to_python(value))  # type: ignore[union-attr]


def hide_from(person: "Person", ticket: Ticket) -> None:
    """Let the verb of one who does not work on it begin where they are shown that the locked ticket stands: what
    has not left has not happened, and no refusal tells of it."""
    if not works_on(person, ticket):
        hide([ticket])


def _may_hide(ticket: Ticket) -> bool:
    return ticket.status_id == "waiting_requester" or ticket.phase == "resolved"
