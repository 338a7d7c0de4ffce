"""The channels there are. A channel is a folder and a row here; its adapter is loaded when it is first asked for."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import pgettext_lazy

from firstline.channels.protocol import Channel
from firstline.notices import ways
from firstline.tickets import channels


@dataclass(frozen=True)
class Row:
    """`label` is said in both languages; `adapter`: module and class, which nothing else imports. Its key is also
    the kind of identity by which it knows people; what they are told is written in the `medium` (`notices.media`)."""

    key: str
    label: Any
    adapter: str
    medium: str = "chat"


ROWS = (Row("email", pgettext_lazy("channel", "E-mail"), "firstline.channels.email.channel.Email", medium="email"),)

_rows: dict[str, Row] = {}


def register(row: Row) -> None:
    """From now on things may come in by it, and go out."""
    _rows[row.key] = row
    channels.add(row.key, row.label)
    ways.add(row.key, row.medium)
    channel_of.cache_clear()


def forget(key: str) -> None:
    """Undo `register`."""
    del _rows[key]
    channels.remove(key)
    ways.remove(key)
    channel_of.cache_clear()


def known() -> tuple[str, ...]:
    return tuple(_rows)


@cache
def channel_of(key: str) -> Channel:
    """The adapter. Raises KeyError for what is no channel."""
    made: Channel = import_string(_rows[key].adapter)()
    return made


def label_of(key: str) -> str:
    """In the active language; of one that is not there any more, its key."""
    return str(_rows[key].label) if key in _rows else key
