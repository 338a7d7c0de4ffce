"""Who changed which setting, newest first."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from firstline.catalog.models import SettingChange
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.web.admin.change_descriptions import changes_in_words, kind_in_words
from firstline.web.admin.guards import managed, settles
from firstline.web.admin.shell import settings_page

PAGE = 40


@require_GET
@settles
def index(request: PersonRequest) -> HttpResponse:
    """All changes; a manager reads those of his desks. `before` is the id of the last one on the page before."""
    found = list(_before(_visible_to(request.person), request.GET.get("before", ""))[: PAGE + 1])
    rows = [(change, kind_in_words(change), changes_in_words(change)) for change in found[:PAGE]]
    more = f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return settings_page(request, "admin/history.html", here="settings-history", rows=rows, more=more)


def _visible_to(person: Person) -> QuerySet[SettingChange]:
    changes = SettingChange.objects.select_related("by", "desk").order_by("-id")
    return changes if person.admin else changes.filter(desk__in=managed(person))


def _before(changes: QuerySet[SettingChange], id: str) -> QuerySet[SettingChange]:
    pk = whole(id)
    return changes if pk is None else changes.filter(pk__lt=pk)
