"""What may happen to a ticket: one table of verbs, each declared beside its function in `tickets.actions`.

Rights, states, pages, bulk, palette and API are read from it; none of them has a list of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from firstline.tickets.access import Relation
from firstline.tickets.inputs import Input, Seen

PENDING, WORK, WAIT, SOLVED, CLOSED, GONE = "pending", "in_progress", "waiting", "resolved", "closed", "cancelled"
UNSOLVED = frozenset({PENDING, WORK, WAIT})
STAFF = frozenset({Relation.AGENT, Relation.MANAGER, Relation.SYSTEM})
"""Those who handle the tickets of a desk, and the desk itself."""


def _always(ticket: Any) -> bool:
    return True


@dataclass(frozen=True)
class Button:
    """How a verb is offered in the workspace: its label, its icon, the key that does it, what is said when it is done.

    `menu`: where it stands in the ticket's menu; 0 where it has its place beside what it changes. `fits`: whether it
    makes sense for this ticket. `danger`: it is drawn as one that ends something.
    """

    label: Any
    icon: str
    menu: int = 0
    shortcut: str = ""
    done: Any = ""
    fits: Callable[[Any], bool] = _always
    danger: bool = False


def _as_given(ticket: Any, given: dict[str, Any]) -> dict[str, Any]:
    return given


@dataclass(frozen=True)
class Bulk:
    """How a verb is done to many tickets at once. `label`: where it does something else than to one. `each`: what it is
    given of one of them, out of what was given for all."""

    label: Any = ""
    each: Callable[[Any, dict[str, Any]], dict[str, Any]] = _as_given


@dataclass(frozen=True)
class Operation:
    """How a program calls a verb: what the description of the API says, and the address below the ticket's if it is not
    the verb's own key."""

    summary: str
    address: str = ""


@dataclass(frozen=True)
class Verb:
    """One row.

    `do`: called with the ticket, `by` and the inputs. `may`: those who stand so to the ticket. `begins`: the categories
    of status in which it can be done; None means in each, and of a merged ticket too. `leads_to`: the status that it
    sets; empty where it stays or depends. `as_shown`: for the asking side it begins where they are shown that the
    ticket stands (`undo_send.hide_from`). `aloud`: the asking side reads its first input.
    """

    key: str
    do: Callable[..., Any]
    may: frozenset[Relation]
    begins: frozenset[str] | None = None
    leads_to: str = ""
    as_shown: bool = False
    aloud: bool = False
    bulk: Bulk | None = None
    inputs: tuple[Input, ...] = ()
    button: Button | None = None
    operation: Operation | None = None

    @property
    def asks_seen(self) -> bool:
        """Whether it is refused when the asking side wrote meanwhile."""
        return any(isinstance(each, Seen) for each in self.inputs)


VERBS: dict[str, Verb] = {}
"""By key; filled as `tickets.actions` is imported (`actions.declaring`)."""
