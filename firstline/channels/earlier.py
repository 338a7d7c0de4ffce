"""What was said before in a ticket, so that only that is folded away in an answer to it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from firstline.channels.base import Incoming
from firstline.kit import html, mailtext
from firstline.kit.known import Known
from firstline.notices.models import Delivery
from firstline.notices.render import Blank, render
from firstline.tickets.models import Message, Ticket

MESSAGES = 40
LETTERS = 3
"""So many of the latest are compared: who quotes more than that quotes them again."""


def told_apart(incoming: Incoming, ticket: Ticket) -> Incoming:
    """The same, its words parted anew into those that stand in the ticket, or in letters of ours, and its own."""
    if not incoming.whole.strip() or incoming.forwards:
        return incoming
    known = Known(chain(_said_in(ticket), _sent_about(ticket, incoming)))
    writer = f"{incoming.name} {incoming.address}"
    cut = mailtext.visible(incoming.whole, answers=True, known=known, writer=writer)
    quoted = "\n\n".join(part for part in (cut.signature, cut.quoted) if part)
    return replace(incoming, text=cut.shown, quoted=quoted)


def _said_in(ticket: Ticket) -> Iterator[str]:
    said = Message.objects.filter(ticket=ticket).exclude(kind=Message.Kind.NOTE).order_by("-id")
    for words, quoted in said.values_list("text", "quoted")[:MESSAGES]:
        yield words
        yield quoted


def _sent_about(ticket: Ticket, incoming: Incoming) -> Iterator[str]:
    """Our letters as they were sent: those that it names, else the latest to its sender."""
    ours = Delivery.objects.filter(ticket=ticket).select_related("ticket__requester", "person", "message")
    named = ours.filter(letter_id__in=[one for one in incoming.answers if len(one) <= 250])
    theirs = ours.filter(address__iexact=incoming.address, sent_at__isnull=False)
    for delivery in list(named.order_by("-id")[:LETTERS]) or list(theirs.order_by("-id")[:LETTERS]):
        try:
            letter = render(delivery)
        except Blank:
            continue
        yield letter.text
        yield html.text(letter.html)
