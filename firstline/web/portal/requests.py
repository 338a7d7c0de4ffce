"""My requests, and one of them: where it stands, what was said, what I can do."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from firstline.catalog.forms import shown_answers
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets import states
from firstline.tickets.access import ASKING
from firstline.tickets.fields import asked_of
from firstline.tickets.models import Rating, Ticket
from firstline.tickets.querysets import TicketQuerySet
from firstline.tickets.rights import relations
from firstline.tickets.told import as_told
from firstline.tickets.verbs import VERBS
from firstline.web.guards import signed_in
from firstline.web.portal.beside import beside
from firstline.web.portal.request_status import standings
from firstline.web.portal.talk import loose_files, talk
from firstline.web.portal_shell import front_page
from firstline.web.render import page
from firstline.web.tickets import ticket_or_404, tickets_for

PAGE = 25
SHOWN: dict[str, Callable[[TicketQuerySet, Person], TicketQuerySet]] = {
    "open": lambda tickets, person: tickets.unfinished(),
    "solved": lambda tickets, person: tickets.in_phases(["resolved", "closed"], by=person),
    "all": lambda tickets, person: tickets,
}
STEPS = {
    **{verb: verb for verb in ("reply", "cancel", "close", "reopen", "rate", "decline", "share")},
    "add_participant": "reply",
}
"""What the asking side is offered: verb → the verb that must be possible where the ticket stands."""


@require_safe
@signed_in
def mine(request: PersonRequest) -> HttpResponse:
    """Page by page, newest first: what I asked, and what was shared with me."""
    which = request.GET.get("show", "open")
    which = which if which in SHOWN else "all"
    words = request.GET.get("q", "").strip()
    person = request.person
    tickets: TicketQuerySet = tickets_for(request).involving(person)
    found = tickets.matching(words, by=person) if words else SHOWN[which](tickets, person)
    before = whole(request.GET.get("before", ""))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.newest_first().select_related("requester").defer("search")[: PAGE + 1])
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    shown = standings(rows[:PAGE], by=person)
    return front_page(request, "portal/requests.html", which=which, words=words, rows=shown, more=more, before=before)


@require_safe
@signed_in
def show(request: PersonRequest, number: str) -> HttpResponse:
    """The page; for htmx only the part that lives. Those who only work on it are sent to the desk's page."""
    ticket = ticket_or_404(request, number)
    if not relations(request.person, ticket) & ASKING:
        return redirect(reverse("ticket", args=[ticket.number]))
    return shown(request, ticket)


def shown(request: PersonRequest, ticket: Ticket, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page. `more`, after a refusal: `problem` (a sentence), `at` (which form), `typed` and `kept` files."""
    person = request.person
    standing = standings([ticket], by=person)[0]
    context: dict[str, Any] = {
        "ticket": ticket,
        "standing": standing,
        "talk": talk(person, ticket, before=request.GET.get("before", "")),
        "files": loose_files(person, ticket),
        "goes_on_in": _goes_on_in(request, ticket),
        "rating": Rating.objects.filter(ticket=ticket, by=person).first(),
        "can": offered(person, ticket),
        "way": "request",
    }
    if request.headers.get("HX-Request") and status == 200:
        return page(request, "portal/parts/request_live.html", **context)
    return front_page(
        request,
        "portal/request.html",
        status=status,
        **context,
        answers=shown_answers(asked_of(ticket), ticket.answers) if standing.from_the_start else [],
        beside=beside(ticket, by=person),
        problem=more.get("problem", ""),
        at=more.get("at", ""),
        typed=more.get("typed", ""),
        kept=more.get("kept", []),
        asked=request.GET.get("asked", "")[:80],
    )


def offered(person: Person, ticket: Ticket) -> set[str]:
    """What this person can do with it as it stands."""
    found = relations(person, ticket)
    can = {step for step, state in STEPS.items() if states.can(ticket, state) and VERBS[step].may & found}
    return can if ticket.asked_by_id is not None else can - {"decline"}


def _goes_on_in(request: PersonRequest, ticket: Ticket) -> Ticket | None:
    """The request that this one was merged into, for those who may see it."""
    if ticket.merged_into_id is None:
        return None
    into = tickets_for(request).filter(pk=ticket.merged_into_id).defer("search").first()
    if into is not None:
        as_told([into], to=request.person)
    return into
