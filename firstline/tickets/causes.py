"""What makes a verb happen where it is no person: an event, a job, a rule. `record` writes it into the verb's event.

A cause is a path of names, the outermost first: "job:firstline.tickets.wake_up", "event:123 rule:7". Events that each
bring about the next are counted, so that rules which answer each other come to an end.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from firstline.kit.limits import limit
from firstline.tickets.errors import WrongState

if TYPE_CHECKING:
    from firstline.tickets.models import Event

MOST_DEEP = limit(
    8,
    "events",
    of="events that each bring about the next",
    per="event that a person or a time brought about",
    said="What would be the next is refused; the log of the worker says which reader or rule it was.",
)


class TooDeep(WrongState):
    """So many events led to this one, each the cause of the next, that there is no end to be expected."""


@dataclass(frozen=True)
class Cause:
    path: str | None = None
    depth: int = 0


PERSON = Cause()
PATH_LENGTH = 80
"""So much of a path is kept, from its end."""
_current: ContextVar[Cause] = ContextVar("cause", default=PERSON)


def current() -> Cause:
    """What the verb is done for that is called now. Raises TooDeep where its event would be one too many."""
    cause = _current.get()
    if cause.depth > MOST_DEEP:
        raise TooDeep(
            _("%(count)s events have brought about each other already, so nothing more is done by itself here.")
            % {"count": MOST_DEEP}
        )
    return cause


@contextmanager
def caused_by(kind: str, key: object) -> Iterator[None]:
    """Within the block verbs are done for this as well, such as ("rule", 7)."""
    outer = _current.get()
    with _as(replace(outer, path=f"{outer.path or ''} {kind}:{key}".strip()[-PATH_LENGTH:])):
        yield


@contextmanager
def caused_by_events(events: Sequence["Event"]) -> Iterator[None]:
    """Within the block verbs follow from these events. Which one it was is only known of one at a time."""
    path = f"event:{events[0].pk}" if len(events) == 1 else _current.get().path
    with _as(Cause(path, max((event.depth for event in events), default=-1) + 1)):
        yield


def name_job(run: Any, context: Any, worker: Any) -> Any:
    """The middleware of a worker: what a job does is caused by it."""
    with caused_by("job", context.job.task_name):
        return run()


@contextmanager
def _as(cause: Cause) -> Iterator[None]:
    token = _current.set(cause)
    try:
        yield
    finally:
        _current.reset(token)
