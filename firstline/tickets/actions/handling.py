"""Taking a ticket in hand and finding out what it is."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from firstline.catalog import config_cache
from firstline.catalog.models import Service
from firstline.tickets import states
from firstline.tickets.access import Relation
from firstline.tickets.actions.declaring import verb
from firstline.tickets.actions.steps import accept_now
from firstline.tickets.errors import WrongState
from firstline.tickets.inputs import Agent, Choice, OfferedService
from firstline.tickets.models import Ticket
from firstline.tickets.priority import priority_of
from firstline.tickets.record import record
from firstline.tickets.rights import handles
from firstline.tickets.verbs import PENDING, SOLVED, STAFF, UNSOLVED, Bulk, Button, Operation

if TYPE_CHECKING:
    from firstline.people.models import Person


@verb(
    may=STAFF,
    begins=frozenset({PENDING}),
    leads_to="in_progress",
    bulk=Bulk(),
    button=Button(pgettext_lazy("verb", "Accept"), "check", menu=10, shortcut="a"),
    operation=Operation("Accept it"),
)
def accept(ticket: Ticket, *, by: "Person") -> Ticket:
    """Take a pending ticket: 待受理 → 处理中."""
    accept_now(ticket, by=by)
    return ticket


@verb(
    may=STAFF,
    begins=UNSOLVED,
    bulk=Bulk(),
    button=Button(pgettext_lazy("verb", "Assign"), "user", menu=20, shortcut="i"),
    operation=Operation("Give it to an agent, or to nobody"),
    inputs={"to": Agent(gettext_lazy("Agent"), now="assignee", said="E-mail of an agent; None gives it to nobody.")},
)
def assign(ticket: Ticket, *, by: "Person", to: "Person | None") -> Ticket:
    """Give the ticket to an agent of its desk, or to nobody. It goes to the agent's team, the earliest of
    several, when they are not in its own. Whose it becomes sees it: what the one before had snoozed is woken."""
    if to is not None:
        seats = [seat for seat in to.seats if seat.desk_id == ticket.desk_id and seat.role in STAFF]
        if not seats or not to.is_active:
            raise WrongState(_("%(name)s does not work at this desk.") % {"name": to.name})
        teams = [seat.team_id for seat in seats if seat.team_id]
        if teams and ticket.team_id not in teams:
            team = config_cache.current().teams[teams[0]]
            ticket.team, ticket.line = team, team.line
    if to != ticket.assignee:
        ticket.snoozed_until = None
    ticket.assignee = to
    record(ticket, "assigned", by=by, internal=True)
    return ticket


@verb(may=STAFF | {Relation.ADMIN}, begins=UNSOLVED)
def give_back(ticket: Ticket, *, by: "Person") -> Ticket:
    """Give the ticket back to its team, because who has it cannot work on it any more: they are not active, or have no
    seat at its desk. The team is to accept it; what waits goes on waiting."""
    if ticket.assignee is None or handles(ticket.assignee, ticket):
        raise WrongState(_("Whoever has this request can work on it."))
    ticket.assignee = ticket.snoozed_until = None
    if ticket.phase == "in_progress":
        states.set_status(ticket, "pending")
    record(ticket, "given_back", by=by, internal=True)
    return ticket


def _service_as_it_is(ticket: Ticket, given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "service": given["service"] or ticket.service}


@verb(
    may=STAFF,
    begins=UNSOLVED | {SOLVED},
    bulk=Bulk(each=_service_as_it_is),
    button=Button(pgettext_lazy("verb", "Classify"), "tag", menu=30, shortcut="t"),
    operation=Operation("Say what it is"),
    inputs={
        "kind": Choice(
            gettext_lazy("Kind"),
            now="kind",
            among=Ticket.Kind,
            refused=gettext_lazy("There is no such kind of request."),
        ),
        "service": OfferedService(gettext_lazy("Service"), now="service"),
    },
)
def classify(ticket: Ticket, *, by: "Person", kind: str, service: Service | None = None) -> Ticket:
    """Say what it is (900.3): from now on the goals of that kind apply."""
    if service is not None and service.category.desk_id != ticket.desk_id:
        raise WrongState(_("That service belongs to another desk. Transfer the request instead."))
    if service is not None and not service.active and service.pk != ticket.service_id:
        raise WrongState(_("This service is not offered any more."))
    ticket.kind = kind
    ticket.service = service
    record(ticket, "classified", by=by)
    return ticket


FROM_THE_LISTS = gettext_lazy("Choose impact and urgency from the lists.")


@verb(
    may=STAFF,
    begins=UNSOLVED,
    bulk=Bulk(),
    button=Button(gettext_lazy("Set the priority"), "equal", menu=40, shortcut="p"),
    operation=Operation("Set impact and urgency", address="priority"),
    inputs={
        "impact": Choice(gettext_lazy("Who cannot work"), now="impact", among=Ticket.Impact, refused=FROM_THE_LISTS),
        "urgency": Choice(
            gettext_lazy("How much it hinders"), now="urgency", among=Ticket.Urgency, refused=FROM_THE_LISTS
        ),
    },
)
def change_priority(ticket: Ticket, *, by: "Person", impact: int, urgency: int) -> Ticket:
    """Set impact and urgency (1 to 3 each); the priority follows from the table."""
    ticket.impact, ticket.urgency = impact, urgency
    ticket.priority = priority_of(impact, urgency)
    record(ticket, "prioritised", by=by, internal=True)
    return ticket
