"""The lists of a desk's settings, and adding, changing, moving and removing one row; the same for every part of it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from firstline.catalog import config_cache
from firstline.catalog.models import Desk, SettingChange
from firstline.people.request import PersonRequest
from firstline.web.admin.desk_sections import PARTS, Part
from firstline.web.admin.guards import desk_or_404, settles
from firstline.web.admin.saving import InUse, drop, keep, note
from firstline.web.admin.shell import settings_page

# Where lines wait while they change places: two may never have one rank.
ASIDE = 10_000


@require_GET
@settles
def index(request: PersonRequest, desk: str, part: str) -> HttpResponse:
    """All rows of one part of a desk."""
    at, of = desk_or_404(request, desk), part_or_404(part)
    rows = [(row, [value(row) for _label, value in of.columns]) for row in of.rows(at)]
    return settings_page(request, "admin/list.html", here=part, desk=at, part=of, rows=rows)


@require_http_methods(["GET", "POST"])
@settles
def edit(request: PersonRequest, desk: str, part: str, id: int | None = None) -> HttpResponse:
    """The form of one row, or of a new one."""
    at, of = desk_or_404(request, desk), part_or_404(part)
    row = new_row(at, of) if id is None else row_or_404(at, of, id)
    if of.fixed and id is not None:
        raise Http404
    given = {name: request.GET[name] for name in of.form.prefilled if name in request.GET}
    form = of.form(request.POST or None, instance=row, initial=given, by=request.person, desk=at)
    if request.method == "POST" and form.is_valid():
        place_last(form.instance, of, at)
        return saved(request, keep(form, by=request.person, desk=at), at, of)
    status = 422 if request.method == "POST" else 200
    return settings_page(request, "admin/edit.html", status=status, here=part, desk=at, part=of, form=form, row=row)


@require_http_methods(["GET", "POST"])
@settles
def remove(request: PersonRequest, desk: str, part: str, id: int) -> HttpResponse:
    """Asks once, then removes the row, unless something depends on it."""
    at, of = desk_or_404(request, desk), part_or_404(part)
    row = row_or_404(at, of, id)
    refusal = "" if of.may_drop(row, request.person) else _("This one cannot be removed by you, or is in use.")
    if request.method == "POST" and not refusal:
        name = title_of(row, of)
        try:
            drop(row, by=request.person, desk=at)
        except InUse as error:
            refusal = str(error)
        else:
            messages.success(request, _("Removed “%(name)s”.") % {"name": name})
            return redirect("settings-list", at.key, of.key)
    return settings_page(
        request,
        "admin/remove.html",
        status=422 if request.method == "POST" else 200,
        here=part,
        desk=at,
        part=of,
        row=row,
        name=title_of(row, of),
        refusal=refusal,
        warning=of.warning(row),
    )


@require_POST
@settles
def move(request: PersonRequest, desk: str, part: str, id: int) -> HttpResponse:
    """One place up or down among its like."""
    at, of = desk_or_404(request, desk), part_or_404(part)
    row = row_or_404(at, of, id)
    if not of.order:
        raise Http404
    shift(row, of, at, up=request.POST.get("to") == "up", request=request)
    return redirect("settings-list", at.key, of.key)


def part_or_404(key: str) -> Part:
    if key not in PARTS:
        raise Http404
    return PARTS[key]


def row_or_404(desk: Desk, part: Part, id: int) -> Any:
    row = part.rows(desk).filter(pk=id).first()
    if row is None:
        raise Http404
    return row


def new_row(desk: Desk, part: Part) -> Any:
    row: Any = part.model()
    if any(field.name == "desk" for field in part.model._meta.concrete_fields):
        row.desk = desk
    return row


def place_last(row: Any, part: Part, desk: Desk) -> None:
    """A new row comes after the others."""
    if part.order and row.pk is None:
        last = _like(row, part, desk).order_by(f"-{part.order}").values_list(part.order, flat=True).first()
        setattr(row, part.order, 1 if last is None else last + 1)


def saved(request: PersonRequest, row: Any, desk: Desk, part: Part) -> HttpResponse:
    """Says so, and goes back to the list."""
    messages.success(request, _("Saved “%(name)s”.") % {"name": title_of(row, part)})
    return redirect("settings-list", desk.key, part.key)


def title_of(row: Any, part: Part) -> str:
    return str(part.columns[0][1](row))


@transaction.atomic
def shift(row: Any, part: Part, desk: Desk, *, up: bool, request: PersonRequest) -> None:
    Desk.objects.select_for_update().get(pk=desk.pk)
    rows = list(_like(row, part, desk))
    here = rows.index(row)
    other = here - 1 if up else here + 1
    if not 0 <= other < len(rows):
        return
    rows[here], rows[other] = rows[other], rows[here]
    before = {each.pk: getattr(each, part.order) for each in rows}
    for base in (ASIDE, 1):
        for place, each in enumerate(rows, start=base):
            setattr(each, part.order, place)
        part.model._default_manager.bulk_update(rows, [part.order])
    changes = {part.order: [before[row.pk], other + 1]}
    note(row, SettingChange.What.CHANGED, changes, by=request.person, desk=desk)
    transaction.on_commit(config_cache.forget)


def _like(row: Any, part: Part, desk: Desk) -> Any:
    """The rows among which this one has its place."""
    rows = part.rows(desk)
    return rows.filter(**{part.group: getattr(row, part.group)}) if part.group else rows
