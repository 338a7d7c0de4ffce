"""One verb for many tickets: each goes through the verb by itself, and what is refused is said, with the reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from firstline.kit.limits import limit
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets import actions
from firstline.tickets.errors import Refused
from firstline.tickets.models import Ticket
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.safe_redirects import is_ours
from firstline.web.tickets import tickets_for
from firstline.web.toasts import Toast
from firstline.web.workspace import bulk_forms
from firstline.web.workspace.readers import newest_asked, parted, readers_of
from firstline.web.workspace.shell import can_record, desk_page

MOST = limit(100, "requests", of="requests changed together", per="change", said="Only so many can be marked.")


@dataclass(frozen=True)
class Bulk:
    """A verb of the bulk bar: its name, its key (as on a ticket's page), what it asks, what it does to one ticket."""

    label: Promise
    key: str | None
    form: type[bulk_forms.BulkForm]
    do: Callable[[Ticket, Person, dict[str, Any]], object]
    asks: bool = True
    aloud: bool = False
    """The asking side reads it: of each ticket it is named who does, and where others do by now, or they have written
    since, it is left as it is."""


BULK: dict[str, Bulk] = {
    "accept": Bulk(
        gettext_lazy("Accept"),
        "a",
        bulk_forms.BulkForm,
        lambda ticket, by, given: actions.accept(ticket, by=by),
        asks=False,
    ),
    "assign": Bulk(
        gettext_lazy("Assign"),
        "i",
        bulk_forms.Assign,
        lambda ticket, by, given: actions.assign(ticket, by=by, to=given["to"]),
    ),
    "classify": Bulk(
        gettext_lazy("Classify"),
        "t",
        bulk_forms.Classify,
        lambda ticket, by, given: actions.classify(
            ticket, by=by, kind=given["kind"], service=given["service"] or ticket.service
        ),
    ),
    "priority": Bulk(
        gettext_lazy("Priority"),
        "p",
        bulk_forms.Priority,
        lambda ticket, by, given: actions.change_priority(
            ticket, by=by, impact=given["impact"], urgency=given["urgency"]
        ),
    ),
    "hold": Bulk(
        gettext_lazy("Let it wait"),
        "w",
        bulk_forms.Hold,
        lambda ticket, by, given: actions.hold(ticket, by=by, reason=given["reason"], until=given["until"]),
    ),
    "escalate": Bulk(
        gettext_lazy("Hand over"),
        "e",
        bulk_forms.Escalate,
        lambda ticket, by, given: actions.escalate(ticket, by=by, to=given["to"], handover=given["handover"]),
    ),
    "tag": Bulk(
        gettext_lazy("Tag"),
        None,
        bulk_forms.Tag,
        lambda ticket, by, given: actions.tag(ticket, by=by, tags=[*ticket.tags, *given["tags"]]),
    ),
    "resolve": Bulk(
        gettext_lazy("Resolve"),
        "s",
        bulk_forms.Resolve,
        lambda ticket, by, given: actions.resolve(
            ticket,
            by=by,
            resolution=given["resolution"],
            cause=given["cause"],
            readers=given.get("readers", {}).get(ticket.pk),
            seen=given.get("seen", {}).get(ticket.pk),
        ),
        aloud=True,
    ),
    "close": Bulk(
        gettext_lazy("Close"),
        None,
        bulk_forms.BulkForm,
        lambda ticket, by, given: actions.close(ticket, by=by),
        asks=False,
    ),
}


@dataclass
class Outcome:
    """What became of the chosen tickets: `refused` says of each why."""

    done: list[Ticket] = field(default_factory=list)
    refused: list[tuple[Ticket, str]] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        number = len(self.done)
        return ngettext("Done with %(count)d request.", "Done with %(count)d requests.", number) % {"count": number}


def offered(person: Person) -> dict[str, Bulk]:
    """The verbs of the bulk bar; none for those who only look on."""
    return BULK if can_record(person) else {}


def done(tickets: Sequence[Ticket], verb: Bulk, *, by: Person, given: dict[str, Any]) -> Outcome:
    """Do it to one after the other, each in a transaction of its own."""
    outcome = Outcome()
    for ticket in tickets:
        try:
            verb.do(ticket, by, given)
            outcome.done.append(ticket)
        except Refused as refusal:
            outcome.refused.append((ticket, str(refusal)))
    return outcome


@require_http_methods(["GET", "POST"])
@at_work
def bulk(request: PersonRequest, verb: str) -> HttpResponse:
    """Ask what the verb needs; then do it to the chosen tickets and say what became of them."""
    chosen = BULK.get(verb)
    if chosen is None:
        raise Http404
    tickets = _chosen(request)
    asked = request.method == "POST" and ("sent" in request.POST or not chosen.asks)
    form = chosen.form(request.POST if asked else None, person=request.person)
    fits = 0 < len(tickets) <= MOST
    context = {"verb": verb, "bulk": chosen, "tickets": tickets, "form": form, "most": MOST, "next": _next(request)}
    context["readers"] = readers_of(tickets) if chosen.aloud and fits else {}
    context["seen"] = newest_asked(tickets) if chosen.aloud and fits else {}
    if not (asked and fits and form.is_valid()):
        return _answer(request, "workspace/bulk.html", 422 if asked else 200, outcome=None, told=[], **context)
    given = {**form.cleaned_data, "readers": _named(request), "seen": _seen(request)}
    outcome = done(tickets, chosen, by=request.person, given=given)
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
