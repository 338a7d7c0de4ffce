"""The addresses that letters may come from: named by administrators, proved by DNS or by a code in a letter."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from firstline.catalog import register, senders
from firstline.catalog.models import Sender, SettingChange
from firstline.channels.base import NotSent
from firstline.channels.email import proving
from firstline.notices import reasons
from firstline.people.request import PersonRequest
from firstline.web.admin.guards import administers
from firstline.web.admin.saving import drop, note

HERE = "settings-sending"
_DOMAIN = re.compile(r"(?=.{3,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


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
    name = request.POST.get("name", "").strip().lower()
    if not _is_address(name) and not _DOMAIN.fullmatch(name):
        messages.error(request, _("Enter an address, such as help@example.org, or a domain, such as example.org."))
    elif Sender.objects.filter(name=name).exists():
        messages.error(request, _("It is in the list already."))
    else:
        row = senders.name(name)
        note(row, SettingChange.What.ADDED, {"name": [None, name]}, by=request.person)
        register.forget()
        messages.success(request, _("Now prove that %(name)s is yours.") % {"name": name})
    return redirect(HERE)


@require_POST
@administers
def act(request: PersonRequest, id: int) -> HttpResponse:
    """Prove it one way or the other, or allow it no longer."""
    row = get_object_or_404(Sender, pk=id)
    doing = {"check": _check, "send": _send, "code": _code, "remove": _remove}.get(request.POST.get("do", ""))
    if doing is not None:
        doing(request, row)
    return redirect(HERE)


def _check(request: PersonRequest, row: Sender) -> None:
    how = proving.by_dns(row)
    if not how:
        messages.error(request, _("The record %(name)s is not to be found yet.") % {"name": row.record_name})
        return
    senders.prove(row, how=how)
    _proved(request, row)


def _send(request: PersonRequest, row: Sender) -> None:
    try:
        proving.send_code(row)
    except NotSent as why:
        messages.error(request, reasons.words(why.reason))
    else:
        messages.success(request, _("A code was sent to %(address)s.") % {"address": row.name})


def _code(request: PersonRequest, row: Sender) -> None:
    with transaction.atomic():
        is_right = senders.take_code(row, request.POST.get("code", "")[:40])
    if is_right:
        _proved(request, Sender.objects.get(pk=row.pk))
    else:
        messages.error(request, _("This is not the code, or it is used up or too old. Have another one sent."))


def _remove(request: PersonRequest, row: Sender) -> None:
    drop(row, by=request.person)
    messages.success(request, _("Letters no longer come from %(name)s.") % {"name": row.name})


def _proved(request: PersonRequest, row: Sender) -> None:
    note(row, SettingChange.What.CHANGED, {"how": ["", row.how]}, by=request.person)
    messages.success(request, _("%(name)s is proved.") % {"name": row.name})


def _is_address(name: str) -> bool:
    try:
        validate_email(name)
    except ValidationError:
        return False
    return len(name) <= 200
