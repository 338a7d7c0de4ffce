"""What somebody said on the phone or at the counter, put on record by an agent: verbs, put together."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from firstline.catalog.models import Desk, Service
from firstline.tickets import actions, channels
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Message, Ticket
from firstline.tickets.rights import desks_handled

if TYPE_CHECKING:
    from firstline.people.models import Person

SPOKEN = (channels.PHONE, channels.WALK_IN)


@transaction.atomic
def record_contact(
    *,
    by: "Person",
    requester: "Person",
    desk: Desk,
    channel: str,
    subject: str,
    text: str,
    kind: str = Ticket.Kind.INQUIRY,
    service: Service | None = None,
    take: bool = False,
    resolution: str = "",
) -> Ticket:
    """Open a ticket for the one who called; with `take` the agent keeps it, with a `resolution` it is solved at once.

    All of it or nothing. What was solved on the spot needs a kind, for the figures.
    """
    _spoken(by, desk, channel)
    if resolution.strip() and kind == Ticket.Kind.INQUIRY:
        raise WrongState(_("Say what kind of request it was."))
    ticket = actions.open_ticket(
        by=by, requester=requester, desk=desk, channel=channel, subject=subject, text=text, service=service
    )
    if take or resolution.strip():
        ticket = actions.accept(ticket, by=by)
    if kind != Ticket.Kind.INQUIRY:
        ticket = actions.classify(ticket, by=by, kind=kind, service=service)
    if resolution.strip():
        ticket = actions.resolve(ticket, by=by, resolution=resolution, channel=channel)
    return ticket


def add_contact(ticket: Ticket, *, by: "Person", text: str, channel: str) -> Message:
    """Add what its requester says now to a request that is there; it stands under the name of who wrote it down."""
    _spoken(by, ticket.desk, channel)
    return actions.write_down(ticket, by=by, text=text, channel=channel)


def _spoken(by: "Person", desk: Desk, channel: str) -> None:
    if channel not in SPOKEN:
        raise WrongState(_("Choose whether they called or came by."))
    if desk.pk not in desks_handled(by):
        raise NotAllowed(_("You do not work at this desk."))
