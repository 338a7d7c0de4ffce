"""By which ways something comes to a ticket. The desk's own stand here; each channel adds its row at the start."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

PORTAL, PHONE, WALK_IN, CHAT, ALERT, API = "portal", "phone", "walk_in", "chat", "alert", "api"
"""Of which verbs and pages know more than the name."""


@dataclass(frozen=True)
class Row:
    """`asks`: whether people ask by it themselves; what came otherwise was written down by the desk, or by a machine.
    `inbound`: whether an adapter takes it in, so that its sender may be unproved and none of it is refused. `order`:
    its place where one chooses."""

    key: str
    label: Any
    asks: bool = True
    inbound: bool = False
    order: int = 20


_rows: list[Row] = [
    Row(PORTAL, _("Portal"), order=10),
    Row(PHONE, _("Phone"), asks=False, order=30),
    Row(WALK_IN, _("Walk-in"), asks=False, order=31),
    Row(CHAT, _("Chat"), order=32),
    Row(ALERT, _("Monitoring"), asks=False, order=33),
    Row(API, _("API"), order=34),
]


_by_key: dict[str, Row] = {row.key: row for row in _rows}


def add(key: str, label: Any) -> None:
    """One more way that an adapter takes in, under a name in both languages."""
    remove(key)
    _rows.append(Row(key, label, inbound=True))
    _set()


def remove(key: str) -> None:
    """Undo `add`."""
    _rows[:] = [row for row in _rows if row.key != key]
    _set()


def _set() -> None:
    _rows.sort(key=lambda row: row.order)
    _by_key.clear()
    _by_key.update({row.key: row for row in _rows})


def known() -> tuple[str, ...]:
    return tuple(_by_key)


def choices() -> list[tuple[str, Any]]:
    """Key and name of each, as fields and forms want them."""
    return [(row.key, row.label) for row in _rows]


def label(key: str) -> str:
    """In the active language. What a channel brought that is not there any more keeps its key."""
    return str(_by_key[key].label) if key in _by_key else key


def is_inbound(key: str) -> bool:
    return key in _by_key and _by_key[key].inbound


def is_asked_by_themselves(key: str) -> bool:
    return key in _by_key and _by_key[key].asks
