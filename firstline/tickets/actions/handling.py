"""Taking a ticket in hand and finding out what it is."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from firstline.catalog import config_cache
from firstline.catalog.models import Service
from firstline.tickets import states
from firstline.tickets.actions.steps import accept_now
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Ticket
from firstline.tickets.priority import priority_of
from firstline.tickets.record import lock, record
from firstline.tickets.rights import STAFF, require
from firstline.tickets.write_guard import verb

if TYPE_CHECKING:
    from firstline.people.models import Person


@verb
def accept(ticket: Ticket, *, by: "Person") -> Ticket:
    """Take a pending ticket: 待受理 → 处理中."""
    ticket = lock(ticket)
    require(by, "accept", ticket)
    accept_now(ticket, by=by)
    return ticket


@verb
def assign(ticket: Ticket, *, by: "Person", to: "Person | None") -> Ticket:
    """Give the ticket to an agent of its desk, or to nobody. It goes to the agent's team, the earliest of
    several, when they are not in its own."""
    ticket = lock(ticket)
    require(by, "assign", ticket)
    states.check(ticket, "assign")
    if to is not None:
        seats = [seat for seat in to.seats if seat.desk_id == ticket.desk_id and seat.role in STAFF]
        if not seats or not to.is_active:
            raise WrongState(_("%(name)s does not work at this desk.") % {"name": to.name})
        teams = [seat.team_id for seat in seats if seat.team_id]
        if teams and ticket.team_id not in teams:
            team = config_cache.current().teams[teams[0]]
            ticket.team, ticket.line = team, team.line
    ticket.assignee = to
    record(ticket, "assigned", by=by, internal=True)
    return ticket


@verb
def classify(ticket: Ticket, *, by: "Person", kind: str, service: Service | None) -> Ticket:
    """Say what it is (900.3): from now on the goals of that kind apply."""
    ticket = lock(ticket)
    require(by, "classify", ticket)
    states.check(ticket, "classify")
    if kind not in Ticket.Kind.values:
        raise WrongState(_("There is no such kind of request."))
    if service is not None and service.category.desk_id != ticket.desk_id:
        raise WrongState(_("That service belongs to another desk. Transfer the request instead."))
    if service is not None and not service.active and service.pk != ticket.service_id:
        raise WrongState(_("This service is not offered any more."))
    ticket.kind = kind
    ticket.service = service
    record(ticket, "classified", by=by)
    return ticket


@verb
def change_priority(ticket: Ticket, *, by: "Person", impact: int, urgency: int) -> Ticket:
    """Set impact and urgency (1 to 3 each); the priority follows from the table."""
    ticket = lock(ticket)
    require(by, "change_priority", ticket)
    states.check(ticket, "change_priority")
    if impact not in Ticket.Impact.values or urgency not in Ticket.Urgency.values:
        raise WrongState(_("Choose impact and urgency from the lists."))
    ticket.impact, ticket.urgency = impact, urgency
    ticket.priority = priority_of(impact, urgency)
    record(ticket, "prioritised", by=by, internal=True)
    return ticket
