"""Where a ticket can go: one table of verbs and phases."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog import config_cache
from firstline.tickets.errors import WrongState

PENDING, WORK, WAIT, SOLVED, CLOSED, GONE = "pending", "in_progress", "waiting", "resolved", "closed", "cancelled"

# verb: (from which phases, to which status; None leaves it as it is)
MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    "accept": (frozenset({PENDING}), "in_progress"),
    "assign": (frozenset({PENDING, WORK, WAIT}), None),
    "classify": (frozenset({PENDING, WORK, WAIT, SOLVED}), None),
    "change_priority": (frozenset({PENDING, WORK, WAIT}), None),
    "reply": (frozenset({PENDING, WORK, WAIT, SOLVED}), None),
    "escalate": (frozenset({PENDING, WORK, WAIT}), "pending"),
    "send_back": (frozenset({PENDING, WORK, WAIT}), "pending"),
    "transfer": (frozenset({PENDING, WORK, WAIT}), "pending"),
    "hold": (frozenset({PENDING, WORK, WAIT}), None),
    "resume": (frozenset({WAIT}), "in_progress"),
    "snooze": (frozenset({PENDING, WORK, WAIT}), None),
    "merge": (frozenset({PENDING, WORK, WAIT, SOLVED}), "merged"),
    "split": (frozenset({PENDING, WORK, WAIT, SOLVED, CLOSED}), None),
    "resolve": (frozenset({PENDING, WORK, WAIT}), "resolved"),
    "close": (frozenset({SOLVED}), "closed"),
    "reopen": (frozenset({SOLVED, CLOSED}), "in_progress"),
    "cancel": (frozenset({PENDING, WORK, WAIT}), "cancelled"),
    "decline": (frozenset({PENDING, WORK, WAIT}), None),
    "rate": (frozenset({SOLVED, CLOSED}), None),
}

HOLDS = {
    "requester": "waiting_requester",
    "vendor": "waiting_vendor",
    "approval": "waiting_approval",
    "date": "waiting_date",
}

NOT_NOW = {
    PENDING: gettext_lazy("Nobody has accepted this request yet."),
    WORK: gettext_lazy("This request is being worked on."),
    WAIT: gettext_lazy("This request is waiting."),
    SOLVED: gettext_lazy("This request is already solved."),
    CLOSED: gettext_lazy("This request is closed."),
    GONE: gettext_lazy("This request was cancelled."),
}


def can(ticket: Any, verb: str) -> bool:
    return ticket.phase in MOVES[verb][0]


def check(ticket: Any, verb: str) -> None:
    """Raise WrongState, with a sentence, if the verb does not fit where the ticket stands."""
    if ticket.merged_into_id:
        raise WrongState(_("This request was merged into another one. Unmerge it first."))
    if not can(ticket, verb):
        raise WrongState(NOT_NOW[ticket.phase])


def move(ticket: Any, verb: str) -> None:
    """Check, and set the status that the verb leads to."""
    check(ticket, verb)
    target = MOVES[verb][1]
    if target:
        set_status(ticket, target)


def set_status(ticket: Any, key: str) -> None:
    status = config_cache.current().statuses[key]
    ticket.status = status
    ticket.phase = status.category
