"""What follows from an event: its readers, in order. A reader that fails is retried alone and holds up nobody."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app

from firstline.kit import failpoints
from firstline.kit.job_batching import Outcomes, together
from firstline.kit.retrying import Patient
from firstline.tickets import causes
from firstline.tickets.models import Event
from firstline.tickets.record import REACT

Reader = Callable[[Sequence[Event]], None]

READERS = {
    "notices": "firstline.notices.tell.tell_all",
    "search": "firstline.tickets.search.index_events",
    "live": "firstline.web.live.announce_left",
}
"""Name → function that takes events, oldest first; each must be safe to repeat."""
ALONE: frozenset[str] = frozenset()
"""Those that call verbs: a job and a transaction for each event, so that none holds the locks of forty tickets. What
they bring about knows the event, and how many came before it (`tickets/causes.py`)."""
LATER = Patient(max_attempts=8, exponential_wait=5)
"""After 5 and 25 seconds, 2 and 10 minutes, …; the last one comes some days later."""

logger = logging.getLogger(__name__)


def react_to(ids: list[int]) -> Outcomes:
    """Hand these events to every reader: all at once, and if that fails, each by itself."""
    happened = _events(ids)
    for reader in READERS:
        if reader in ALONE:
            _defer(list(happened), reader)
            continue
        try:
            _hand(list(happened.values()), reader)
        except Exception:
            for event in happened.values():
                _hand_alone(event, reader)
    for pk in ids:
        yield pk, None if pk in happened else Event.DoesNotExist(f"There is no event {pk}.")


@app.task(name=REACT, retry=LATER, task_middleware=[together(react_to)])
def react(event: int) -> None:
    """Hand the event to every reader; a reader that fails gets a job of its own."""
    happened = _event(event)
    for reader in READERS:
        if reader in ALONE:
            _defer([event], reader)
        else:
            _hand_alone(happened, reader)


@app.task(name="firstline.react_alone", retry=LATER)
def react_alone(event: int, reader: str) -> None:
    """Hand the event to one reader: to one that runs alone, or again. What goes too deep would do so each time."""
    try:
        _hand([_event(event)], reader)
    except causes.TooDeep as refusal:
        logger.error("Reader %s goes too deep with event %s and is not asked again: %s", reader, event, refusal)


def _defer(events: list[int], reader: str) -> None:
    jobs: list[Any] = [{"event": pk, "reader": reader} for pk in events]
    if jobs:
        react_alone.batch_defer(*jobs)


def _event(pk: int) -> Event:
    event = _events([pk]).get(pk)
    if event is None:
        raise Event.DoesNotExist(f"There is no event {pk}.")
    return event


def _events(ids: list[int]) -> dict[int, Event]:
    """With what their readers ask for; the vector of the search is long, and none of them looks at it."""
    found = Event.objects.select_related("ticket__requester", "by").defer("ticket__search")
    return {event.pk: event for event in found.filter(pk__in=ids).order_by("pk")}


def _hand_alone(event: Event, reader: str) -> None:
    try:
        _hand([event], reader)
    except Exception:
        logger.exception("Reader %s failed with event %s; it is retried alone.", reader, event.pk)
        react_alone.configure(schedule_in={"seconds": 5}).defer(event=event.pk, reader=reader)


def _hand(events: Sequence[Event], reader: str) -> None:
    read: Reader = import_string(READERS[reader])
    with transaction.atomic(), causes.caused_by_events(events):
        read(events)
        failpoints.reach("react.done")
    failpoints.reach("react.committed")
