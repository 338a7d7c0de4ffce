"""Passwords are hashed a few at a time: each takes a hundred megabytes, and anybody can have one hashed."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from firstline.kit.limits import limit

AT_ONCE = limit(
    2, "passwords", of="passwords that are hashed at once", per="process", said="503, please try again in a moment."
)
PATIENCE_SECONDS = 3.0
MOST_WAITING = limit(
    8, "passwords", of="passwords that wait for that", per="process", said="503, please try again in a moment."
)
"""Each waits in a thread, of which pages need some."""
SLOW_SECONDS = limit(
    1.0,
    "seconds",
    of="(at least) the time for a password, one by one, while very many were wrong",
    per="process",
    said="503, please try again in a moment, if others wait.",
)
MOST_SLOW = limit(
    2, "passwords", of="passwords that wait for that", per="process", said="503, please try again in a moment."
)
_places = threading.BoundedSemaphore(AT_ONCE)
_here = threading.BoundedSemaphore(AT_ONCE + MOST_WAITING)
_alone = threading.BoundedSemaphore(1)
_here_slowly = threading.BoundedSemaphore(1 + MOST_SLOW)


class Busy(ValidationError):
    """Too many passwords are looked at just now; on a form it stands as what is wrong, elsewhere it is a 503."""

    def __init__(self) -> None:
        super().__init__(_("Many people are signing in right now. Please try again in a moment."), code="busy")


class Argon2(Argon2PasswordHasher):
    """Django's, which waits for a place. Raises Busy after three seconds without one, or at once when many wait."""

    def encode(self, password: str, salt: str) -> str:
        with _place():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _place():
            return super().verify(password, encoded)


@contextmanager
def slowly() -> Iterator[None]:
    """Within the block nobody else in this process is, and it takes a second whatever comes of it. Raises Busy."""
    with _held(_here_slowly, seconds=0), _held(_alone, seconds=PATIENCE_SECONDS):
        began = time.monotonic()
        try:
            yield
        finally:
            time.sleep(max(0.0, began + SLOW_SECONDS - time.monotonic()))


@contextmanager
def _place() -> Iterator[None]:
    with _held(_here, seconds=0), _held(_places, seconds=PATIENCE_SECONDS):
        yield


@contextmanager
def _held(places: threading.BoundedSemaphore, *, seconds: float) -> Iterator[None]:
    if not places.acquire(timeout=seconds):
        raise Busy
    try:
        yield
    finally:
        places.release()
