"""What surrounds every page of the workspace: the rail of queues with their numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from firstline.kit.compiled_queries import composed
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets import queues
from firstline.tickets.counting import MOST, Count, counted, ready
from firstline.tickets.models import SavedView
from firstline.tickets.rights import desks_handled
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.render_cache import url
from firstline.web.workspace import views

DRAWINGS = {
    "mine": "user",
    "breaching": "clock-alert",
    "waiting": "pause",
    "snoozed": "alarm-clock",
    "unaccepted": "inbox",
    "line": "layers",
    "team": "layers",
    "open": "list",
    "solved": "circle-check",
    "view": "bookmark",
}
KEYS = {"mine": "g m", "breaching": "g b", "unaccepted": "g u", "waiting": "g w", "snoozed": "g s"}


@dataclass(frozen=True)
class Item:
    """One queue in the rail. `late`: any number but nought is bad news. `key`: what to press to go there."""

    name: str
    title: str
    href: str
    drawing: str
    count: int
    current: bool
    late: bool = False
    key: str | None = None


@dataclass(frozen=True)
class Section:
    """`desk` is None for the person's own queues, and for his views. `folded`: shown only when opened."""

    desk: Any
    items: list[Item]
    folded: bool = False


@dataclass(frozen=True)
class Rail:
    """`here`: the key of the queue shown; `records`: whether one can record calls; `more`: what else was counted."""

    own: Section
    desks: list[Section]
    views: Section
    here: str
    records: bool
    more: Mapping[str, int]


def desk_page(
    request: PersonRequest,
    template: str,
    /,
    status: int = 200,
    here: str = "",
    count: Mapping[str, Count] | None = None,
    **context: Any,
) -> HttpResponse:
    """A page with the rail. `here` is the queue it belongs to; `count` is counted in the same statement, as `numbers`.

    Two queries: the views, and all numbers.
    """
    shown = rail_of(request.person, here=here, count=count)
    return page(request, template, status=status, rail=shown, numbers=shown.more, **context)


def rail_of(person: Person, *, here: str = "", count: Mapping[str, Count] | None = None) -> Rail:
    groups = list(queues.groups(person))
    saved = _views(person.pk)
    wanted = {f"view-{view.pk}": views.tickets_of(person, view) for view in saved}
    more = {f"#{name}": each for name, each in (count or {}).items()}
    found = {queue.key: queue for group in groups for queue in group.queues}
    shape = ("rail", person.shape, *found)
    of_queues = ready(shape, lambda: {key: queue.tickets for key, queue in found.items()}, most=MOST)
    numbers = dict.fromkeys(found, 0) | counted(wanted, most=MOST, beside=of_queues | more)
    own, *desks = (Section(group.desk, list(_items(group.queues, numbers, here))) for group in groups)
    if len(desks) > 2:
        desks = [Section(each.desk, each.items, folded=not any(item.current for item in each.items)) for each in desks]
    kept = [
        Item(key, view.name, _href(key), DRAWINGS["view"], numbers[key], key == here)
        for view in saved
        for key in (f"view-{view.pk}",)
    ]
    return Rail(
        own, desks, Section(None, kept), here, can_record(person), {name: numbers[f"#{name}"] for name in count or {}}
    )


def can_record(person: Person) -> bool:
    """Whether they handle requests at a desk; administrators and auditors only look on."""
    return bool(desks_handled(person))


@require_GET
@at_work
def rail(request: PersonRequest) -> HttpResponse:
    """The rail alone, fetched again when something happened."""
    return page(request, "workspace/rail.html", rail=rail_of(request.person, here=request.GET.get("here", "")))


@composed
def _views(person: int) -> QuerySet[SavedView]:
    return SavedView.objects.filter(person=person)


def _items(found: list[queues.Queue], numbers: dict[str, int], here: str) -> Iterator[Item]:
    for queue in found:
        name = queue.key.partition("-")[0]
        yield Item(
            queue.key,
            queue.title,
            _href(queue.key),
            DRAWINGS[name],
            numbers[queue.key],
            queue.key == here,
            late=name == "breaching",
            key=KEYS.get(name),
        )


def _href(key: str) -> str:
    return url("queue", key)
