"""A desk itself."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from firstline.catalog.models import Desk
from firstline.people.request import PersonRequest
from firstline.web.admin.forms.desk import DeskForm, NewDeskForm
from firstline.web.admin.guards import administers, desk_or_404, settles
from firstline.web.admin.saving import keep
from firstline.web.admin.shell import settings_page


@require_http_methods(["GET", "POST"])
@settles
def edit(request: PersonRequest, desk: str) -> HttpResponse:
    """Names, key, icon, calendar, and when solved requests close."""
    at = desk_or_404(request, desk)
    form = DeskForm(request.POST or None, instance=at, by=request.person)
    if request.method == "POST" and form.is_valid():
        keep(form, by=request.person, desk=at)
        messages.success(request, _("Saved “%(name)s”.") % {"name": at.name})
        return redirect("settings-desk", at.key)
    shown = Desk.objects.get(pk=at.pk)  # what was typed is in the form, and not yet true
    status = 422 if request.method == "POST" else 200
    return settings_page(request, "admin/desk.html", status=status, here="desk", desk=shown, form=form)


@require_http_methods(["GET", "POST"])
@administers
@transaction.atomic
def new(request: PersonRequest) -> HttpResponse:
    """A new desk, by default with everything that one can begin to work with."""
    form = NewDeskForm(request.POST or None, by=request.person)
    if request.method == "POST" and form.is_valid():
        made = keep(form, by=request.person)
        messages.success(request, _("The desk %(name)s is there.") % {"name": made.name})
        return redirect("settings-desk", made.key)
    return settings_page(request, "admin/desk_new.html", status=422 if request.method == "POST" else 200, form=form)
