"""The ticket's page: the conversation in the middle, what is known about it on the right, the composer below."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets import states
from firstline.tickets.models import Ticket
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.workspace import drafts, kept_files, presence
from firstline.web.workspace.canned_replies import answer_text
from firstline.web.workspace.composed import Composed
from firstline.web.workspace.conversation import Talk, conversation
from firstline.web.workspace.letters import Letters, letters_of
from firstline.web.workspace.lookup import worked_ticket_or_404
from firstline.web.workspace.shell import desk_page
from firstline.web.workspace.sidebar import about, links_of, others_of
from firstline.web.workspace.verbs import offered


@dataclass(frozen=True)
class Writing:
    """What the composer begins with. `modes` are those in which this person can write now."""

    modes: list[str]
    mode: str
    text: str
    drafts: dict[str, str]
    files: list[dict[str, Any]]
    error: str = ""
    unseen: bool = False
    to_askers: bool = False
    markdown: bool = False


@require_GET
@at_work
def show(request: PersonRequest, number: str) -> HttpResponse:
    """The whole page."""
    return ticket_page(request, worked_ticket_or_404(request, number))


@require_GET
@at_work
def parts(request: PersonRequest, number: str) -> HttpResponse:
    """Head, conversation (from `since` on) and side, fetched again when something happened to the ticket."""
    ticket = worked_ticket_or_404(request, number)
    return page(request, "workspace/ticket/parts.html", **_shown(request, ticket, since=request.GET.get("since", "")))


@require_GET
@at_work
def earlier(request: PersonRequest, number: str) -> HttpResponse:
    """The part of a long conversation before the place `before`."""
    ticket = worked_ticket_or_404(request, number)
    person = request.person
    talk = conversation(ticket, by=person, before=request.GET.get("before", ""))
    shown: dict[str, Any] = {
        "ticket": ticket,
        "talk": talk,
        "verbs": offered(person, ticket),
        "letters": _letters(ticket, talk),
    }
    if request.headers.get("HX-Request"):
        return page(request, "workspace/ticket/earlier.html", **shown)
    return desk_page(request, "workspace/ticket/earlier_page.html", **shown)


def ticket_page(
    request: PersonRequest, ticket: Ticket, *, status: int = 200, composed: Composed | None = None
) -> HttpResponse:
    """The page; with what was written and refused, if it was."""
    person = request.person
    others = presence.others(ticket, by=person)
    writing = _writing(request, ticket, person, composed)
    shown = _shown(request, ticket)
    return desk_page(request, "workspace/ticket/show.html", status=status, others=others, writing=writing, **shown)


def _shown(request: PersonRequest, ticket: Ticket, *, since: str = "") -> dict[str, Any]:
    person = request.person
    links = links_of(ticket)
    talk = conversation(ticket, by=person, since=since, also=others_of(ticket, links))
    letters = _letters(ticket, talk)
    side = about(ticket, links, talk.tickets, by=person, letters=letters)
    verbs = offered(person, ticket, watched=side.watched)
    return {"ticket": ticket, "talk": talk, "side": side, "verbs": verbs, "letters": letters}


def _letters(ticket: Ticket, talk: Talk) -> Letters:
    said = [entry.message for entry in talk.entries if entry.message]
    if not (ticket.channel == "email" or any(each.channel == "email" or each.author.is_machine for each in said)):
        return Letters()
    return letters_of(ticket, [each.pk for each in said])


def _writing(request: PersonRequest, ticket: Ticket, person: Person, composed: Composed | None) -> Writing:
    can_reply = ticket.merged_into_id is None and states.can(ticket, "reply")
    modes = [*(["reply"] if can_reply else []), "note"]
    kept = drafts.kept(ticket, by=person)
    if composed is not None:
        mode = composed.data.get("mode", "")
        mode = mode if mode in drafts.MODES else modes[0]
        modes = modes if mode in modes else [mode, *modes]
        errors = [str(error) for found in composed.errors.values() for error in found]
        files = kept_files.still_there(request)
        text = composed.data.get("text", "")
        ticked = bool(composed.data.get("to_askers")), bool(composed.data.get("markdown"))
        return Writing(modes, mode, text, kept, files, " ".join(errors), composed.unseen, *ticked)
    asked = request.GET.get("mode", "")
    only = next((mode for mode in modes if kept.get(mode)), modes[0])
    mode = asked if asked in modes else only
    canned = answer_text(ticket, request.GET.get("answer", ""), by=person) if "answer" in request.GET else ""
    text = "\n\n".join(filter(None, (kept.get(mode, ""), canned)))
    return Writing(modes, mode, text, kept, kept_files.given_back(request, ticket))
