"""Who could be told of an event. Whether they are, and by what, is decided in `tell`."""

from collections.abc import Iterable

from django.db.models import Q

from firstline.people.models import Person
from firstline.tickets import access
from firstline.tickets.access import BESIDE, SINCE, Relation
from firstline.tickets.models import Event, Ticket
from firstline.tickets.naming import is_mere_address
from firstline.tickets.rights import handles


def requester(event: Event) -> Iterable[Person]:
    return [event.ticket.requester]


def asked_for(event: Event) -> Iterable[Person]:
    """The one for whom it was asked, unless they have declined; nobody is written to because somebody typed a strange
    address."""
    return [] if event.ticket.asked_by_id is None or is_mere_address(event.ticket.requester) else requester(event)


def asking_side(event: Event) -> Iterable[Person]:
    """The requester, who asked it for them, and the colleagues who were added; not those who were let in only after it
    was said. Of what is said they are told what they may read (`tell`)."""
    asked, let_in = access.persons(event.ticket, BESIDE - SINCE), access.persons(event.ticket, SINCE)
    there = Q(participations__sees_from__isnull=True) | Q(participations__sees_from__lt=event.at)
    found = Person.objects.filter(asked | (let_in & there)).exclude(pk=event.ticket.requester_id).distinct()
    return [event.ticket.requester, *(person for person in found if not is_mere_address(person))]


def added(event: Event) -> Iterable[Person]:
    return [person for person in Person.objects.filter(pk=event.told["person"]) if not is_mere_address(person)]


def asker(event: Event) -> Iterable[Person]:
    """Who asked it for the one who declined."""
    return Person.objects.filter(pk=event.told["person"])


def assignee(event: Event) -> Iterable[Person]:
    return [event.ticket.assignee] if event.ticket.assignee else []


def in_hand(event: Event) -> Iterable[Person]:
    """The agent who has it. Where they cannot work on it any more, or nobody has it after somebody had: the team, or
    if nobody is left there, those who manage the desk."""
    ticket = event.ticket
    if handles(ticket.assignee, ticket):
        return assignee(event)
    if ticket.assignee is None and ticket.accepted_at is None:
        return []
    return [person for person in team(event) if person.is_active] or managers(event)


def handlers(event: Event) -> Iterable[Person]:
    """Who has it in hand, and who watches it."""
    return [*in_hand(event), *_taking_part(event.ticket, "watcher")]


def told_of_note(event: Event) -> Iterable[Person]:
    """Who has it in hand or watches it, or else the team, without whoever is proved to have written the email."""
    wrote = event.told["wrote"]
    writer = wrote["writer"] if wrote["proved"] else None
    return [person for person in (list(handlers(event)) or team(event)) if person.pk != writer]


def writer_of_note(event: Event) -> Iterable[Person]:
    """Who works there and wrote the email by which it became a note: they may take it for an answer."""
    return Person.objects.filter(pk=event.told["wrote"]["writer"])


def had_the_merged(event: Event) -> Iterable[Person]:
    """Who has the request that was merged into this one, if not they have this one as well."""
    merged = Ticket.objects.select_related("assignee").get(pk=event.told["other"])
    had = merged.assignee
    return [had] if had is not None and had.pk != event.ticket.assignee_id else []


def mentioned(event: Event) -> Iterable[Person]:
    return Person.objects.filter(pk__in=event.told["persons"])


def managers(event: Event) -> Iterable[Person]:
    return Person.objects.filter(access.persons(event.ticket, frozenset({Relation.MANAGER}))).distinct()


def team(event: Event) -> Iterable[Person]:
    """Everybody in the team where the ticket is now."""
    if event.ticket.team_id is None:
        return []
    return Person.objects.filter(memberships__team=event.ticket.team_id).distinct()


CALLED = {"assignee": in_hand, "team": team, "manager": managers}


def called(event: Event) -> Iterable[Person]:
    """Those whom the clock's goal names: assignee, team or manager."""
    return [person for name in event.told.get("tell", []) if name in CALLED for person in CALLED[name](event)]


def _taking_part(ticket: Ticket, role: str, *when: Q) -> Iterable[Person]:
    return Person.objects.filter(*when, participations__ticket=ticket, participations__role=role)
