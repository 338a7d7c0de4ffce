"""What was said before in a ticket, so that only that is folded away in an answer to it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from django.db.models import Q

from firstline.channels.email.incoming import IncomingMail
from firstline.kit import html, mailtext
from firstline.kit.known import Known
from firstline.notices.models import Delivery
from firstline.notices.render import Blank, render
from firstline.people.models import Person
from firstline.tickets.models import Message, Ticket
from firstline.tickets.quotations import whole_for

MESSAGES = 40
LETTERS = 3
"""So many of the latest are compared: who quotes more than that quotes them again."""


def told_apart(incoming: IncomingMail, ticket: Ticket, *, by: Person | None) -> IncomingMail:
    """The same, its words parted anew into those that stand in the ticket, or in letters of ours, and its own.

    Only what its sender `by` may read counts: whoever sees which lines are taken for known could else have unread
    words read out by guessing.
    """
    if not incoming.whole.strip() or incoming.forwards:
        return incoming
    known = Known(chain(_said_in(ticket, by), _sent_about(ticket, incoming, by)))
    writer = f"{incoming.name} {incoming.address}"
    cut = mailtext.visible(incoming.whole, answers=True, known=known, writer=writer)
    quoted = "\n\n".join(part for part in (cut.signature, cut.quoted) if part)
    return replace(incoming, text=cut.shown, quoted=quoted)


def _said_in(ticket: Ticket, by: Person | None) -> Iterator[str]:
    if by is None:
        return
    is_whole = whole_for(by, ticket)
    said = Message.objects.visible_to(by, ticket).aloud().order_by("-id")
    for message in said.without_html().only("text", "quoted", "author")[:MESSAGES]:
        yield message.text
        if is_whole(message):
            yield message.quoted


def _sent_about(ticket: Ticket, incoming: IncomingMail, by: Person | None) -> Iterator[str]:
    """Our letters to its sender as they were sent: those that it names, else the latest."""
    to = Q(person=by) if by else Q(address__iexact=incoming.address)
    ours = Delivery.objects.filter(to, ticket=ticket).select_related("ticket__requester", "person", "message")
    ours = ours.defer("ticket__search", "message__html")
    named = ours.filter(letter_id__in=[one for one in incoming.answers if len(one) <= 250])
    theirs = ours.filter(sent_at__isnull=False)
    for delivery in list(named.order_by("-id")[:LETTERS]) or list(theirs.order_by("-id")[:LETTERS]):
        try:
            letter = render(delivery)
        except Blank:
            continue
        yield letter.text
        yield html.text(letter.html)
