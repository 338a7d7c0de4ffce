"""Finding what a call names by key or address. What is not there is a WrongState with a sentence."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from firstline.api.access import Call
from firstline.catalog import config_cache
from firstline.catalog.models import ClosureCode, Desk, RequestType, Service, Team, Tier
from firstline.kit.mailbox import normal
from firstline.people.models import Person
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Attachment, Message, Ticket


def address(request: Call, given: str) -> str:
    return request.person.email or "" if given == "me" else normal(given)


def person(email: str) -> Person:
    found = Person.objects.by_email(email)
    if found is None or not found.is_active:
        raise WrongState(_("Nobody here has the address %(email)s.") % {"email": email})
    return found


def asker(ticket: Ticket, email: str | None) -> Person:
    """One of those who asked it for its requester, by the address by which they were named, if they were."""
    if email is None:
        found = ticket.asked_by
    else:
        rows = ticket.participants.filter(role="asker").select_related("person")
        by_address = Q(named=[], person__email=normal(email)) | Q(named__contains=[normal(email)])
        found = next((row.person for row in rows.filter(by_address)), None)
    if found is None:
        raise WrongState(_("Nobody asked this for somebody else."))
    return found


def desk(key: str) -> Desk:
    found = next((desk for desk in config_cache.current().desks.values() if desk.key == key and desk.active), None)
    if found is None:
        raise WrongState(_("There is no desk %(key)s.") % {"key": key})
    return found


def service(key: str | None) -> Service | None:
    if key is None:
        return None
    found = next((service for service in config_cache.current().services.values() if service.key == key), None)
    if found is None:
        raise WrongState(_("There is no service %(key)s.") % {"key": key})
    return found


def request_type(key: str | None) -> RequestType | None:
    if key is None:
        return None
    found = RequestType.objects.select_related("desk").filter(key=key, active=True).first()
    if found is None:
        raise WrongState(_("There is no request type %(key)s.") % {"key": key})
    return found


def place(ticket: Ticket, *, team: str | None, line: str | None) -> Tier | Team:
    """The team or line of the ticket's desk with that key."""
    known = config_cache.current()
    for row in known.teams_of(ticket.desk_id):
        if row.key == team:
            return row
    for other in known.lines_of(ticket.desk_id):
        if team is None and other.key == line:
            return other
    raise WrongState(_("Name a team or a line of this desk."))


def option(ticket: Ticket, name: str, key: str | None) -> ClosureCode | None:
    if key is None:
        return None
    found = next((o for o in config_cache.current().options_of(ticket.desk_id, name) if o.key == key), None)
    if found is None:
        raise WrongState(_("Choose from the lists of this desk."))
    return found


def other_ticket(request: Call, number: str) -> Ticket:
    """Another ticket that a verb names; one that the caller may not see does not exist."""
    found = Ticket.objects.visible_to(request.person).select_related("assignee").defer("search").filter(number=number)
    ticket = found.first()
    if ticket is None:
        raise WrongState(_("There is no request %(number)s.") % {"number": number})
    return ticket


def message(ticket: Ticket, id: int, *, by: Person) -> Message:
    """A message of the ticket that the caller may read."""
    found = Message.objects.visible_to(by, ticket).filter(pk=id).first()
    if found is None:
        raise WrongState(_("Choose a message of the conversation."))
    return found


def uploads(request: Call, ids: Sequence[UUID]) -> list[Attachment]:
    """The caller's own uploads, in the order of the ids; a verb refuses when one is missing."""
    found = Attachment.objects.unsent_of(request.person).named(ids)
    if len(found) != len(set(ids)):
        raise WrongState(_("One of the files is no longer there. Please attach it again."))
    return found
