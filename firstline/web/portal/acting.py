"""What the one who asked can do with their request. A verb that refuses is shown beside what was typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from firstline.people.request import PersonRequest
from firstline.tickets import actions, rights
from firstline.tickets.errors import Refused
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.tickets.naming import address_of, person_at
from firstline.web.files import described, uploads_of
from firstline.web.guards import signed_in
from firstline.web.portal.beside import Asker, asker
from firstline.web.portal.requests import shown
from firstline.web.tickets import ticket_or_404, tickets_for

SCORES = {"satisfied": 1, "average": 2, "dissatisfied": 3}


class StepRequest(PersonRequest):
    """`kept_uploads`: files that came with it, which stay with the form when it is refused."""

    kept_uploads: list[Attachment]


Step = Callable[[StepRequest, Ticket], str]
STEPS: dict[str, tuple[Step, str]] = {}
"""What each does, and the field in which words were typed that a refusal must not lose."""


def step(at: str, *, typed: str = "text") -> Callable[[Step], Callable[[StepRequest, str], HttpResponse]]:
    """Make a view of a step: POST only; what it returns is said as a toast, a refusal is shown at the form `at`."""

    def made(do: Step) -> Callable[[StepRequest, str], HttpResponse]:
        assert at not in STEPS, f"two steps are taken at {at}"
        STEPS[at] = do, typed

        @require_POST
        @signed_in
        @wraps(do)
        def view(request: StepRequest, number: str) -> HttpResponse:
            ticket = ticket_or_404(request, number)
            said, refused = taken(at, request, ticket)
            if refused is not None:
                return shown(request, ticket, status=422, **refused)
            messages.success(request, said, extra_tags=f"done:{at}-{ticket.number}")
            is_there = tickets_for(request).filter(pk=ticket.pk).exists()
            return redirect("request", ticket.number) if is_there else redirect("my-requests")

        return view

    return made


def taken(at: str, request: StepRequest, ticket: Ticket) -> tuple[str, dict[str, Any] | None]:
    """Take the step; what is said of it, or why it was refused with all that was typed, for the page to show."""
    do, typed = STEPS[at]
    request.kept_uploads = []
    try:
        return do(request, ticket), None
    except (Refused, ValidationError) as refusal:
        problem = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        kept = [described(each) for each in request.kept_uploads]
        return "", {"problem": problem, "at": at, "typed": request.POST.get(typed, ""), "kept": kept}


@step("reply")
def reply(request: StepRequest, ticket: Ticket) -> str:
    """Say something more; files alone are fine too."""
    request.kept_uploads = uploads_of(request)
    text = request.POST.get("text", "")
    actions.reply(ticket, by=request.person, text=text, attachments=request.kept_uploads, proof=_proof(request))
    return _("Sent.")


@step("colleague", typed="email")
def add_colleague(request: StepRequest, ticket: Ticket) -> str:
    """Let a colleague, named by address, read and write here."""
    rights.require(request.person, "add_participant", ticket)
    address = address_of(request.POST.get("email", ""))
    with transaction.atomic():
        actions.add_participant(ticket, by=request.person, person=person_at(address))
    return _("Whoever has the address %(address)s here can now read and write.") % {"address": address}


@step("share")
def share(request: StepRequest, ticket: Ticket) -> str:
    """Let who asked it for me read everything."""
    who = _asker(request, ticket)
    actions.share(ticket, by=request.person, person=who.person)
    return _("%(name)s can now read everything that is said here.") % {"name": who.name}


@step("unshare")
def unshare(request: StepRequest, ticket: Ticket) -> str:
    """Let them read only what is said to them."""
    who = _asker(request, ticket)
    actions.unshare(ticket, by=request.person, person=who.person)
    return _("%(name)s reads only what is said to them.") % {"name": who.name}


@step("decline")
def decline(request: StepRequest, ticket: Ticket) -> str:
    """It is not mine."""
    actions.decline(ticket, by=request.person)
    return _("You no longer take part in %(number)s.") % {"number": ticket.number}


@step("cancel", typed="reason")
def cancel(request: StepRequest, ticket: Ticket) -> str:
    """It is no longer needed."""
    actions.cancel(ticket, by=request.person, reason=request.POST.get("reason", ""), proof=_proof(request))
    return _("%(number)s is cancelled.") % {"number": ticket.number}


@step("confirm")
def confirm(request: StepRequest, ticket: Ticket) -> str:
    """It is solved indeed."""
    actions.close(ticket, by=request.person)
    return _("Thank you. %(number)s is closed.") % {"number": ticket.number}


@step("reopen", typed="reason")
def reopen(request: StepRequest, ticket: Ticket) -> str:
    """It was not solved after all."""
    actions.reopen(ticket, by=request.person, reason=request.POST.get("reason", ""), proof=_proof(request))
    return _("We are on it again.")


@step("rate", typed="words")
def rate(request: StepRequest, ticket: Ticket) -> str:
    """Say how it was."""
    actions.rate(ticket, by=request.person, **verdict(request))
    return _("Thank you for your rating.")


def _proof(request: StepRequest) -> str:
    return Message.Proof.LINK if getattr(request, "link", None) else Message.Proof.SIGNED_IN


def _asker(request: StepRequest, ticket: Ticket) -> Asker:
    return asker(ticket, request.POST.get("person", ""), by=request.person)


def verdict(request: HttpRequest) -> dict[str, Any]:
    """Score, stars and words as the rating's form gives them."""
    stars = request.POST.get("stars", "")
    return {
        "score": SCORES.get(request.POST.get("satisfaction", ""), 0),
        "stars": int(stars) if stars in {"1", "2", "3", "4", "5"} else None,
        "words": request.POST.get("words", ""),
    }
