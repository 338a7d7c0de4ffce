"""Where a ticket can go, by what its verbs declare (`verbs.VERBS`)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog import config_cache
from firstline.tickets.errors import WrongState
from firstline.tickets.verbs import CLOSED, GONE, PENDING, SOLVED, VERBS, WAIT, WORK

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
    """Whether the verb fits where the ticket stands."""
    begins = VERBS[verb].begins
    return begins is None or (ticket.merged_into_id is None and ticket.phase in begins)


def check(ticket: Any, verb: str) -> None:
    """Raise WrongState, with a sentence, if the verb does not fit where the ticket stands."""
    if can(ticket, verb):
        return
    if ticket.merged_into_id:
        raise WrongState(_("This request was merged into another one. Unmerge it first."))
    raise WrongState(NOT_NOW[ticket.phase])


def move(ticket: Any, verb: str) -> None:
    """Check, and set the status that the verb leads to."""
    check(ticket, verb)
    if target := VERBS[verb].leads_to:
        set_status(ticket, target)


def set_status(ticket: Any, key: str) -> None:
    status = config_cache.current().statuses[key]
    ticket.status = status
    ticket.phase = status.category
