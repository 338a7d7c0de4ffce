"""Passwords are hashed a few at a time: each takes a hundred megabytes, and anybody can have one hashed."""

import threading
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
_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(ValidationError):
    """Too many passwords are looked at just now; on a form it stands as what is wrong, elsewhere it is a 503."""

    def __init__(self) -> None:
        super().__init__(_("Many people are signing in right now. Please try again in a moment."), code="busy")


class Argon2(Argon2PasswordHasher):
    """Django's, which waits for a place. Raises Busy after three seconds without one."""

    def encode(self, password: str, salt: str) -> str:
        with _place():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _place():
            return super().verify(password, encoded)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _places.release()
