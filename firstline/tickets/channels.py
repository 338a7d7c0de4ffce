"""By which ways something comes to a ticket. The desk's own stand here; each channel adds its row at the start."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

PORTAL, PHONE, WALK_IN, CHAT, ALERT, API = "portal", "phone", "walk_in", "chat", "alert", "api"
"""Of which verbs and pages know more than the name."""


@dataclass(frozen=True)
class Row:
    """`proves_senders`: whether who speaks by it may be unproved. `order`: its place where one chooses."""

    key: str
    label: Any
    proves_senders: bool = False
    order: int = 20


_rows: list[Row] = [
    Row(PORTAL, _("Portal"), order=10),
    Row(PHONE, _("Phone"), order=30),
    Row(WALK_IN, _("Walk-in"), order=31),
    Row(CHAT, _("Chat"), order=32),
    Row(ALERT, _("Monitoring"), order=33),
    Row(API, _("API"), order=34),
]


_by_key: dict[str, Row] = {row.key: row for row in _rows}


def add(key: str, label: Any, *, proves_senders: bool = False) -> None:
    """One more way, under a name in both languages."""
    remove(key)
    _rows.append(Row(key, label, proves_senders))
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


def proves_senders(key: str) -> bool:
    return key in _by_key and _by_key[key].proves_senders
