"""What is known of a ticket: now, or as it was when an event had happened.

The past is read from the event log, and the clocks are computed again from it. Three things are in no event and are
those of today then: who the requester's manager is, by which words the ticket is found, and when it was rated.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery

from firstline.catalog import config_cache
from firstline.kit.tokenizer import query_words
from firstline.people.models import Person
from firstline.tickets import clocks
from firstline.tickets.clock_rules import story
from firstline.tickets.conditions.fields import keys_of
from firstline.tickets.models import Clock, Event, Rating, Ticket

_COLUMNS = [field.attname for field in Ticket._meta.concrete_fields if field.name != "search"]


class TicketFacts(Mapping[str, Any]):
    """The columns of a ticket by name, and what is read beside them only when a condition asks for it."""

    def __init__(self, columns: Mapping[str, Any], beside: Mapping[str, Callable[[], Any]]) -> None:
        self._known = dict(columns)
        self._beside = beside

    def __getitem__(self, name: str) -> Any:
        if name not in self._known and name in self._beside:
            self._known[name] = self._beside[name]()
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._known, **self._beside})

    def __len__(self) -> int:
        return len({**self._known, **self._beside})


def facts_of(ticket: Ticket) -> TicketFacts:
    """What is known of it now."""
    columns = {name: getattr(ticket, name) for name in _COLUMNS}
    return _facts(ticket.pk, columns, lambda: list(ticket.clocks.all()))


def facts_as_of(event: Event) -> TicketFacts:
    """What was known of its ticket when the event had just happened; judge it with `at=event.at`."""
    moments = story(Event.objects.filter(ticket=event.ticket_id, pk__lte=event.pk).order_by("id"))
    known = clocks.replay(moments, config_cache.current())
    then = Ticket(**{name: value for name, value in moments[-1].facts.items() if name in _COLUMNS})
    clocks.settle(then, known, moments)
    columns = {name: getattr(then, name) for name in _COLUMNS if name not in ("id", "number")}
    # No event carries when it was created, and that never changes.
    created_at = Ticket.objects.values_list("created_at", flat=True).get(pk=event.ticket_id)
    columns |= {"created_at": created_at, "updated_at": event.at}
    return _facts(event.ticket_id, columns, lambda: known)


def _facts(pk: int, columns: Mapping[str, Any], known_clocks: Callable[[], Sequence[Clock]]) -> TicketFacts:
    def manager() -> Any:
        return Person.objects.filter(pk=columns["requester_id"]).values_list("manager_id", flat=True).first()

    def search() -> Callable[[str], bool] | None:
        noted = Ticket.objects.filter(pk=pk, search__isnull=False).exists()
        return (lambda words: Ticket.objects.filter(pk=pk, search=_query(words)).exists()) if noted else None

    def rated_at() -> Any:
        return Rating.objects.filter(ticket=pk).values_list("changed_at", flat=True).first()

    beside = {"clocks": known_clocks, "requester_manager_id": manager, "search": search, "rated_at": rated_at}
    return TicketFacts({**columns, **keys_of(columns, config_cache.current())}, beside)


def _query(words: str) -> SearchQuery:
    return SearchQuery(query_words(words), config="simple", search_type="raw")
