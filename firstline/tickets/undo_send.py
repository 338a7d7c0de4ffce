"""What a reply brought about that has not left yet: it can be taken back, and the asking side does not see it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from firstline.catalog import config_cache
from firstline.kit import clock
from firstline.tickets.models import Event, Message, Ticket
from firstline.tickets.rights import works_on
from firstline.tickets.tracked import TRACKED

if TYPE_CHECKING:
    from firstline.people.models import Person


def former(ticket: Ticket) -> dict[str, Any]:
    """What the verb has changed so far, as it was before: for the event's `was`, by which it can be taken back."""
    before = ticket.__dict__["before"]
    return {name: before[name] for name, value in ticket.tracked().items() if before[name] != value}


def take_back(ticket: Ticket, event: Event) -> bool:
    """Make the ticket what it was before the event. False, and nothing is touched, when it has moved on since."""
    changes = event.changes
    if "status_id" in changes and changes["status_id"] != ticket.status_id:
        return False
    for name, value in event.told["was"].items():
        if attribute := TRACKED[name].attribute:
            setattr(ticket, attribute, Ticket._meta.get_field(attribute).to_python(value))  # type: ignore[union-attr]
    return True


def hide(tickets: Iterable[Ticket]) -> None:
    """Show the tickets, which are not to be saved, as they were before replies that have not left yet."""
    now = clock.now()
    since = now - timedelta(seconds=settings.CONFIG.undo_seconds)
    lately = {ticket.pk: ticket for ticket in tickets if ticket.updated_at >= since and _may_hide(ticket)}
    if not lately:
        return
    unsent = Message.objects.filter(ticket__in=lately, leaves_at__gt=now, withdrawn_at__isnull=True)
    messages = set(unsent.values_list("pk", flat=True))
    told = Event.objects.filter(ticket__in=lately, at__gte=since, data__has_key="was").order_by("-id")
    for event in told if messages else ():
        if event.told["message"] in messages:
            take_back(lately[event.ticket_id], event)
    for ticket in lately.values():
        config_cache.current().dress(ticket)


def hide_from(person: "Person", ticket: Ticket) -> None:
    """Let the verb of one who does not work on it begin where they are shown that the locked ticket stands: what
    has not left has not happened, and no refusal tells of it."""
    if not works_on(person, ticket):
        hide([ticket])


def _may_hide(ticket: Ticket) -> bool:
    return ticket.status_id == "waiting_requester" or ticket.phase == "resolved"
