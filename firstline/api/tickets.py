"""Tickets for programs: the same `visible_to` and the same verbs as the pages."""

from typing import Any

from django.http import Http404
from ninja import Query, Router, Status

from firstline.api import lookup
from firstline.api.access import Call
from firstline.api.cursor import newest_first, oldest_first
from firstline.api.idempotency import idempotent
from firstline.api.searching import Words
from firstline.api.shapes import (
    EventOut,
    EventPage,
    MessageIn,
    MessageOut,
    MessagePage,
    TicketIn,
    TicketOut,
    TicketPage,
)
from firstline.catalog import config_cache
from firstline.kit.limits import limit
from firstline.kit.mailbox import normal
from firstline.tickets import actions, fields
from firstline.tickets.models import Message, Ticket
from firstline.tickets.pages import fitting
from firstline.tickets.querysets import TicketQuerySet
from firstline.tickets.rights import Share, names_only_an_address, reads_what_was_asked, works_on
from firstline.tickets.told import as_told

router = Router(tags=["tickets"])

FILTERS = ("kind", "channel", "priority")
MOST = limit(100, "tickets", of="a page of tickets", per="call", said="422, naming the field.")
MOST_SAID = limit(
    1_000,
    "rows",
    of="a page of a ticket's messages or events",
    per="call",
    said="422, naming the field; `next` is the cursor of the next page.",
)


@router.get("", response=TicketPage, summary="Tickets that you may see, newest first")
def list_tickets(
    request: Call,
    desk: str | None = None,
    phase: str | None = None,
    kind: str | None = None,
    channel: str | None = None,
    priority: int | None = None,
    assignee: str | None = Query(None, description="E-mail of an agent, or “me”."),
    requester: str | None = Query(None, description="E-mail of the requester, or “me”."),
    q: Words | None = None,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MOST),
) -> Any:
    asked = {"kind": kind, "channel": channel, "priority": priority}
    found: TicketQuerySet = _visible(request).filter(
        **{name: asked[name] for name in FILTERS if asked[name] is not None}
    )
    if phase:
        found = found.in_phases([phase], by=request.person)
    if desk:
        found = found.filter(desk__key=desk)
    if assignee:
        found = found.filter(assignee__email=lookup.address(request, assignee))
    if requester:
        found = found.of_requester(lookup.address(request, requester), by=request.person)
    if q:
        found = found.matching(q, by=request.person)
    rows, more = newest_first(found, cursor, limit=limit)
    return {"items": _outs(request, rows), "next": more}


@router.post("", response={201: TicketOut}, summary="Ask for something")
@idempotent
def open_ticket(request: Call, given: TicketIn) -> Any:
    person = request.person
    request_type = lookup.request_type(given.request_type)
    desk = lookup.desk(given.desk or (request_type.desk.key if request_type else ""))
    if given.channel != "api":
        fields.require_desk(person, desk)
    if given.requester and normal(given.requester) != person.email:
        fields.require_desk(person, desk)  # before anybody is looked up
    ticket = actions.open_ticket(
        by=person,
        desk=desk,
        requester=lookup.person(given.requester) if given.requester else None,
        subject=given.subject,
        text=given.text,
        format=given.format,
        channel=given.channel,
        request_type=request_type,
        service=lookup.service(given.service),
        answers=given.answers,
        impact=given.impact,
        urgency=given.urgency,
        attachments=lookup.uploads(request, given.files),
        verified=True,
    )
    return Status(201, _out(request, ticket))


@router.get("/{number}", response=TicketOut, summary="One ticket")
def read_ticket(request: Call, number: str) -> Any:
    return _out(request, ticket_or_404(request, number))


@router.get("/{number}/messages", response=MessagePage, summary="What was said, oldest first")
def list_messages(
    request: Call, number: str, cursor: str | None = None, limit: int = Query(200, ge=1, le=MOST_SAID)
) -> Any:
    ticket = ticket_or_404(request, number)
    said = Message.objects.visible_to(request.person, ticket).without_html().select_related("author")
    rows, more = oldest_first(said, cursor, limit=limit, fitting=fitting)
    return {"items": [message_out(message) for message in rows], "next": more}


@router.post("/{number}/messages", response={201: MessageOut}, summary="Say something, or write an internal note")
@idempotent
def say(request: Call, number: str, given: MessageIn) -> Any:
    ticket, person = ticket_or_404(request, number), request.person
    files = lookup.uploads(request, given.files)
    if given.internal:
        message = actions.note(ticket, by=person, text=given.text, format=given.format, attachments=files)
    else:
        message = actions.reply(
            ticket,
            by=person,
            text=given.text,
            format=given.format,
            attachments=files,
            channel="api",
            to_askers=given.to_askers,
            seen=given.seen,
        )
    return Status(201, message_out(message))


@router.get("/{number}/events", response=EventPage, summary="What happened, oldest first")
def list_events(
    request: Call, number: str, cursor: str | None = None, limit: int = Query(200, ge=1, le=MOST_SAID)
) -> Any:
    ticket = ticket_or_404(request, number)
    if not works_on(request.person, ticket):
        raise Http404
    rows, more = oldest_first(ticket.events.select_related("by"), cursor, limit=limit)
    return {"items": [EventOut(id=e.pk, name=e.name, by=e.by.name, at=e.at, data=e.told) for e in rows], "next": more}


def ticket_or_404(request: Call, number: str) -> Ticket:
    ticket = _visible(request).filter(number=number).first()
    if ticket is None:
        raise Http404
    return ticket


def answer(request: Call, ticket: Ticket) -> TicketOut:
    """The ticket afresh, after a verb; one that went to another desk as somebody outside sees it."""
    return _out(request, Ticket.objects.select_related("assignee", "asked_by").defer("search").get(pk=ticket.pk))


def message_out(message: Message) -> MessageOut:
    return MessageOut(
        id=message.pk,
        kind=message.kind,
        author=message.author.name,
        author_id=message.author_id,
        to_askers=message.to_askers,
        channel=message.channel,
        text=message.text,
        format=message.format,
        html=message.shown,
        created_at=message.created_at,
        internal=message.internal,
        proof=message.proof,
    )


def _visible(request: Call) -> TicketQuerySet:
    found: TicketQuerySet = (
        Ticket.objects.visible_to(request.person).select_related("assignee", "asked_by").defer("search")
    )
    return found


def _out(request: Call, ticket: Ticket) -> TicketOut:
    return _outs(request, [ticket])[0]


def _outs(request: Call, tickets: list[Ticket]) -> list[TicketOut]:
    person = request.person
    for ticket in tickets:
        config_cache.current().dress(ticket)
    shares = as_told(tickets, to=person)
    return [
        TicketOut.of(
            ticket,
            inside=ticket.pk not in shares,
            late=not reads_what_was_asked(person, ticket, shares.get(ticket.pk, Share())),
            asker=ticket.pk in shares and names_only_an_address(person, ticket, shares[ticket.pk]),
        )
        for ticket in tickets
    ]
