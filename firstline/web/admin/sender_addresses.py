"""The addresses that letters may come from: named by administrators, proved by DNS or by a code in a letter."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from firstline.catalog import config_cache, senders
from firstline.catalog.models import Desk, Sender, SettingChange
from firstline.catalog.own_addresses import own_address
from firstline.channels.base import NotSent
from firstline.channels.email import proving
from firstline.kit.mailbox import is_domain, normal, normal_domain
from firstline.notices import failure_reasons
from firstline.people.request import PersonRequest
from firstline.web.admin.guards import administers
from firstline.web.admin.saving import drop, note
from firstline.web.admin.shell import settings_page

HERE = "settings-sending"


def states() -> list[tuple[Sender, bool, Any]]:
    """Each row, whether it may be sent from, and how that is proved."""
    rows, allowed = list(Sender.objects.all()), Sender.allowed()
    How = Sender.How
    return [
        (row, row.name in allowed, row.get_how_display() if row.proved_at else How.DOMAIN.label)
        if row.proved_at or row.name in allowed
        else (row, False, "")
        for row in rows
    ]


@require_POST
@administers
def add(request: PersonRequest) -> HttpResponse:
    """Name an address or a domain; it allows nothing before it is proved."""
    typed = request.POST.get("name", "")
    name = normal(typed) if "@" in typed else normal_domain(typed)
    if not _is_address(name) and not is_domain(name):
        messages.error(request, _("Enter an address, such as help@example.org, or a domain, such as example.org."))
    elif Sender.objects.filter(name=name).exists():
        messages.error(request, _("It is in the list already."))
    else:
        with transaction.atomic():
            row = senders.name(name)
            note(row, SettingChange.What.ADDED, {"name": [None, name]}, by=request.person)
        config_cache.forget()
        messages.success(request, _("Now prove that %(name)s is yours.") % {"name": name})
    return redirect(HERE)


@require_http_methods(["GET", "POST"])
@administers
def remove(request: PersonRequest, id: int) -> HttpResponse:
    """Says which desks send from it and from what they would send then, and asks once."""
    row = get_object_or_404(Sender, pk=id)
    if request.method == "POST":
        drop(row, by=request.person)
        messages.success(request, _("Emails no longer come from %(name)s.") % {"name": row.name})
        return redirect(HERE)
    return settings_page(
        request, "admin/sender_remove.html", here=HERE, name=row.name, is_domain=row.is_domain, moves=moves_without(row)
    )


def moves_without(row: Sender) -> list[tuple[Desk, str, str]]:
    """The desks whose emails would come from another address without the row: the desk, from which now, and then."""
    now, desks = config_cache.current(), []
    allowed, without = Sender.allowed(), Sender.allowed(but=row.pk)
    for desk in now.desks.values():
        ours = [
            each.address for each in now.inboxes if each.desk_id == desk.pk and each.kind == "email" and each.active
        ]
        today, then = (next((each for each in ours if each in known), own_address()) for known in (allowed, without))
        if today != then:
            desks.append((desk, today, then))
    return desks


@require_POST
@administers
def act(request: PersonRequest, id: int) -> HttpResponse:
    """Prove it one way or the other."""
    row = get_object_or_404(Sender, pk=id)
    doing = {"check": _check, "send": _send, "code": _code}.get(request.POST.get("do", ""))
    if doing is not None:
        doing(request, row)
    return redirect(HERE)


def _check(request: PersonRequest, row: Sender) -> None:
    how = proving.by_dns(row)
    if not how:
        messages.error(request, _("The record %(name)s is not to be found yet.") % {"name": row.record_name})
        return
    with transaction.atomic():
        senders.prove(row, how=how)
        _note_proof(request, row)
    _say_proved(request, row)


def _send(request: PersonRequest, row: Sender) -> None:
    try:
        proving.send_code(row)
    except NotSent as why:
        messages.error(request, failure_reasons.of_error(str(why)))
    else:
        messages.success(request, _("A code was sent to %(address)s.") % {"address": row.name})


def _code(request: PersonRequest, row: Sender) -> None:
    with transaction.atomic():
        is_right = senders.take_code(row, request.POST.get("code", "")[:40])
        if is_right:
            _note_proof(request, Sender.objects.get(pk=row.pk))
    if is_right:
        _say_proved(request, row)
    else:
        messages.error(request, _("This is not the code, or it is used up or too old. Have another one sent."))


def _note_proof(request: PersonRequest, row: Sender) -> None:
    note(row, SettingChange.What.CHANGED, {"how": ["", row.how]}, by=request.person)


def _say_proved(request: PersonRequest, row: Sender) -> None:
    config_cache.forget()
    messages.success(request, _("%(name)s is proved.") % {"name": row.name})


def _is_address(name: str) -> bool:
    try:
        validate_email(name)
    except ValidationError:
        return False
    return len(name) <= 200
