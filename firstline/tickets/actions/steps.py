"""Steps that several verbs share. They change the locked ticket; the verb records."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from firstline.catalog import config_cache
from firstline.catalog.models import Team
from firstline.kit import clock
from firstline.tickets import states
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Ticket
from firstline.tickets.record import record
from firstline.tickets.rights import handles

if TYPE_CHECKING:
    from firstline.people.models import Person


def accept_now(ticket: Ticket, *, by: "Person") -> None:
    """Pending → in progress, in the hands of `by`."""
    states.move(ticket, "accept")
    ticket.assignee = ticket.assignee if by.is_machine else by
    ticket.accepted_at = ticket.accepted_at or clock.now()
    record(ticket, "accepted", by=by)


def ensure_accepted(ticket: Ticket, *, by: "Person") -> None:
    """Whoever works on a ticket has accepted it."""
    if ticket.phase == "pending":
        accept_now(ticket, by=by)


def go_on(ticket: Ticket) -> None:
    """Let the work go on after waiting or a solution: with who has it; where nobody does, or they cannot work on it any
    more, the team is to accept it."""
    if not handles(ticket.assignee, ticket):
        ticket.assignee = None
    states.set_status(ticket, "in_progress" if ticket.assignee_id else "pending")


def engage(ticket: Ticket) -> None:
    """An agent has spoken to the requester."""
    ticket.first_response_at = ticket.first_response_at or clock.now()
    ticket.unanswered_since = None


def place(ticket: Ticket, team: Team) -> None:
    """Let the ticket wait at a team, in nobody's hands."""
    ticket.team = team
    ticket.line = team.line
    ticket.assignee = None
    ticket.snoozed_until = None
    ticket.waiting_until = None


def team_on(ticket: Ticket, line_id: int) -> Team:
    """The team that takes this ticket on a line: that of its service, else the line's first."""
    teams = [team for team in config_cache.current().teams_of(ticket.desk_id) if team.line_id == line_id]
    if not teams:
        raise WrongState(_("No team works on that line."))
    service_team = ticket.service.team_id if ticket.service else None
    return next((team for team in teams if team.pk == service_team), teams[0])
