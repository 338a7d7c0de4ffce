"""Placeholders of canned replies: a fixed dictionary, never a template engine, and nothing goes out blank."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from firstline.kit import time_format
from firstline.tickets.errors import WrongState
from firstline.tickets.hearing import TAKES_PART

if TYPE_CHECKING:
    from firstline.people.models import Person
    from firstline.tickets.models import Ticket

# With a dot in it, so that braces in a program's code or a log are left alone.
MARK = re.compile(r"\{\s*([A-Za-z_]+\.[A-Za-z_.]+)\s*\}")


class Unfilled(WrongState):
    """A text still has placeholders in it; `names` says which."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        marks = ", ".join(f"{{{name}}}" for name in names)
        super().__init__(_("Fill in %(marks)s before you send this.") % {"marks": marks})


@dataclass(frozen=True)
class Filled:
    """A text with its placeholders replaced. `unknown` ones and those `blank` here stay in it as they are."""

    text: str
    unknown: list[str]
    blank: list[str]

    @property
    def complaint(self) -> str:
        """What is missing, in one sentence for each sort; empty when everything was filled in."""
        said = []
        if self.unknown:
            said.append(_("There is no placeholder %(names)s.") % {"names": _marked(self.unknown)})
        if self.blank:
            said.append(_("There is no value for %(names)s here.") % {"names": _marked(self.blank)})
        return " ".join(said)


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Replace each {name} by its value; what is unknown or blank stays as it is and is named."""
    unknown: list[str] = []
    blank: list[str] = []

    def value(match: re.Match[str]) -> str:
        name = match[1]
        found = values.get(name)
        if found:
            return found
        (blank if name in values else unknown).append(name)
        return match[0]

    filled = MARK.sub(value, text)
    return Filled(filled, list(dict.fromkeys(unknown)), list(dict.fromkeys(blank)))


def refuse_unfilled(text: str) -> None:
    """Raise Unfilled, with a sentence that names them, while placeholders remain in the text."""
    names = list(dict.fromkeys(MARK.findall(text)))
    if names:
        raise Unfilled(names)


def values_for(ticket: "Ticket", *, by: "Person") -> dict[str, str]:
    """What the placeholders stand for on this ticket, as its requester reads it: in their language and zone. What not
    all who may read a reply are told is blank: the name and subject of a request to which a merge brought others, and
    the name of whoever somebody asked it for by an address alone."""
    reader = ticket.requester
    others = ticket.participants.filter(role__in=TAKES_PART).exclude(person=reader)
    found = list(others.values_list("person", "role", "came_with"))
    merged = any(came_with for _person, _role, came_with in found)
    read_along = {person for person, role, _came_with in found if role == "participant"}
    unnamed = merged or any(role == "asker" and person not in read_along for person, role, _came_with in found)
    with translation.override(reader.language), timezone.override(ZoneInfo(reader.zone)):
        return {
            "requester.name": "" if unnamed else ticket.requester_name,
            "ticket.number": ticket.number,
            "ticket.subject": "" if merged else ticket.subject,
            "ticket.due": time_format.full(ticket.next_due) if ticket.next_due else "",
            "agent.name": by.name,
            "desk.name": ticket.desk.name,
        }


def _marked(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
