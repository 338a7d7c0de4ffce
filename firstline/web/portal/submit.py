"""Asking: one form for each request type, and one for everything else. What was typed is never lost."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog import config_cache
from firstline.catalog.find import anything, open_request_types
from firstline.catalog.forms import AnswersForm, form_for, shown_answers
from firstline.catalog.models import Announcement, Desk, RequestType, Service
from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets import actions, channels
from firstline.tickets.errors import Refused
from firstline.tickets.models import Attachment, Ticket
from firstline.tickets.naming import address_of, person_at
from firstline.tickets.say import MOST_CHARACTERS
from firstline.web.files import described, uploads_of
from firstline.web.guards import signed_in
from firstline.web.portal_shell import front_page

URGENCIES = [
    (Ticket.Urgency.LOW.value, gettext_lazy("I can work")),
    (Ticket.Urgency.MEDIUM.value, gettext_lazy("I am hindered")),
    (Ticket.Urgency.HIGH.value, gettext_lazy("I cannot work")),
]
MOST_COLLEAGUES = limit(20, "people", of="colleagues named in a form", per="request", said="Refused at the field.")


class AskForm(forms.Form):
    """What every form asks. People are named by their address, so that nobody can leaf through the directory; that an
    address is known, or whose it is, is never told."""

    subject = forms.CharField(label=gettext_lazy("Say it in one sentence"), max_length=250)
    text = forms.CharField(
        label=gettext_lazy("What happens"),
        help_text=gettext_lazy("What you did, what you saw, since when."),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        strip=False,
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("How does it affect you?"), choices=URGENCIES, coerce=int, widget=forms.RadioSelect
    )
    requester = forms.EmailField(
        label=gettext_lazy("For a colleague"),
        help_text=gettext_lazy(
            "The email address of the person whose request this is. They get the answers and are told that you asked; "
            "you see what you wrote and where it stands."
        ),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    colleagues = forms.CharField(
        label=gettext_lazy("Who else should follow it"),
        help_text=gettext_lazy(
            "Email addresses, separated by commas. Whoever has one of them here can read and write. For a colleague, "
            "they see what you see."
        ),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_requester(self) -> str:
        address = self.cleaned_data["requester"]
        return _address(address) if address else ""

    def clean_colleagues(self) -> list[str]:
        addresses = [each for each in re.split(r"[\s,;，；、]+", self.cleaned_data["colleagues"]) if each]
        if len(addresses) > MOST_COLLEAGUES:
            raise ValidationError(_("At most %(most)s colleagues can be added.") % {"most": MOST_COLLEAGUES})
        return list(dict.fromkeys(_address(address) for address in addresses))

    @property
    def names_people(self) -> bool:
        """Whether the folded part of the form has something to show."""
        return any(self[name].value() or self[name].errors for name in ("requester", "colleagues"))


def _address(typed: str) -> str:
    try:
        return address_of(typed)
    except Refused as refusal:
        raise ValidationError(str(refusal)) from None


@signed_in
def ask(request: PersonRequest, key: str) -> HttpResponse:
    """The form of one request type."""
    request_type = next((each for each in open_request_types() if each.key == key), None)
    if request_type is None:
        raise Http404
    return _asked(request, request_type)


@signed_in
def ask_anything(request: PersonRequest) -> HttpResponse:
    """The form for those who do not know which to choose; it is there even when no desk has made one."""
    return _asked(request, anything(open_request_types()))


def _asked(request: PersonRequest, request_type: RequestType | None) -> HttpResponse:
    about, service = _about(request), _service(request)
    given = request.POST if request.method == "POST" else None
    form = AskForm(given, initial={"subject": about.title if about else request.GET.get("subject", "")[:250]})
    own = form_for(request_type)(given, prefix="answer")
    uploads: list[Attachment] = []
    if request.method == "POST":
        try:
            uploads = uploads_of(request)
            if form.is_valid() & own.is_valid():
                desk = about.desk if about else None
                ticket = _open(request, request_type, desk, service, form, own, uploads)
                return redirect(f"{reverse('request', args=[ticket.number])}?asked={_draft(request_type)}")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return front_page(
        request,
        "portal/ask.html",
        status=422 if form.errors or own.errors else 200,
        form=form,
        own=own,
        request_type=request_type,
        about=about,
        service=service,
        draft=_draft(request_type),
        kept=[described(each) for each in uploads],
    )


def _open(
    request: PersonRequest,
    request_type: RequestType | None,
    desk: Desk | None,
    service: Service | None,
    form: AskForm,
    own: AnswersForm,
    uploads: list[Attachment],
) -> Ticket:
    given: dict[str, Any] = form.cleaned_data
    desk = desk or (request_type.desk if request_type else _first_desk())
    service = service or (request_type.service if request_type else None)
    service = service if service and service.active else None
    with transaction.atomic():
        return _opened(request, desk, request_type, service, given, own, uploads)


def _opened(
    request: PersonRequest,
    desk: Desk,
    request_type: RequestType | None,
    service: Service | None,
    given: dict[str, Any],
    own: AnswersForm,
    uploads: list[Attachment],
) -> Ticket:
    fits = request_type is not None and request_type.desk_id == desk.pk
    answers = own.answers()
    # About an announcement of another desk: that desk has not this form, so what was answered is told in words.
    asked = request_type.fields if request_type and not fits else []
    told = [] if fits else [f"{label}: {said}" for label, said in shown_answers(asked, answers)]
    return actions.open_ticket(
        by=request.person,
        requester=_person(request, given["requester"]) if given["requester"] else None,
        desk=desk,
        subject=given["subject"],
        text="\n".join(filter(None, [given["text"], *told])),
        channel=channels.PORTAL,
        request_type=request_type if fits else None,
        service=service if service and service.category.desk_id == desk.pk else None,
        answers=answers if fits else {},
        attachments=uploads,
        participants=[_person(request, address) for address in given["colleagues"]],
        urgency=given["urgency"],
        verified=True,
    )


def _person(request: PersonRequest, address: str) -> Person:
    return request.person if address == request.person.email else person_at(address)


def _about(request: PersonRequest) -> Announcement | None:
    """The known outage that the person has met too."""
    key = whole(request.POST.get("about") or request.GET.get("about", ""))
    if key is None:
        return None
    now = clock.now()
    on = Announcement.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), starts_at__lte=now)
    return on.filter(pk=key, desk__active=True).select_related("desk").first()


def _service(request: PersonRequest) -> Service | None:
    """The service through which the form was found, when it has no form of its own."""
    key = request.POST.get("service") or request.GET.get("service", "")
    return Service.objects.filter(key=key, active=True).first() if key else None


def _first_desk() -> Desk:
    desks = [desk for desk in config_cache.current().desks.values() if desk.active]
    if not desks:
        raise Http404
    return desks[0]


def _draft(request_type: RequestType | None) -> str:
    return f"ask-{request_type.key if request_type else 'anything'}"
