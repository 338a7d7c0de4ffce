"""A letter to several desks is a request at each, and each sees that the others have it.

Which desks those are, its own To and Cc say, and every delivery. A desk whose address stands in neither was written to
in secret and is tied to none. An answer to a letter of another desk is a request at the desk that it was written to.
"""

from django.db.models import Q

from firstline.catalog import config_cache
from firstline.catalog.models import Inbox
from firstline.channels.base import Incoming
from firstline.kit.limits import limit
from firstline.kit.mailbox import base_of, normal
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Link, Ticket

MOST_DESKS = limit(
    5,
    "desks",
    of="further desks to which an email is handed on",
    per="email",
    said="A note on the request names those that were left out.",
)
"""Of a letter that names more, the desks to which it was delivered have it as well."""


def is_written_to(incoming: Incoming, desk: int) -> bool:
    """Whether To, Cc or a delivery names the desk."""
    return any(inbox.desk_id == desk for inbox in _inboxes((*incoming.addressed, *incoming.recipients)))


def others_named(incoming: Incoming, *, desk: int) -> list[Inbox]:
    """An inbox of each other desk that it names, as many as it is handed on to."""
    there = {desk}
    found: list[Inbox] = []
    for inbox in _inboxes(incoming.addressed):
        if inbox.desk_id not in there and len(found) < MOST_DESKS:
            there.add(inbox.desk_id)
            found.append(inbox)
    return found


def say_left_out(ticket: Ticket, incoming: Incoming) -> None:
    """Say on a new request to which desks its email was not handed on, though it names them."""
    named = [inbox.desk_id for inbox in _inboxes(incoming.addressed)]
    beyond = [desk for desk in list(dict.fromkeys(named))[MOST_DESKS + 1 :] if desk != ticket.desk_id]
    if beyond:
        actions.not_handed_on(ticket, by=Person.objects.system(), desks=beyond, most=MOST_DESKS)


def sibling_of(ticket: Ticket, *, desk: int) -> Ticket | None:
    """The request at this desk that is tied to one at another."""
    ties = Link.objects.filter(Q(ticket=ticket, other__desk=desk) | Q(other=ticket, ticket__desk=desk), kind="related")
    last = ties.order_by("-pk").first()
    return None if last is None else last.other if last.ticket_id == ticket.pk else last.ticket


def tie(ticket: Ticket, others: list[Ticket], incoming: Incoming) -> None:
    """Let each of these requests, made of one letter, tell of the other."""
    system = Person.objects.system()
    for other in {other.pk: other for other in others}.values():
        if not _is_open_about(incoming, ticket, other):
            continue
        actions.link(ticket, by=system, other=other, kind="related")
        for here, there in ((ticket, other), (other, ticket)):
            actions.also_sent(here, by=system, other=there)


def tie_to_answered(ticket: Ticket, other: Ticket, incoming: Incoming, *, by: Person, proved: bool) -> None:
    """Let a new request tell that its email answers one about another desk's, which did not get it."""
    if is_written_to(incoming, other.desk_id):
        return  # that desk has it, and `tie` says so
    system = Person.objects.system()
    actions.link(ticket, by=system, other=other, kind="related")
    actions.named_another(ticket, by=system, other=other, person=by, proved=proved, answers=True)


def _is_open_about(incoming: Incoming, ticket: Ticket, other: Ticket) -> bool:
    named = {inbox.desk_id for inbox in _inboxes(incoming.addressed)}
    return (ticket.desk_id in named) == (other.desk_id in named)


def _inboxes(addresses: tuple[str, ...]) -> list[Inbox]:
    ours = {normal(inbox.address): inbox for inbox in config_cache.current().inboxes if _receives(inbox)}
    named = (ours.get(base_of(address)) for address in dict.fromkeys(addresses))
    return [inbox for inbox in named if inbox is not None]


def _receives(inbox: Inbox) -> bool:
    return inbox.kind == "email" and inbox.active
