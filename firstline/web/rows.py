"""One line of a list of tickets, as values: what components/row.html draws."""

import datetime as dt
from typing import NamedTuple


class Row(NamedTuple):
    """`state` and `clock_status` are the words of components/state.html and clock.html; the rest is said as it is."""

    id: int
    number: str
    subject: str
    href: str
    who: str
    state: str
    state_label: str
    clock_status: str = "none"
    due: dt.datetime | None = None
    soon_at: dt.datetime | None = None
    line: str = ""
    agent: str = ""
    unread: bool = False
    unreached: bool = False
