"""What anybody is told of tickets, wherever they are listed: whoever does not work on one sees nothing of what has not
left (`unsent`), and whom a merge brought sees it by the name of their own request (`brought`)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from firstline.tickets import brought, undo_send
from firstline.tickets.models import Ticket
from firstline.tickets.rights import Share, shares_of, works_on

if TYPE_CHECKING:
    from firstline.people.models import Person


def as_told(tickets: Iterable[Ticket], *, to: "Person") -> dict[int, Share]:
    """Show the tickets, which are not to be saved, as this person is told of them; as what they take part in those on
    which they do not work. No query where they work on all of them."""
    outside = [ticket for ticket in tickets if not works_on(to, ticket)]
    shares = shares_of(to, *outside)
    undo_send.hide(outside)
    brought.dress(outside, shares, person=to)
    return shares
