"""The audit log: settings, sign-ins, roles, tokens, erasures; and whether it and the tickets' log are whole."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from firstline.audit.log import NAMES
from firstline.audit.models import AuditEntry
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.people.search import found
from firstline.tickets.jobs import check_log
from firstline.tickets.models import AuditSeal
from firstline.tickets.verifying import Broken
from firstline.web.admin.audit_descriptions import details, headline
from firstline.web.admin.guards import administers
from firstline.web.admin.shell import settings_page

PAGE = 50


@require_GET
@administers
def index(request: PersonRequest) -> HttpResponse:
    """Newest first. `name` narrows to one kind, `person` to those by or about him; `before` is the last id shown."""
    name, words = request.GET.get("name", ""), request.GET.get("person", "").strip()
    entries = _about(_named(AuditEntry.objects.select_related("by", "about"), name), words)
    shown = list(_before(entries, request.GET.get("before", ""))[: PAGE + 1])
    more = ""
    if len(shown) > PAGE:
        more = "?" + urlencode({"name": name, "person": words, "before": str(shown[PAGE - 1].pk)})
    return settings_page(
        request,
        "admin/audit.html",
        here="settings-audit",
        rows=[(entry, headline(entry), details(entry)) for entry in shown[:PAGE]],
        more=more,
        names=NAMES.items(),
        name=name,
        words=words,
        seal=AuditSeal.objects.first(),
        checked=_checked(),
    )


@require_POST
@administers
def check(request: PersonRequest) -> HttpResponse:
    """Have both logs checked by a worker."""
    check_log.configure(queueing_lock=None).defer()
    messages.success(request, _("The logs are being checked. Reload this page in a moment."))
    return redirect("settings-audit")


def _checked() -> tuple[AuditEntry, list[Broken]] | None:
    """The last check of both logs, and what was broken then."""
    last = AuditEntry.objects.filter(name="verified").first()
    return (last, [Broken(*each) for each in last.data.get("broken", [])]) if last else None


def _named(entries: QuerySet[AuditEntry], name: str) -> QuerySet[AuditEntry]:
    return entries.filter(name=name) if name in NAMES else entries


def _about(entries: QuerySet[AuditEntry], words: str) -> QuerySet[AuditEntry]:
    if not words:
        return entries
    person = Person.objects.by_email(words) or found(words).first()
    return entries.filter(Q(by=person) | Q(about=person)) if person else entries.none()


def _before(entries: QuerySet[AuditEntry], id: str) -> QuerySet[AuditEntry]:
    entries = entries.order_by("-id")
    pk = whole(id)
    return entries if pk is None else entries.filter(pk__lt=pk)
