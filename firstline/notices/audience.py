"""Who could be told of an event. Whether he is, and by what, is decided in `tell`."""

from collections.abc import Iterable

from django.db.models import Q

from firstline.catalog.models import Membership
from firstline.people.models import Person
from firstline.tickets.models import Event, Ticket


def requester(event: Event) -> Iterable[Person]:
    return [event.ticket.requester]


def asking_side(event: Event) -> Iterable[Person]:
    """The requester and the colleagues who were added; not those who were let in only after it was said."""
    there = Q(participations__sees_from__isnull=True) | Q(participations__sees_from__lt=event.at)
    return [event.ticket.requester, *_taking_part(event.ticket, "participant", there)]


def added(event: Event) -> Iterable[Person]:
    return Person.objects.filter(pk=event.data["person"])


def assignee(event: Event) -> Iterable[Person]:
    return [event.ticket.assignee] if event.ticket.assignee else []


def handlers(event: Event) -> Iterable[Person]:
    """The agent who has it, and who watches it."""
    return [*assignee(event), *_taking_part(event.ticket, "watcher")]


def mentioned(event: Event) -> Iterable[Person]:
    return Person.objects.filter(pk__in=event.data["persons"])


def managers(event: Event) -> Iterable[Person]:
    return Person.objects.filter(
        memberships__desk=event.ticket.desk_id, memberships__role=Membership.Role.MANAGER
    ).distinct()


def team(event: Event) -> Iterable[Person]:
    """Everybody in the team where the ticket is now."""
    if event.ticket.team_id is None:
        return []
    return Person.objects.filter(memberships__team=event.ticket.team_id).distinct()


CALLED = {"assignee": assignee, "team": team, "manager": managers}


def called(event: Event) -> Iterable[Person]:
    """Those whom the clock's goal names: assignee, team or manager."""
    return [person for name in event.data.get("tell", []) if name in CALLED for person in CALLED[name](event)]


def _taking_part(ticket: Ticket, role: str, *when: Q) -> Iterable[Person]:
    return Person.objects.filter(*when, participations__ticket=ticket, participations__role=role)
