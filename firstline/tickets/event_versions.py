"""Events of every version, read as today's: nobody else knows what older ones looked like, or reads `data` itself.

An event is a shape (`data`), which stays for ever, and words, which erasing takes away. Where a word was, the shape has
its blank, so that it reads the same way without its words. From version 1 the shape and the words were both in `data`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Transform
from django.db.models.fields.json import KT

from firstline.tickets.side_tables import SIDE_TABLES, Rows
from firstline.tickets.tracked import TRACKED, Tracked

VERSION = 3
"""The version that is written now. One more when TRACKED gets a name, or a verb says something otherwise."""

Told = dict[str, Any]

COLUMNS = ("changes", "was", "rows")
"""Where an event tells columns, by names that a table knows."""
KEY = re.compile(r"[\w.:+-]{0,80}", re.ASCII)
"""The strings that a shape may hold beside the columns: names of ours and ids, nothing that anybody typed."""
ASKED = frozenset({"message", "was", "kept", "person", "reason", "requester_id", "assignee_id", "asked_by_id", "phase"})
"""What statements of SQL ask of the shape, by these names in all versions (tests/shape/test_events.py)."""


def current() -> int:
    """The version of a new event."""
    return VERSION


def today(version: int, name: str, data: Told, words: Told) -> Told:
    """What an event of any version said, as one of today's says it, with the words that are still there."""
    for step in STEPS[version - 1 :]:
        if name in step:
            data = step[name](data)
    return _merged(data, words) if words else data


def changes(told: Told) -> Told:
    """What of it became of the ticket's columns, by the names of TRACKED."""
    found: Told = told.get("changes", {})
    return found


def parted(said: Told, words: Told) -> tuple[Told, Told]:
    """What a new event says, as its shape and its words. `words`: those that the verb itself says, beside what TRACKED
    knows to be words. Raises ValueError where the verb says something in words that it does not call so."""
    _require_keys({name: value for name, value in said.items() if name not in COLUMNS})
    shape = {**{name: type(value)() for name, value in words.items()}, **said}
    hidden: Told = {name: value for name, value in words.items() if value}
    for part in ("changes", "was"):
        if part in said:
            shape[part], kept = _parted_columns(said[part], TRACKED)
            hidden |= {part: kept} if kept else {}
    if "rows" in said:
        shape["rows"], kept = _parted_rows(said["rows"])
        hidden |= {"rows": kept} if kept else {}
    return shape, hidden


def changed(name: str) -> Transform:
    """In a query of events: what they say that this became, as text."""
    return KT(f"data__changes__{_asked(name)}")


def was(name: str) -> Transform:
    """In a query of events that can be taken back: what this was before them, as text."""
    return KT(f"data__was__{_asked(name)}")


def _require_keys(value: Any) -> None:
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        for each in value:
            _require_keys(each)
    elif isinstance(value, str) and not KEY.fullmatch(value):
        raise ValueError(f"{value!r} is no key; what somebody may have written is said in `words`.")


def _asked(name: str) -> str:
    if name not in ASKED or name not in TRACKED or TRACKED[name].is_words:
        raise ValueError(f"{name} is not what every event of every version says in its shape.")
    return name


def _parted_rows(rows: Rows) -> tuple[Told, Told]:
    shape: Told = {}
    words: Told = {}
    for table, those in rows.items():
        for key, row in those.items():
            said, kept = (row, None) if row is None else _parted_columns(row, SIDE_TABLES[table].columns)
            shape.setdefault(table, {})[key] = said
            if kept:
                words.setdefault(table, {})[key] = kept
    return shape, words


def _parted_columns(values: Told, tracked: Mapping[str, Tracked]) -> tuple[Told, Told]:
    shape, words = {}, {}
    for name, value in values.items():
        row = tracked.get(name)
        if row is not None and row.is_words and value != row.blank:
            shape[name], words[name] = row.blank, value
        else:
            shape[name] = value
    return shape, words


def _merged(shape: Told, words: Told) -> Told:
    whole = dict(shape)
    for name, value in words.items():
        part = shape.get(name)
        whole[name] = _merged(part, value) if isinstance(part, dict) and isinstance(value, dict) else value
    return whole


def _merged_once(data: Told) -> Told:
    """Merges shared what was said whenever they showed somebody, and told only of persons who were new."""
    more = {"shown": [], "joined_more": [], "shown_more": [], "shared": bool(data.get("shown"))}
    return {**more, **data}


STEPS: tuple[dict[str, Callable[[Told], Told]], ...] = ({"merged": _merged_once}, {})
"""For each version but today's, how events of a name become those of the next version; the others are the same there.
Changes of columns need none: TRACKED says them."""
