"""What is chosen from a list is one of it, whichever way it came: nothing that was typed is kept where keys stand."""

from collections.abc import Collection
from functools import cache

from django.db.models import Model
from django.utils.translation import gettext as _

from firstline.tickets import channels
from firstline.tickets.errors import NotUnderstood


def require_chosen(row: Model, names: Collection[str] | None = None) -> None:
    """Raise NotUnderstood if one of the fields (of these names, or all) that have choices holds something else."""
    for name, allowed in _choices(type(row), channels.known()).items():
        if (names is None or name in names) and getattr(row, name) not in allowed:
            raise NotUnderstood(_("That cannot be chosen here."))


@cache
def _choices(model: type[Model], ways: tuple[str, ...]) -> dict[str, frozenset[object]]:
    # `ways`: the channels may become more, and with them what the columns that name one may hold.
    fields = [field for field in model._meta.concrete_fields if field.choices]
    return {
        field.name: frozenset([*(value for value, _label in field.flatchoices), *([""] if field.blank else [])])
        for field in fields
    }
