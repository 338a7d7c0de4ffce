"""The one way to write a ticket: a verb opens the door, leaves an event, and the door shuts again.

Models of the log (`Logged`) refuse every write while it is shut. How a verb goes on: `actions.declaring`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import models, transaction

from firstline.kit import failpoints
from firstline.kit.compiled_writes import insert, update

_open: ContextVar[bool] = ContextVar("door_open", default=False)
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)

P = ParamSpec("P")
T = TypeVar("T")


class Shut(RuntimeError):
    """Somebody tried to write to the log without a verb; a programmer's mistake."""


def writing(function: Callable[P, T]) -> Callable[P, T]:
    """The function in one transaction, with the door open inside it. For verbs."""

    @wraps(function)
    def through_the_door(*args: P.args, **kwargs: P.kwargs) -> T:
        is_part = transaction.get_connection().in_atomic_block
        with transaction.atomic(), door():
            given = function(*args, **kwargs)
            if not is_part:
                failpoints.reach("verb.done")
        if not is_part:
            failpoints.reach("verb.committed")
        return given

    return through_the_door


@contextmanager
def door() -> Iterator[None]:
    """Open the door for the block; only `verb` and the verbs' own scans use it."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


@contextmanager
def quietly() -> Iterator[None]:
    """Within the block verbs defer no reactions and count nobody's quota: nobody is told. For imports and the demo's
    past."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def is_quiet() -> bool:
    return _quiet.get()


def _must_be_open(what: str) -> None:
    if not _open.get():
        raise Shut(f"{what} is written by verbs only (firstline.tickets.actions).")


class LoggedQuerySet(models.QuerySet[Any]):
    def update(self, **values: Any) -> int:
        _must_be_open(self.model.__name__)
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        _must_be_open(self.model.__name__)
        return super().delete()

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        _must_be_open(self.model.__name__)
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        _must_be_open(self.model.__name__)
        return super().bulk_update(objs, fields, *args, **kwargs)


class Logged(models.Model):
    objects = LoggedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        _must_be_open(type(self).__name__)
        if kwargs == {"force_insert": True} and insert(self):
            return
        if kwargs.keys() == {"update_fields"} and kwargs["update_fields"] and update(self, kwargs["update_fields"]):
            return
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _must_be_open(type(self).__name__)
        return super().delete(*args, **kwargs)
