"""Recording a call or a walk-in, in seconds."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets import channels, recording
from firstline.tickets.errors import Refused
from firstline.tickets.models import Ticket
from firstline.web.guards import at_work
from firstline.web.safe_redirects import is_ours
from firstline.web.tickets import ticket_or_404
from firstline.web.workspace.recording_form import RecordingForm
from firstline.web.workspace.shell import can_record, desk_page


@require_http_methods(["GET", "POST"])
@at_work
def record(request: PersonRequest) -> HttpResponse:
    """The form; sent, it opens the ticket, and with an answer solves it in the same moment."""
    if not can_record(request.person):
        raise Http404
    form = RecordingForm(request.POST or None, person=request.person)
    if not (request.method == "POST" and form.is_valid()):
        return _page(request, form, status=422 if request.method == "POST" else 200)
    try:
        ticket = _recorded(form, by=request.person)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, status=422)
    said = _("%(number)s is recorded and solved.") if ticket.phase == "resolved" else _("%(number)s is recorded.")
    messages.success(request, said % {"number": ticket.number})
    return redirect("ticket", ticket.number) if form.cleaned_data["outcome"] == "take" else redirect(_next(request))


@require_POST
@at_work
def add(request: PersonRequest, number: str) -> HttpResponse:
    """He called about the same thing again: what he says joins the request that is there."""
    ticket = ticket_or_404(request, number)
    text = "\n\n".join(filter(None, (request.POST.get(name, "").strip() for name in ("subject", "text"))))
    channel = request.POST.get("channel", channels.PHONE)
    try:
        recording.add_contact(ticket, by=request.person, text=text, channel=channel)
    except Refused as refusal:
        form = RecordingForm(request.POST, person=request.person)
        form.errors.clear()
        form.add_error(None, str(refusal))
        return _page(request, form, status=422)
    messages.success(request, _("Added to %(number)s.") % {"number": ticket.number})
    return redirect("ticket", ticket.number)


@transaction.atomic
def _recorded(form: RecordingForm, *, by: Person) -> Ticket:
    given = form.cleaned_data
    requester = given["requester"] or Person.objects.create_person(
        name=given["name"], email=given["email"], phone=given["phone"].strip(), language=by.language, zone=by.zone
    )
    return recording.record_contact(
        by=by,
        requester=requester,
        desk=given["desk"],
        channel=given["channel"],
        subject=given["subject"],
        text=given["text"],
        kind=given["kind"],
        service=given["service"],
        take=given["outcome"] == "take",
        resolution=given["resolution"] if given["outcome"] == "solved" else "",
    )


def _page(request: PersonRequest, form: RecordingForm, *, status: int) -> HttpResponse:
    chosen = request.POST.get("requester") or request.GET.get("person", "")
    pk = whole(chosen)
    caller = None if pk is None else Person.objects.filter(pk=pk, kind=Person.Kind.HUMAN).first()
    return desk_page(
        request, "workspace/record.html", status=status, form=form, caller=caller, chosen=chosen, next=_next(request)
    )


def _next(request: PersonRequest) -> str:
    """Back to the list he came from."""
    target = request.POST.get("next") or request.headers.get("Referer", "")
    fine = is_ours(request, target) and "/queue/" in target
    return target if fine else reverse("record")
