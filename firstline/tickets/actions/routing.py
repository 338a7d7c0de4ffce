"""Moving a ticket between lines, teams and desks."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from firstline.catalog import config_cache
from firstline.catalog.models import Desk, Team, Tier
from firstline.tickets import states
from firstline.tickets.actions.declaring import verb
from firstline.tickets.actions.steps import place, team_on
from firstline.tickets.errors import WrongState
from firstline.tickets.inputs import Flag, OtherDesk, Place, Words
from firstline.tickets.models import Message, Ticket
from firstline.tickets.record import record
from firstline.tickets.say import say
from firstline.tickets.verbs import STAFF, UNSOLVED, Bulk, Button, Operation

if TYPE_CHECKING:
    from firstline.people.models import Person


INSIDE = gettext_lazy("An internal note for the colleagues who take over; the requester does not see it.")


def _has_other_teams(ticket: Ticket) -> bool:
    return any(team.pk != ticket.team_id for team in config_cache.current().teams_of(ticket.desk_id))


def _came_from_elsewhere(ticket: Ticket) -> bool:
    first = config_cache.current().first_team(ticket.desk_id)
    return first is not None and first.pk != ticket.team_id


def _has_other_desks(ticket: Ticket) -> bool:
    return any(desk.active and desk.pk != ticket.desk_id for desk in config_cache.current().desks.values())


@verb(
    may=STAFF,
    begins=UNSOLVED,
    leads_to="pending",
    bulk=Bulk(),
    button=Button(
        pgettext_lazy("verb", "Hand over"),
        "arrow-up-right",
        menu=50,
        shortcut="e",
        done=gettext_lazy("Handed over."),
        fits=_has_other_teams,
    ),
    operation=Operation("Hand it to another line or team"),
    inputs={
        "to": Place(gettext_lazy("Hand over to")),
        "handover": Words(
            gettext_lazy("What you found"),
            help=INSIDE,
            rows=4,
            blank=gettext_lazy("Write what you found, so that the next line need not ask again."),
        ),
    },
)
def escalate(ticket: Ticket, *, by: "Person", to: Tier | Team, handover: str) -> Ticket:
    """Hand the ticket to another line or team, with what was found so far. It waits there until somebody accepts it."""
    team = to if isinstance(to, Team) else team_on(ticket, to.pk)
    if team.desk_id != ticket.desk_id:
        raise WrongState(_("That team belongs to another desk. Transfer the request instead."))
    if team.pk == ticket.team_id:
        raise WrongState(_("The request is already with %(team)s.") % {"team": team.name})
    return _hand_over(ticket, "escalate", "escalated", by=by, to=team, words=handover)


@verb(
    may=STAFF,
    begins=UNSOLVED,
    leads_to="pending",
    button=Button(
        pgettext_lazy("verb", "Send back"),
        "undo-2",
        menu=60,
        shortcut="b",
        done=gettext_lazy("Sent back."),
        fits=_came_from_elsewhere,
    ),
    operation=Operation("Send it back to where it came from"),
    inputs={
        "reason": Words(
            gettext_lazy("Why you send it back"), help=INSIDE, rows=4, blank=gettext_lazy("Write why you send it back.")
        ),
        "wrong": Flag(
            gettext_lazy("It was wrongly classified"),
            help=gettext_lazy("This is counted, so that classifying gets better."),
        ),
    },
)
def send_back(ticket: Ticket, *, by: "Person", reason: str, wrong: bool = False) -> Ticket:
    """Return the ticket to the team it came from. `wrong`: it was wrongly classified, which is counted."""
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


@verb(
    may=STAFF,
    begins=UNSOLVED,
    leads_to="pending",
    button=Button(
        gettext_lazy("Transfer to another desk"),
        "arrow-right-left",
        menu=70,
        done=gettext_lazy("Transferred."),
        fits=_has_other_desks,
    ),
    operation=Operation("Move it to another desk"),
    inputs={
        "to": OtherDesk(gettext_lazy("Desk"), called="desk"),
        "reason": Words(
            gettext_lazy("Why that desk should take it"),
            help=INSIDE,
            rows=4,
            blank=gettext_lazy("Write why the other desk should take it."),
        ),
    },
)
def transfer(ticket: Ticket, *, by: "Person", to: Desk, reason: str) -> Ticket:
    """Move the ticket to another desk; its number stays. There it is an unclassified inquiry again."""
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
