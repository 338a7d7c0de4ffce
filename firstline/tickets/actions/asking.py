"""Asked for somebody else: what the one for whom it is asked can do about that."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from firstline.kit import clock
from firstline.tickets.access import Relation
from firstline.tickets.actions.bringing import keep
from firstline.tickets.actions.declaring import verb
from firstline.tickets.actions.rating import set_aside
from firstline.tickets.errors import WrongState
from firstline.tickets.inputs import Asker
from firstline.tickets.models import Participant, Ticket
from firstline.tickets.record import record
from firstline.tickets.verbs import UNSOLVED, Operation

if TYPE_CHECKING:
    from firstline.people.models import Person


REQUESTER = frozenset({Relation.REQUESTER})
ASKED = "Of those who asked it, whom; None is the one who asked it first."


@verb(
    may=REQUESTER,
    operation=Operation("Let who asked it for you read all that is said"),
    inputs={"person": Asker(called="email", said=ASKED)},
)
def share(ticket: Ticket, *, by: "Person", person: "Person") -> None:
    """Let one who asked it for the requester read all that is said, until `unshare`."""
    _require_asker(ticket, person)
    if Participant.objects.filter(ticket=ticket, person=person, role="participant", sees_from=None).exists():
        return
    Participant.objects.get_or_create(ticket=ticket, person=person, role="participant")
    Participant.objects.filter(ticket=ticket, person=person, role="participant").update(sees_from=None, came_with=None)
    record(ticket, "shared", by=by, person=person.pk)


@verb(
    may=REQUESTER,
    operation=Operation("Let them read only what is said to them again"),
    inputs={"person": Asker(called="email", said=ASKED)},
)
def unshare(ticket: Ticket, *, by: "Person", person: "Person") -> None:
    """Let them read only what they wrote and what is said to them again; of their own requests that are merged into
    this one, what any merge lets them read."""
    _require_asker(ticket, person)
    Participant.objects.filter(ticket=ticket, person=person, role="participant").delete()
    record(ticket, "unshared", by=by, person=person.pk, **keep(ticket, alone=[person.pk]))


@verb(
    may=REQUESTER,
    begins=UNSOLVED,
    operation=Operation("Say that a request that somebody asked for you is not yours"),
)
def decline(ticket: Ticket, *, by: "Person") -> Ticket:
    """It is not theirs: from now on it is a request of the one who asked, and the one for whom it was asked takes no
    part, nor do those whom they added, but for what their own requests that are merged into it bring them. What was
    said to them the new requester does not read, and how they rated it goes."""
    if ticket.asked_by is None or by.pk != ticket.requester_id:
        raise WrongState(_("Nobody asked this for you."))
    asker = ticket.asked_by
    ticket.requester, ticket.asked_by = asker, None
    ticket.requester_name, ticket.requester_email = asker.name, asker.email or ""
    ticket.requester_country, ticket.requester_city = asker.country, asker.city
    ticket.requester_department, ticket.vip = asker.department, asker.vip
    taking_part = Participant.objects.filter(ticket=ticket)
    taking_part.filter(role="participant", sees_from__isnull=True).delete()
    taking_part.filter(role="participant", person=asker).delete()
    taking_part.filter(role="asker", person=asker).update(sees_from=clock.now())
    gone = set_aside(ticket, but=asker)
    record(ticket, "declined", by=by, gone=gone, person=asker.pk, **keep(ticket, alone=[by.pk]))
    return ticket


def _require_asker(ticket: Ticket, person: "Person") -> None:
    if not ticket.participants.filter(person=person, role="asker", came_with=None).exists():
        raise WrongState(_("%(name)s did not ask this for somebody else.") % {"name": person.name})
