"""What waits for an answer or a solution, where requests are merged and taken apart: steps of verbs, which record."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from firstline.tickets.actions.steps import go_on
from firstline.tickets.models import Event, Message, Ticket
from firstline.tickets.thanks import is_mere_thanks


def hand_over(ticket: Ticket, into: Ticket) -> None:
    """What `ticket` waits for from the desk, `into` waits for from now on."""
    if ticket.phase == "resolved":
        return
    if into.phase == "resolved":
        _begin_anew(into)
    if ticket.unanswered_since is not None:
        _ask_for_answer(into, ticket.unanswered_since)


def go_on_with(ticket: Ticket, since: QuerySet[Message]) -> None:
    """After an unmerge: what its side has said meanwhile is a word as any other."""
    asked = _words(since, solved=ticket.phase == "resolved")
    if not asked:
        return
    if ticket.phase == "resolved":
        _begin_anew(ticket)
    if ticket.is_open:
        _ask_for_answer(ticket, asked[0].created_at)


def let_go_of(ticket: Ticket, into: Ticket, merged: Event, moved: Sequence[int]) -> None:
    """What has gone with `ticket` is not to be answered in `into`; what its own side asked still is."""
    marks = [event for event in into.events.filter(pk__gt=merged.pk).order_by("pk") if _marks(event)]
    if into.unanswered_since is None or not marks:
        return
    by_merge = marks[-1].name == "absorbed" and marks[-1].told.get("other") == ticket.pk
    if by_merge or marks[-1].told.get("message") in moved:
        answers = into.messages.filter(kind="reply", withdrawn_at=None).order_by("-created_at")
        answered = answers.values_list("created_at", flat=True).first()
        asked = _words(into.messages.filter(created_at__gt=answered) if answered else into.messages.all(), solved=False)
        into.unanswered_since = asked[0].created_at if asked else None


def _marks(event: Event) -> bool:
    return event.changes.get("unanswered_since") is not None


def _words(messages: QuerySet[Message], *, solved: bool) -> list[Message]:
    """What of it the asking side said, but for mere thanks."""
    asked = messages.filter(kind="request").defer("html", "quoted")
    found = asked.select_related("author").prefetch_related("attachments").order_by("pk")
    return [
        each
        for each in found
        if each.attachments.all() or not is_mere_thanks(each.text, by=each.author.name, solved=solved)
    ]


def _begin_anew(ticket: Ticket) -> None:
    go_on(ticket)
    ticket.resolved_at = None
    ticket.reopened += 1


def _ask_for_answer(ticket: Ticket, since: datetime) -> None:
    ticket.unanswered_since = min(since, ticket.unanswered_since or since)
    ticket.snoozed_until = None
    if ticket.status_id == "waiting_requester":
        go_on(ticket)
