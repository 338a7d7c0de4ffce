"""What follows from an event: its readers, in order. A reader that fails is retried alone and holds up nobody."""

import logging
from collections.abc import Callable

from django.db import transaction
from django.utils.module_loading import import_string
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from firstline.kit import failpoints
from firstline.tickets.models import Event
from firstline.tickets.record import REACT

Reader = Callable[[Event], None]

READERS = {
    "notices": "firstline.notices.tell.tell",
    "search": "firstline.tickets.search.index_event",
    "live": "firstline.web.live.announce_left",
}
"""Name → function that takes an event; each must be safe to repeat."""
LATER = RetryStrategy(max_attempts=8, exponential_wait=5)
"""After 5 and 25 seconds, 2 and 10 minutes, …; the last one comes some days later."""

logger = logging.getLogger(__name__)


@app.task(name=REACT, retry=LATER)
def react(event: int) -> None:
    """Hand the event to every reader; a reader that fails gets a job of its own."""
    happened = _event(event)
    for reader in READERS:
        try:
            _hand(happened, reader)
        except Exception:
            logger.exception("Reader %s failed with event %s; it is retried alone.", reader, event)
            react_alone.configure(schedule_in={"seconds": 5}).defer(event=event, reader=reader)


@app.task(name="firstline.react_alone", retry=LATER)
def react_alone(event: int, reader: str) -> None:
    """Hand the event to one reader again."""
    _hand(_event(event), reader)


def _event(pk: int) -> Event:
    """With what its readers ask for; the vector of the search is long, and none of them looks at it."""
    return Event.objects.select_related("ticket__requester", "by").defer("ticket__search").get(pk=pk)


def _hand(event: Event, reader: str) -> None:
    read: Reader = import_string(READERS[reader])
    with transaction.atomic():
        read(event)
        failpoints.reach("react.done")
    failpoints.reach("react.committed")
