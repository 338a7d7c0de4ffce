"""One verb for many tickets: each goes through the verb by itself, and what is refused is said, with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from firstline.kit.limits import limit
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets.errors import Refused
from firstline.tickets.models import Ticket
from firstline.tickets.queues import desks_of
from firstline.tickets.verbs import VERBS, Verb
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.safe_redirects import is_ours
from firstline.web.tickets import tickets_for
from firstline.web.toasts import Toast
from firstline.web.workspace.forms.fields import Asked, asked_for, field_of
from firstline.web.workspace.readers import newest_said, parted, readers_of
from firstline.web.workspace.shell import can_record, desk_page
from firstline.web.workspace.verbs import buttons

Held = Mapping[int, Any]
MOST = limit(100, "requests", of="requests changed together", per="change", said="Only so many can be marked.")


@dataclass
class Outcome:
    """What became of the chosen tickets: `refused` says of each why."""

    done: list[Ticket] = field(default_factory=list)
    refused: list[tuple[Ticket, str]] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        number = len(self.done)
        return ngettext("Done with %(count)d request.", "Done with %(count)d requests.", number) % {"count": number}


@dataclass(frozen=True)
class Offered:
    """A verb of the bulk bar: its label there, and whether it asks for anything."""

    verb: Verb
    label: Any
    shortcut: str
    asks: bool


def offered(person: Person) -> dict[str, Offered]:
    """The verbs of the bulk bar; none for those who only look on."""
    return {verb.key: _offered(verb) for verb in buttons() if verb.bulk} if can_record(person) else {}


def _offered(verb: Verb) -> Offered:
    assert verb.button is not None
    assert verb.bulk is not None
    shortcut = "" if verb.bulk.label else verb.button.shortcut
    return Offered(verb, verb.bulk.label or verb.button.label, shortcut, asks=bool(asked_for(verb)))


class BulkForm(forms.Form):
    """What the verb asks for, once for all tickets, with what the person's desks have to choose from."""

    def __init__(self, data: Any, *, verb: Verb, person: Person) -> None:
        super().__init__(data, auto_id="bulk_%s")
        asked = Asked(person, tuple(desk.pk for desk in desks_of(person)))
        self.fields |= {each.name: field_of(each, asked) for each in asked_for(verb)}
        if verb.aloud:
            next(iter(self.fields.values())).help_text = _("Each requester reads this.")


def done(tickets: Sequence[Ticket], verb: Verb, *, by: Person, given: dict[str, Any], **held: Held) -> Outcome:
    """Do it to one after the other, each in a transaction of its own. `held`: by ticket, who was named as reader and
    what was seen; where others read it by now, or the asking side has written since, it is left as it is."""
    assert verb.bulk is not None
    outcome = Outcome()
    for ticket in tickets:
        against = {name: by_ticket.get(ticket.pk) for name, by_ticket in held.items()}
        try:
            verb.do(ticket, by=by, **verb.bulk.each(ticket, given), **against)
            outcome.done.append(ticket)
        except Refused as refusal:
            outcome.refused.append((ticket, str(refusal)))
    return outcome


@require_http_methods(["GET", "POST"])
@at_work
def bulk(request: PersonRequest, verb: str) -> HttpResponse:
    """Ask what the verb needs; then do it to the chosen tickets and say what became of them."""
    known = VERBS.get(verb)
    if known is None or known.bulk is None:
        raise Http404
    chosen = _offered(known)
    tickets = _chosen(request)
    asked = request.method == "POST" and ("sent" in request.POST or not chosen.asks)
    form = BulkForm(request.POST if asked else None, verb=known, person=request.person)
    fits = 0 < len(tickets) <= MOST
    context = {"verb": verb, "bulk": chosen, "tickets": tickets, "form": form, "most": MOST, "next": _next(request)}
    context["readers"] = readers_of(tickets) if known.aloud and fits else {}
    context["seen"] = newest_said(tickets) if known.asks_seen and fits else {}
    if not (asked and fits and form.is_valid()):
        return _answer(request, "workspace/bulk.html", 422 if asked else 200, outcome=None, told=[], **context)
    held: dict[str, Held] = {"readers": _named(request)} if known.aloud else {}
    held |= {"seen": _seen(request)} if known.asks_seen else {}
    outcome = done(tickets, known, by=request.person, given=form.cleaned_data, **held)
    told = [Toast(outcome.sentence, "good")] if outcome.done else []
    response = _answer(request, "workspace/bulk.html", 200, outcome=outcome, told=told, **context)
    response["HX-Trigger"] = "bulk-done"
    return response


def _chosen(request: PersonRequest) -> list[Ticket]:
    """The chosen tickets that the person may know of, oldest first; of too many, one too many."""
    given = (request.POST if request.method == "POST" else request.GET).getlist("ticket")
    ids = [pk for pk in map(whole, given) if pk is not None]
    tickets = tickets_for(request).filter(pk__in=ids).defer("search").select_related("service", "requester")
    return list(tickets.order_by("pk")[: MOST + 1])


def _named(request: PersonRequest) -> dict[int, set[int] | None]:
    """By ticket, whom the dialog named as those who read it."""
    rows = (each.partition(":") for each in request.POST.getlist("readers"))
    return {whole(pk) or 0: parted(ids) for pk, _colon, ids in rows}


def _seen(request: PersonRequest) -> dict[int, int | None]:
    """By ticket, the last message of the asking side when the dialog was shown."""
    rows = (each.partition(":") for each in request.POST.getlist("seen"))
    return {whole(pk) or 0: whole(newest) for pk, _colon, newest in rows}


def _answer(request: PersonRequest, template: str, status: int, **context: Any) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return page(request, "workspace/bulk_part.html", status=status, **context)
    return desk_page(request, template, status=status, **{**context, "told": []})


def _next(request: PersonRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next", "")
    return target if is_ours(request, target) else ""
