"""The dialog of a verb, and doing it. What a verb refuses is shown in the dialog with all that was typed."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets.models import Ticket
from firstline.tickets.rights import works_on
from firstline.tickets.verbs import Verb
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.safe_redirects import path_of
from firstline.web.tickets import tickets_for
from firstline.web.workspace.lookup import worked_ticket_or_404
from firstline.web.workspace.shell import desk_page
from firstline.web.workspace.verbs import form_of, verb_named


@require_http_methods(["GET", "POST"])
@at_work
def verb(request: PersonRequest, number: str, verb: str) -> HttpResponse:
    """GET: the verb's form, alone for htmx or on a page of its own. POST: do it, or the form with what was refused."""
    ticket = worked_ticket_or_404(request, number)
    asked = verb_named(verb)
    if asked is None:
        raise Http404
    person = request.person
    if request.method == "GET":
        return _form(request, ticket, asked, form_of(asked, ticket=ticket, by=person, initial=request.GET.dict()))
    form = form_of(asked, request.POST, ticket=ticket, by=person)
    done, other = form.done()
    return _done(request, ticket, asked, other) if done else _form(request, ticket, asked, form, status=422)


def next_for(person: Person, *, after: Ticket) -> str:
    """Where work goes on after a ticket: the next own one, else the next that waits for acceptance, else the desk."""
    open_ones = Ticket.objects.visible_to(person).at_desks_of(person).open().awake().exclude(pk=after.pk)
    for queue in (open_ones.assigned_to(person).exclude(phase="waiting"), open_ones.in_teams_of(person).unaccepted()):
        found = queue.soonest_first().values_list("number", flat=True).first()
        if found:
            return reverse("ticket", args=[found])
    return reverse("desk-home")


def _form(request: PersonRequest, ticket: Ticket, asked: Verb, form: object, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"ticket": ticket, "verb": asked, "form": form, "in_place": "in_place" in request.GET}
    if request.headers.get("HX-Request"):
        return page(request, "workspace/ticket/verb_form.html", status=status, **context)
    return desk_page(request, "workspace/ticket/verb.html", status=status, **context)


def _done(request: PersonRequest, ticket: Ticket, asked: Verb, other: Ticket | None) -> HttpResponse:
    person = request.person
    said = str(asked.button.done) if asked.button else ""
    where = _where(request, ticket, person, other)
    here = path_of(request.headers.get("HX-Current-URL", ""))  # the form's own page has nothing to renew
    if (
        not request.headers.get("HX-Request")
        or where != reverse("ticket", args=[ticket.number])
        or here == request.path
    ):
        if said:
            messages.success(request, said)
        if not request.headers.get("HX-Request"):
            return redirect(where)
        response = HttpResponse(status=204)
        response["HX-Redirect"] = where
        return response
    toast = {"toast": {"text": said, "tone": "good"}} if said else {}
    response = HttpResponse(status=204)
    response["HX-Trigger"] = json.dumps({"verb-done": {"verb": asked.key, "ticket": ticket.pk}, **toast})
    return response


def _where(request: PersonRequest, ticket: Ticket, person: Person, other: Ticket | None) -> str:
    """Where the person is after the verb: the next ticket if asked for, the other one, or here if it is still his."""
    if request.POST.get("then") == "next":
        return next_for(person, after=ticket)
    if other is not None:
        return reverse("ticket", args=[other.number])
    fresh = tickets_for(request).filter(pk=ticket.pk).defer("search").first()
    back = _back(request, fresh) if fresh is not None and works_on(person, fresh) else ""
    return back or reverse("desk-home")


def _back(request: PersonRequest, ticket: Ticket) -> str:
    """To the ticket whose page showed the form: another one when it was asked there (unmerge)."""
    shown = request.POST.get("shown", "")
    number = shown if shown and tickets_for(request).filter(number=shown).exists() else ticket.number
    return reverse("ticket", args=[number])
