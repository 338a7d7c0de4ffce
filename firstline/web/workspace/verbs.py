"""What an agent can do to a ticket: one table. The page, the keys, the palette and the menus all read it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from firstline.catalog import config_cache
from firstline.people.models import Person
from firstline.tickets import states
from firstline.tickets.models import Ticket
from firstline.tickets.rights import MAY, relations
from firstline.web.workspace.forms import arranging, ending, handling, joining, pausing, routing
from firstline.web.workspace.forms.base import VerbForm


def _always(ticket: Ticket) -> bool:
    return True


@dataclass(frozen=True)
class Verb:
    """One verb: what its button says, what is said when it is done, the right and the state that it needs.

    `listed`: offered in the ticket's own menu; the others have their place beside what they change.
    """

    name: str
    label: Any
    drawing: str
    form: type[VerbForm]
    key: str = ""
    right: str = ""
    done: Any = ""
    fits: Callable[[Ticket], bool] = field(default=_always)
    listed: bool = True
    danger: bool = False

    def offered_to(self, found: frozenset[Any], ticket: Ticket) -> bool:
        """Whether somebody who stands so to the ticket may do it, where the ticket stands."""
        right = self.right or self.name
        if not MAY[right] & found or not self.fits(ticket):
            return False
        return right not in states.MOVES or (ticket.merged_into_id is None and states.can(ticket, right))


def offered(person: Person, ticket: Ticket, *, watched: bool = False) -> dict[str, Verb]:
    """The verbs that this person may do to the ticket as it stands, by name, in the order of the menu."""
    found = relations(person, ticket)
    hidden = "watch" if watched else "unwatch"
    return {verb.name: verb for verb in VERBS if verb.name != hidden and verb.offered_to(found, ticket)}


def verb_named(name: str) -> Verb | None:
    return next((verb for verb in VERBS if verb.name == name), None)


def _came_from_elsewhere(ticket: Ticket) -> bool:
    first = config_cache.current().first_team(ticket.desk_id)
    return first is not None and first.pk != ticket.team_id


def _has_other_desks(ticket: Ticket) -> bool:
    return any(desk.active and desk.pk != ticket.desk_id for desk in config_cache.current().desks.values())


def _has_other_teams(ticket: Ticket) -> bool:
    return any(team.pk != ticket.team_id for team in config_cache.current().teams_of(ticket.desk_id))


def _not_snoozed(ticket: Ticket) -> bool:
    return ticket.snoozed_until is None


def _snoozed(ticket: Ticket) -> bool:
    return ticket.snoozed_until is not None


def _merged(ticket: Ticket) -> bool:
    return ticket.merged_into_id is not None


VERBS = [
    Verb("accept", pgettext_lazy("verb", "Accept"), "check", handling.Accept, key="a"),
    Verb("assign", pgettext_lazy("verb", "Assign"), "user", handling.Assign, key="i"),
    Verb("classify", pgettext_lazy("verb", "Classify"), "tag", handling.Classify, key="t"),
    Verb("change_priority", _("Set the priority"), "equal", handling.Priority, key="p"),
    Verb("escalate", pgettext_lazy("verb", "Hand over"), "arrow-up-right", routing.Escalate, key="e",
         done=_("Handed over."), fits=_has_other_teams),
    Verb("send_back", pgettext_lazy("verb", "Send back"), "undo-2", routing.SendBack, key="b",
         done=_("Sent back."), fits=_came_from_elsewhere),
    Verb("transfer", _("Transfer to another desk"), "arrow-right-left", routing.Transfer,
         done=_("Transferred."), fits=_has_other_desks),
    Verb("hold", _("Let it wait"), "pause", pausing.Hold, key="w"),
    Verb("resume", pgettext_lazy("verb", "Resume"), "play", pausing.Resume, key="w"),
    Verb("snooze", pgettext_lazy("verb", "Snooze"), "alarm-clock", pausing.Snooze, key="z",
         done=_("Snoozed."), fits=_not_snoozed),
    Verb("wake", _("End the snooze"), "alarm-clock-off", pausing.Wake, key="z", right="snooze", fits=_snoozed),
    Verb("resolve", pgettext_lazy("verb", "Resolve"), "circle-check", ending.Resolve, key="s", done=_("Resolved.")),
    Verb("close", pgettext_lazy("verb", "Close"), "lock", ending.Close, done=_("Closed.")),
    Verb("reopen", pgettext_lazy("verb", "Reopen"), "rotate-ccw", ending.Reopen, key="o"),
    Verb("file", _("Closing fields"), "clipboard-list", ending.File, key="c"),
    Verb("tag", _("Set the tags"), "tags", arranging.Tag, listed=False),
    Verb("rename", pgettext_lazy("verb", "Rename"), "pencil", arranging.Rename, listed=False),
    Verb("watch", pgettext_lazy("verb", "Watch"), "eye", arranging.Watch, key="f"),
    Verb("unwatch", _("Stop watching"), "eye-off", arranging.Unwatch, key="f", right="watch"),
    Verb("add_participant", _("Add a colleague of the requester"), "user-plus", arranging.AddParticipant),
    Verb("end_links", _("End the links in emails"), "link-2-off", arranging.EndLinks,
         done=_("The links no longer work.")),
    Verb("link", _("Link to another request"), "link", joining.LinkTo, key="l"),
    Verb("unlink", _("Remove this link"), "unlink", joining.Unlink, right="link", listed=False),
    Verb("merge", _("Merge into another request"), "git-merge", joining.Merge, done=_("Merged.")),
    Verb("unmerge", pgettext_lazy("verb", "Unmerge"), "split", joining.Unmerge, fits=_merged, done=_("Unmerged.")),
    Verb("split", _("Split off"), "split", joining.Split, listed=False, done=_("Split off.")),
    Verb("cancel", pgettext_lazy("verb", "Cancel the request"), "ban", ending.Cancel, danger=True,
         done=_("Cancelled.")),
]  # fmt: skip
