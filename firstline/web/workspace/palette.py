"""What the command palette offers: tickets, people and pages that fit the words, and what can be done on this page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from firstline.catalog import config_cache
from firstline.kit.tokenizer import asked_words
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.people.search import found
from firstline.tickets import queues, rights, states
from firstline.tickets.models import Ticket
from firstline.tickets.told import as_told
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.tickets import tickets_for
from firstline.web.workspace import verbs
from firstline.web.workspace.shell import DRAWINGS, can_record

MOST = 6

# verb: what it is called, its drawing, and the key of the ticket page's composer
WRITING = {
    "reply": (pgettext_lazy("verb", "Reply"), "reply", "r"),
    "note": (gettext_lazy("Write an internal note"), "lock", "m"),
}
# Verbs of the ticket page that need a message or a link of it to begin with
OF_A_PART = ("split", "unlink")

# address, what it is called, drawing; those that this installation does not have are left out
PAGES: list[tuple[str, Promise, str]] = [
    ("record", gettext_lazy("Record a call"), "phone"),
    ("today", gettext_lazy("Today"), "chart-no-axes-column"),
    ("home", gettext_lazy("Help centre"), "life-buoy"),
    ("profile", gettext_lazy("My account"), "user"),
    ("demo-mail", gettext_lazy("Mail of the demo"), "mail"),
    ("settings", gettext_lazy("Settings"), "settings"),
]


# address: for whom it is not there
REFUSES: dict[str, Callable[[Any], bool]] = {
    "record": lambda person: not can_record(person),
    "settings": lambda person: not (person.admin or rights.desks_managed(person)),
}


@dataclass(frozen=True)
class Option:
    label: str
    drawing: str
    href: str | None = None
    does: str | None = None
    press: str | None = None
    hint: str = ""
    key: str = ""


@require_GET
@at_work
def palette(request: PersonRequest) -> HttpResponse:
    """The options for `q`; on a ticket's page (`ticket`, or `here`) also what can be done to it."""
    words = request.GET.get("q", "").strip()
    requests, places = (_("Requests"), _tickets(request, words)), (_("Go to"), _pages(request, words))
    groups = [
        (_("This request"), _verbs(request, words)),
        *((places, requests) if _begins_one(words, places[1]) else (requests, places)),
        (_("People"), _people(words)),
    ]
    return page(request, "workspace/palette.html", words=words, groups=[(name, each) for name, each in groups if each])


def _verbs(request: PersonRequest, words: str) -> list[Option]:
    number = request.GET.get("ticket") or _number_in(request.GET.get("here", ""))
    ticket = tickets_for(request).defer("search").filter(number=number).first() if number else None
    if ticket is None:
        return []
    person = request.person
    as_told([ticket], to=person)
    watched = ticket.participants.filter(person=person, role="watcher").exists()
    writing = [
        Option(str(label), drawing, press=key, key=key)
        for name, (label, drawing, key) in WRITING.items()
        if rights.may(person, name, ticket) and states.can(ticket, name)
    ]
    doing = [
        Option(str(verb.button.label), verb.button.icon, does=name, key=verb.button.shortcut)
        for name, verb in verbs.offered(person, ticket, watched=watched).items()
        if verb.button and name not in OF_A_PART
    ]
    return [option for option in writing + doing if _fits(words, option.label, option.does or "")]


def _tickets(request: PersonRequest, words: str) -> list[Option]:
    if not words:
        return []
    found = tickets_for(request).matching(words, by=request.person).select_related("asked_by").defer("search")
    tickets = list(found.newest_first()[:MOST])
    as_told(tickets, to=request.person)
    return [
        Option(
            f"{ticket.number} {ticket.subject}",
            "ticket",
            href=reverse("ticket", args=[ticket.number]),
            hint=_hint(ticket, request.person),
        )
        for ticket in tickets
    ]


def _hint(ticket: Ticket, person: Person) -> str:
    status = config_cache.current().statuses[ticket.status_id].name
    if ticket.asked_by is None or not rights.works_on(person, ticket):
        return status
    given = {"requester": ticket.requester_name, "name": ticket.asked_by.name}
    return f"{status} · " + _("for %(requester)s, asked by %(name)s") % given


def _pages(request: PersonRequest, words: str) -> list[Option]:
    options = [
        Option(
            f"{group.desk.name} · {queue.title}" if group.desk else queue.title,
            DRAWINGS[queue.key.partition("-")[0]],
            href=reverse("queue", args=[queue.key]),
        )
        for group in queues.groups(request.person)
        for queue in group.queues
    ]
    options += list(_other_pages(request))
    fitting = [option for option in options if _fits(words, option.label)]
    return fitting[: MOST * 2]


def _begins_one(words: str, options: list[Option]) -> bool:
    """Whether a page is called so: then Enter goes there, not to a ticket that happens to hold the word."""
    return any(option.label.rpartition(" · ")[2].casefold().startswith(words.casefold()) for option in options)


def _other_pages(request: PersonRequest) -> Iterator[Option]:
    for name, label, drawing in PAGES:
        if name in REFUSES and REFUSES[name](request.person):
            continue
        try:
            yield Option(str(label), drawing, href=reverse(name))
        except NoReverseMatch:
            continue


def _people(words: str) -> list[Option]:
    return [
        Option(
            person.name,
            "user",
            href=reverse("person", args=[person.pk]),
            hint=" · ".join(filter(None, (person.department, person.city))),
        )
        for person in found(words)[:MOST]
    ]


def _number_in(path: str) -> str:
    """The number of the ticket whose page this is."""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    return str(match.kwargs.get("number", "")) if match.url_name == "ticket" else ""


def _fits(words: str, *texts: str) -> bool:
    return all(any(word in text.casefold() for text in texts) for word in asked_words(words.casefold()))
