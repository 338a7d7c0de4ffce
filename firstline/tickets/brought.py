"""Whom a merge brought to another request, that was not shared: of it they are told what they said themselves and what
the desk says to both, and by the name of their own request. Nothing of the other requester's, not even who it is."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from firstline.tickets.models import Ticket
from firstline.tickets.rights import Share, names_only_an_address, shares_of, works_on
from firstline.tickets.tracked import BLANK

if TYPE_CHECKING:
    from firstline.people.models import Person

TOLD = (
    "subject answers request_type_id form_version_id created_at creator_id asked_by_id requester_name requester_email "
    "requester_country requester_city requester_department satisfaction"
).split()
"""What is said of their own request in the place of the other one. Who may do what still goes by the other one."""


def dress(tickets: Iterable[Ticket], shares: Mapping[int, Share], *, person: "Person") -> None:
    """Show the tickets, which are not to be saved, as this person is told of them. `shares`: from `rights.shares_of`.
    No query where no merge brought them; else two."""
    came: dict[Ticket, int] = {}
    for each in tickets:
        own_one = shares[each.pk].came_with if each.pk in shares else None
        if own_one is not None and not works_on(person, each):
            came[each] = own_one
    if not came:
        return
    also = ("requester", "creator", "asked_by", "request_type", "form_version")
    theirs = Ticket.objects.select_related(*also).defer("search").in_bulk(came.values())
    roles = shares_of(person, *theirs.values())
    for ticket, pk in came.items():
        _say_instead(ticket, theirs[pk], by_address=names_only_an_address(person, theirs[pk], roles[pk]))


def request_of(person: "Person", ticket: Ticket) -> Ticket:
    """The request as which this one is told to the person: their own where a merge brought them, else itself."""
    own = shares_of(person, ticket)[ticket.pk].came_with
    if own is None or works_on(person, ticket):
        return ticket
    return Ticket.objects.defer("search").get(pk=own)


def side_of(person: "Person", ticket: Ticket) -> Ticket | None:
    """To which of the merged requests the words of this person belong; None: to the ticket itself."""
    mine = request_of(person, ticket)
    return None if mine.pk == ticket.pk else mine


def told_of(ticket: Ticket) -> Ticket:
    """The request as which a dressed ticket is shown: the person's own, or itself."""
    own: Ticket = ticket.__dict__.get("told_of", ticket)
    return own


def _say_instead(ticket: Ticket, own: Ticket, *, by_address: bool) -> None:
    for name in TOLD:
        setattr(ticket, name, getattr(own, name))
    ticket.asked_by, ticket.creator, ticket.request_type = own.asked_by, own.creator, own.request_type
    if by_address:
        ticket.requester_name = own.requester_email or BLANK
        ticket.requester_country = ticket.requester_city = ticket.requester_department = ""
    ticket.__dict__["told_of"] = own
