"""One page of a queue, read by keys: nothing is counted and nothing skipped, however long the queue is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q
from django.urls import reverse

from firstline.kit.limits import limit
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.tickets import queues
from firstline.tickets.models import NEVER, SavedView
from firstline.tickets.querysets import TicketQuerySet
from firstline.web.rows import Row
from firstline.web.workspace import filters, views
from firstline.web.workspace.lines import rows_of

PAGE = 50
MOST_ROWS = limit(200, "rows", of="rows of a list", per="page", said="The rest follows on the next ones.")
CLOCK, NEWEST = "clock", "newest"


@dataclass
class Listing:
    """`key` is the page's address, `queue` what it shows; they differ for a saved view."""

    key: str
    queue: queues.Queue
    values: dict[str, str]
    sort: str
    after: str = ""
    size: int = PAGE
    view: SavedView | None = None
    changed: bool = False
    view_sort: str = ""

    @property
    def title(self) -> str:
        return self.view.name if self.view else self.queue.title

    @property
    def tickets(self) -> TicketQuerySet:
        """All that fit, in no order."""
        return filters.narrowed(self.queue.tickets, self.values)

    @property
    def rows(self) -> list[Row]:
        return self._read[0]

    @property
    def next_url(self) -> str:
        """Where the list goes on; empty at its end."""
        return self._read[1]

    @property
    def href(self) -> str:
        """The address of this list from its beginning."""
        return self.href_with()

    def href_with(self, **more: str) -> str:
        values = self.values if self.view is None or self.changed else {}
        natural = self.sort == (self.view_sort or _natural(self.queue))
        given = {"sort": "" if natural else self.sort, "narrow": "1" if self.changed else "", **more}
        query = filters.encoded(values, **given)
        return reverse("queue", args=[self.key]) + (f"?{query}" if query else "")

    @property
    def saved_query(self) -> str:
        """What a view of this list keeps."""
        return filters.encoded({views.BASE: self.queue.key, **self.values}, sort=self.sort)

    @cached_property
    def _read(self) -> tuple[list[Row], str]:
        tickets = self.tickets
        ordered = tickets.soonest_first() if self.sort == CLOCK else tickets.newest_first()
        found = rows_of(_after(ordered, self.sort, self.after)[: self.size + 1])
        shown = found[: self.size]
        more = self.href_with(after=_key(shown[-1], self.sort)) if len(found) > self.size else ""
        return shown, more


def listing(person: Person, key: str, query: Mapping[str, str]) -> Listing:
    """The list that an address asks for; KeyError when the person has no such queue, 404 when no such view."""
    view = views.view_of(person, key.removeprefix("view-")) if key.startswith("view-") else None
    base, values, sort = views.parts_of(view) if view else (key, filters.given(query), "")
    changed = bool(view and (filters.given(query) or query.get("narrow")))
    if changed:
        values = filters.given(query)
    queue = queues.queue(person, base)
    return Listing(
        key,
        queue,
        values,
        _sort(queue, query.get("sort") or sort),
        query.get("after", ""),
        _size(query.get("rows", "")),
        view,
        changed,
        view_sort=sort,
    )


def _natural(queue: queues.Queue) -> str:
    return CLOCK if queue.open else NEWEST


def _sort(queue: queues.Queue, asked: str) -> str:
    return asked if queue.open and asked in (CLOCK, NEWEST) else _natural(queue)


def _size(asked: str) -> int:
    return min(max(whole(asked) or PAGE, PAGE), MOST_ROWS)


def _key(row: Row, sort: str) -> str:
    return f"{(row.due or NEVER).isoformat()}_{row.id}" if sort == CLOCK else str(row.id)


def _after(tickets: TicketQuerySet, sort: str, after: str) -> TicketQuerySet:
    """From behind that key on. The first condition of the clock's key is what the index walks."""
    due, _dash, number = after.rpartition("_")
    pk = whole(number)
    if pk is None:
        return tickets
    if sort == NEWEST:
        return tickets.filter(pk__lt=pk)
    try:
        at = datetime.fromisoformat(due)
    except ValueError:
        return tickets
    return tickets.filter(Q(due_at__gte=at) & (Q(due_at__gt=at) | Q(pk__gt=pk)))
