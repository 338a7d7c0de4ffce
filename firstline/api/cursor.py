"""Keyset paging: a cursor says after which row the page begins, and cannot be made up into anything else."""

from collections.abc import Callable
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from ninja.errors import HttpError

Fitting = Callable[[QuerySet[Any], int], int]
SALT = "firstline.api.cursor"


def newest_first(found: QuerySet[Any], cursor: str | None, *, limit: int) -> tuple[list[Any], str | None]:
    """A page of rows, the newest first, and the cursor of the next one; an unknown cursor is a 400."""
    rows = list((found.filter(pk__lt=_place(cursor)) if cursor else found).order_by("-pk")[: limit + 1])
    return _page(rows, limit)


def oldest_first(
    found: QuerySet[Any], cursor: str | None, *, limit: int, fitting: Fitting = lambda rows, limit: limit
) -> tuple[list[Any], str | None]:
    """As `newest_first`, from the other end. `fitting`: how many of these rows a page of that many may hold."""
    rest = (found.filter(pk__gt=_place(cursor)) if cursor else found).order_by("pk")
    limit = fitting(rest, limit)
    return _page(list(rest[: limit + 1]), limit)


def _page(rows: list[Any], limit: int) -> tuple[list[Any], str | None]:
    more = signing.dumps(rows[limit - 1].pk, salt=SALT) if len(rows) > limit else None
    return rows[:limit], more


def _place(cursor: str) -> int:
    try:
        place: int = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        raise HttpError(400, _("This cursor is not one of ours.")) from None
    return place
