"""Moving a ticket between lines, teams and desks."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from firstline.catalog import config_cache
from firstline.catalog.models import Desk, Team, Tier
from firstline.tickets import states
from firstline.tickets.actions.steps import place, team_on, words_required
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Message, Ticket
from firstline.tickets.record import lock, record
from firstline.tickets.rights import require
from firstline.tickets.say import say
from firstline.tickets.write_guard import verb

if TYPE_CHECKING:
    from firstline.people.models import Person


@verb
def escalate(ticket: Ticket, *, by: "Person", to: Tier | Team, handover: str) -> Ticket:
    """Hand the ticket to another line or team, with what was found so far. It waits there until somebody accepts it."""
    ticket = lock(ticket)
    require(by, "escalate", ticket)
    states.check(ticket, "escalate")
    handover = words_required(handover, _("Write what you found, so that the next line need not ask again."))
    team = to if isinstance(to, Team) else team_on(ticket, to.pk)
    if team.desk_id != ticket.desk_id:
        raise WrongState(_("That team belongs to another desk. Transfer the request instead."))
    if team.pk == ticket.team_id:
        raise WrongState(_("The request is already with %(team)s.") % {"team": team.name})
    return _hand_over(ticket, "escalate", "escalated", by=by, to=team, words=handover)


@verb
def send_back(ticket: Ticket, *, by: "Person", reason: str, wrong: bool = False) -> Ticket:
    """Return the ticket to the team it came from. `wrong`: it was wrongly classified, which is counted."""
    ticket = lock(ticket)
    require(by, "send_back", ticket)
    states.check(ticket, "send_back")
    reason = words_required(reason, _("Write why you send it back."))
    desk = config_cache.current()
    last = ticket.events.filter(name__in=("escalated", "transferred")).order_by("-id").first()
    team = desk.teams.get(last.told["from_team"]) if last else None
    if team is None or team.desk_id != ticket.desk_id or team.pk == ticket.team_id:
        team = desk.first_team(ticket.desk_id)
    if team is None or team.pk == ticket.team_id:
        raise WrongState(_("It did not come from another team."))
    if wrong:
        ticket.misclassified += 1
    return _hand_over(ticket, "send_back", "sent_back", by=by, to=team, words=reason, wrong=wrong)


@verb
def transfer(ticket: Ticket, *, by: "Person", to: Desk, reason: str) -> Ticket:
    """Move the ticket to another desk; its number stays. There it is an unclassified inquiry again."""
    ticket = lock(ticket)
    require(by, "transfer", ticket)
    states.check(ticket, "transfer")
    reason = words_required(reason, _("Write why the other desk should take it."))
    if to.pk == ticket.desk_id:
        raise WrongState(_("The request is already at this desk."))
    team = config_cache.current().first_team(to.pk)
    if team is None:
        raise WrongState(_("%(desk)s has no team yet.") % {"desk": to.name})
    words = _words(ticket, by=by, text=reason)
    came_from = ticket.desk_id
    ticket.desk = to
    ticket.kind, ticket.service = Ticket.Kind.INQUIRY, None
    ticket.module = ticket.cause = ticket.business = None
    return _hand_over(ticket, "transfer", "transferred", by=by, to=team, message=words, from_desk=came_from)


def _hand_over(
    ticket: Ticket,
    verb_name: str,
    event: str,
    *,
    by: "Person",
    to: Team,
    words: str = "",
    message: Message | None = None,
    **data: Any,
) -> Ticket:
    message = message or _words(ticket, by=by, text=words)
    states.move(ticket, verb_name)
    came_from: dict[str, Any] = {"from_team": ticket.team_id, "from_line": ticket.line_id}
    place(ticket, to)
    record(ticket, event, by=by, message=message.pk, **came_from, **data)
    return ticket


def _words(ticket: Ticket, *, by: "Person", text: str) -> Message:
    return say(ticket, by=by, kind="note", text=text, channel="portal")
