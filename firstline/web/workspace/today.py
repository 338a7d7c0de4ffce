"""The desk's day in numbers, each of which leads to exactly the requests that it counts."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from firstline.catalog import config_cache
from firstline.catalog.models import Desk
from firstline.kit import clock
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets.counting import counted
from firstline.tickets.models import Rating
from firstline.tickets.querysets import TicketQuerySet
from firstline.tickets.queues import desks_of, leads, queue
from firstline.web.guards import at_work
from firstline.web.render import page
from firstline.web.workspace import filters, period
from firstline.web.workspace.filters import NOBODY
from firstline.web.workspace.lines import rows_of
from firstline.web.workspace.shell import desk_page

MONTH = "P30D"
OLDEST = 8
PHASES = ("pending", "in_progress", "waiting")


@dataclass(frozen=True)
class Number:
    """A number, and the list whose rows it counts."""

    count: int
    href: str


@dataclass(frozen=True)
class Load:
    """How much lies with a line, an agent or a service: all of it, and by phase."""

    name: str
    all: Number
    phases: list[Number]


@dataclass(frozen=True)
class Hour:
    name: str
    opened: Number
    solved: Number
    now: bool


@require_GET
@at_work
def today(request: PersonRequest) -> HttpResponse:
    """Of the whole desk for those who answer for it; for an agent, of what is in his own hands."""
    person = request.person
    desk = _desk(person, request.GET.get("desk", ""))
    scope = Scope(person, desk)
    desks = desks_of(person)
    context: dict[str, Any] = {
        "desk": desk,
        "desks": desks,
        "own": not scope.leads,
        "day": scope,
        "figures": scope.figures(),
    }
    if request.headers.get("HX-Request"):
        return page(request, "workspace/today_part.html", **context)
    return desk_page(request, "workspace/today.html", **context)


class Scope:
    """The requests that the page is about. Every number and every link is made here, from the same filters."""

    def __init__(self, person: Person, desk: Desk) -> None:
        self.person, self.desk, self.leads = person, desk, leads(person, desk)
        self.fixed = {} if self.leads else {"agent": str(person.pk)}

    def tickets(self, key: str, **values: str) -> TicketQuerySet:
        return filters.narrowed(queue(self.person, f"{key}-{self.desk.pk}").tickets, {**self.fixed, **values})

    def href(self, key: str, **values: str) -> str:
        query = filters.encoded({**self.fixed, **values})
        return reverse("queue", args=[f"{key}-{self.desk.pk}"]) + (f"?{query}" if query else "")

    def figures(self) -> dict[str, Number]:
        """The single numbers, in one statement."""
        day = period.day(clock.now())
        lists: dict[str, tuple[str, dict[str, str]]] = {
            "open": ("open", {}),
            **{phase: ("open", {"phase": phase}) for phase in PHASES},
            "late": ("open", {"late": "1"}),
            "breached": ("all", {"breached": day}),
            "opened": ("all", {"opened": day}),
            "solved": ("all", {"solved": day}),
            "solved_month": ("all", {"solved": MONTH}),
            "first_contact": ("all", {"solved": MONTH, "first_contact": "1"}),
            **{f"rated_{s}": ("all", {"rated": MONTH, "satisfaction": str(s)}) for s in Rating.Score.values},
        }
        numbers = counted({name: self.tickets(key, **values) for name, (key, values) in lists.items()})
        return {name: Number(numbers[name], self.href(key, **values)) for name, (key, values) in lists.items()}

    def loads(self) -> list[tuple[str, list[Load]]]:
        """What is open, by line, agent and service. Two queries."""
        rows = list(
            self.tickets("open").order_by().values("line", "assignee", "service", "phase").annotate(number=Count("pk"))
        )
        known = config_cache.current()
        agents = {row["assignee"] for row in rows}
        names = dict(Person.objects.filter(pk__in=agents - {None}).values_list("pk", "name"))
        lines = self._load(rows, "line", "line", lambda pk: known.lines[pk].name, nobody=_("No line"))
        rank = {line.name: line.rank for line in known.lines_of(self.desk.pk)}
        lines.sort(key=lambda load: rank.get(load.name, 99))
        services = self._load(
            rows, "service", "service", lambda pk: known.services[pk].name, nobody=_("Not classified")
        )
        by_agent = self._load(rows, "assignee", "agent", lambda pk: names[pk], nobody=_("Nobody yet"))
        groups = [(_("By line"), lines), (_("By service"), services)]
        return [groups[0], (_("By agent"), by_agent), groups[1]] if self.leads else groups

    def hours(self) -> list[Hour]:
        """Opened and solved, hour by hour until now. Two queries."""
        day = period.day(clock.now())
        opened = self._by_hour("opened", "created_at", day)
        solved = self._by_hour("solved", "resolved_at", day)
        last = timezone.localtime(clock.now()).hour
        known = [int(hour[-2:]) for hour in (*opened, *solved)]
        return [
            Hour(
                f"{number:02d}",
                Number(opened[key], self.href("all", opened=key)),
                Number(solved[key], self.href("all", solved=key)),
                number == last,
            )
            for number in range(min([8, last, *known]), max([last, *known]) + 1)
            for key in (f"{day}T{number:02d}",)
        ]

    def oldest(self) -> list[Any]:
        """What has waited longest to be accepted. Two queries."""
        return rows_of(self.tickets("open", phase="pending").order_by("id")[:OLDEST])

    def _by_hour(self, name: str, column: str, day: str) -> Counter[str]:
        moments = self.tickets("all", **{name: day}).order_by().values_list(column, flat=True)
        return Counter(period.hour(moment) for moment in moments)

    def _load(
        self, rows: Iterable[dict[str, Any]], column: str, name: str, said: Callable[[Any], str], *, nobody: str
    ) -> list[Load]:
        counts: Counter[tuple[Any, str]] = Counter()
        for row in rows:
            counts[row[column], row["phase"]] += row["number"]
        loads = []
        for value in {value for value, _phase in counts}:
            given = {name: NOBODY if value is None else str(value)}
            phases = [Number(counts[value, phase], self.href("open", **given, phase=phase)) for phase in PHASES]
            whole = Number(sum(number.count for number in phases), self.href("open", **given))
            loads.append(Load(nobody if value is None else said(value), whole, phases))
        return sorted(loads, key=lambda load: (-load.all.count, load.name))


def _desk(person: Person, asked: str) -> Desk:
    desks = desks_of(person)
    chosen = next((desk for desk in desks if str(desk.pk) == asked), None)
    if chosen is None and (asked or not desks):
        raise Http404
    return chosen or desks[0]
