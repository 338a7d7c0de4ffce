"""The time, in one place, so that it can be moved: by tests, and by the demo that lives through ninety days."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_moved: ContextVar[datetime | None] = ContextVar("moved", default=None)


def now() -> datetime:
    """The present moment, aware, UTC, to the millisecond: as exactly as the event log keeps it."""
    return exact(_moved.get() or datetime.now(UTC))


def exact(at: datetime) -> datetime:
    """The moment to the millisecond."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


@contextmanager
def moved(to: datetime) -> Iterator[None]:
    """Within the block `now()` answers `to` (aware)."""
    token = _moved.set(to.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)
