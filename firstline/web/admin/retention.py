"""How long what is kept, and erasing a person."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from firstline.audit.log import audit
from firstline.catalog.models import Desk
from firstline.kit.limits import limit
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.retention import retaining
from firstline.retention.erasing import erase_person, preview
from firstline.retention.models import Rule
from firstline.tickets.errors import Refused
from firstline.web.admin.guards import administers
from firstline.web.admin.shell import settings_page

MOST_DAYS = limit(36_500, "days", of="the time for which something is kept", per="rule", said="Refused at the field.")
Slot = tuple[str, Desk | None]


@require_http_methods(["GET", "POST"])
@administers
def rules(request: PersonRequest) -> HttpResponse:
    """The rules of all desks on one page, each with what it would let go of now; an empty field keeps for ever."""
    slots = _slots()
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip() for name in slots}
        wrong = {name for name, days in typed.items() if days and not _is_days(days)}
        if not wrong and any(name in request.POST for name in slots):
            _save(slots, typed, by=request.person)
            messages.success(request, _("Saved. Old data goes at night."))
            return redirect("settings-retention")
    else:
        typed, wrong = (
            {_name(rule.what, rule.desk): str(rule.days) for rule in Rule.objects.select_related("desk")},
            set(),
        )
    now = {_name(each.rule.what, each.rule.desk): each.count for each in retaining.due()}
    rows = [
        (desk, [(name, Rule.What(what).label, typed.get(name, ""), now.get(name), name in wrong)
                for name, (what, at) in slots.items() if at == desk])
        for desk in [*dict.fromkeys(at for _what, at in slots.values())]
    ]  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return settings_page(request, "admin/retention.html", status=status, here="settings-retention", groups=rows)


@require_http_methods(["GET", "POST"])
@administers
def erase(request: PersonRequest, id: int) -> HttpResponse:
    """What would go, counted; and after a tick, erased."""
    person = get_object_or_404(Person, pk=id, kind=Person.Kind.HUMAN)
    everything, refusal = bool(request.POST.get("everything")), ""
    if request.method == "POST":
        if request.POST.get("sure"):
            try:
                erase_person(person, by=request.person, everything=everything)
            except Refused as refused:
                refusal = str(refused)
            else:
                messages.success(request, _("Erased. The audit log says when and by whom."))
                return redirect("settings-people")
        else:
            refusal = _("Tick the box first: this cannot be undone.")
    counts = {LABELS[name](): count for name, count in preview(person, everything=everything).items()}
    status = 422 if refusal else 200
    return settings_page(
        request, "admin/erase.html", status=status, here="settings-people", row=person, counts=counts, refusal=refusal
    )


LABELS = {
    "tickets": lambda: _("Requests, of which the shape stays"),
    "messages": lambda: _("Messages"),
    "files": lambda: _("Files"),
    "letters": lambda: _("Emails as they came in"),
    "deliveries": lambda: _("Emails that were sent"),
}


def _slots() -> dict[str, Slot]:
    common: list[Slot] = [(what, None) for what in Rule.What.values if what not in Rule.OF_A_DESK]
    desks = list(Desk.objects.order_by("order", "key"))
    return {_name(what, desk): (what, desk) for what, desk in [
        *((what, desk) for desk in desks for what in Rule.OF_A_DESK), *common
    ]}  # fmt: skip


def _name(what: str, desk: Desk | None) -> str:
    return f"{what}-{desk.pk}" if desk else what


def _is_days(text: str) -> bool:
    return 0 < (whole(text) or 0) <= MOST_DAYS


def _save(slots: dict[str, Slot], typed: dict[str, str], *, by: Person) -> None:
    before = {_name(rule.what, rule.desk): rule.days for rule in Rule.objects.select_related("desk")}
    for name, (what, desk) in slots.items():
        days = int(typed[name]) if typed[name] else None
        if days == before.get(name):
            continue
        if days is None:
            Rule.objects.filter(what=what, desk=desk).delete()
        else:
            Rule.objects.update_or_create(what=what, desk=desk, defaults={"days": days})
        kept = {"days": days or "—", "days_was": before.get(name) or "—"}
        audit("setting", by=by, data={"rule": what, "desk": desk.key if desk else "", **kept})
