"""What becomes of the requests that somebody has in hand when they lose a seat or are deactivated, said before."""

from django.utils.translation import ngettext

from firstline.catalog.models import Membership
from firstline.people.models import Person
from firstline.tickets.models import Ticket
from firstline.tickets.querysets import HANDLING_SEATS


def warning_of(person: Person, *, leaves: Membership | None = None) -> str:
    """How many open requests go back to their teams when this person is deactivated, or loses this seat; empty where
    none does. Two queries at the most."""
    if person.pk is None:
        return ""
    held = Ticket.objects.open().assigned_to(person)
    if leaves is not None:
        if _stays(person, but=leaves):
            return ""
        held = held.filter(desk=leaves.desk_id)
    count = held.count()
    said = ngettext(
        "%(name)s has %(count)s open request in hand. It goes back to its team.",
        "%(name)s has %(count)s open requests in hand. They go back to their teams.",
        count,
    )
    return said % {"name": person.name, "count": count} if count else ""


def _stays(person: Person, *, but: Membership) -> bool:
    """Whether they go on handling the requests of this desk by another seat."""
    seats = Membership.objects.filter(person=person, desk=but.desk_id, role__in=HANDLING_SEATS)
    return but.role not in HANDLING_SEATS or seats.exclude(pk=but.pk).exists()
