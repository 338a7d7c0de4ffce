"""Which verbs an agent is offered, and the form of each, by their declarations: for page, keys, palette and menus."""

from typing import Any

from firstline.people.models import Person
from firstline.tickets import rights, states
from firstline.tickets.models import Ticket
from firstline.tickets.verbs import VERBS, Verb
from firstline.web.workspace.forms.base import VerbForm
from firstline.web.workspace.forms.joining import Merge, Split
from firstline.web.workspace.forms.participant import AddParticipant
from firstline.web.workspace.forms.priority import Priority
from firstline.web.workspace.forms.snooze import Snooze

FORMS: dict[str, type[VerbForm]] = {
    "add_participant": AddParticipant,
    "change_priority": Priority,
    "merge": Merge,
    "snooze": Snooze,
    "split": Split,
}
"""Those that have a form of their own; all others are made from the declaration."""
LAST = 1_000


def buttons() -> list[Verb]:
    """All that the workspace may offer, in the order of its menu; last what does not stand there."""
    shown = [(verb.button.menu or LAST, verb) for verb in VERBS.values() if verb.button]
    return [verb for _place, verb in sorted(shown, key=lambda each: each[0])]


def offered(person: Person, ticket: Ticket, *, watched: bool = False) -> dict[str, Verb]:
    """The verbs that this person may do to the ticket as it stands, by key, in the order of the menu."""
    found = rights.relations(person, ticket)
    hidden = "watch" if watched else "unwatch"
    return {
        verb.key: verb
        for verb in buttons()
        if verb.button and verb.key != hidden and verb.may & found and verb.button.fits(ticket)
        if states.can(ticket, verb.key)
    }


def verb_named(key: str) -> Verb | None:
    verb = VERBS.get(key)
    return verb if verb is not None and verb.button else None


def form_of(verb: Verb, data: Any = None, **given: Any) -> VerbForm:
    """`given`: as VerbForm takes it."""
    return FORMS.get(verb.key, VerbForm)(data, verb=verb, **given)
