"""How each kind of a verb's inputs stands in a call, and what is found by what is said there: one table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, create_model

from firstline.api import lookup
from firstline.api.access import Call
from firstline.api.shapes import FORMAT, SEEN, Format, In
from firstline.kit.limits import limit
from firstline.people.models import Person
from firstline.tickets import inputs, naming, rights
from firstline.tickets.inputs import Input
from firstline.tickets.models import Ticket
from firstline.tickets.verbs import Verb

MOST = limit(20, "of them", of="files or colleagues that a verb names", per="call", said="422, naming the field.")


@dataclass(frozen=True)
class Called:
    """Who calls, and about which ticket."""

    request: Call
    ticket: Ticket

    @property
    def by(self) -> Person:
        return self.request.person


def _as_said(said: Any, given: Any, called: Called) -> Any:
    return said


@dataclass(frozen=True)
class Argument:
    """`type`: of what is said; of a choice it is made. `found`: what the verb takes. `or_none`: None may be said where
    the verb has no default, and with `left_out` nothing at all. `about`: what else the description says."""

    type: Any
    found: Callable[[Any, Any, Called], Any] = _as_said
    or_none: bool = False
    left_out: bool = False
    about: dict[str, Any] = field(default_factory=dict)


def shape_of(verb: Verb) -> type[In]:
    """The body of a call of this verb."""
    fields: dict[str, Any] = {}
    for each in verb.inputs:
        if isinstance(each, inputs.Place):
            fields |= {"team": (str | None, None), "line": (str | None, None)}
        else:
            fields[each.called or each.name] = _field(each)
    name = "".join(part.title() for part in verb.key.split("_"))
    return create_model(f"{name}In", __base__=In, **fields)


def arguments(verb: Verb, said: Any, called: Called) -> dict[str, Any]:
    """What the verb is called with. Raises WrongState, with a sentence, for what is not there."""
    return {each.name: _found(each, said, called) for each in verb.inputs}


def _field(given: Input) -> Any:
    argument = ARGUMENTS[type(given)]
    kind = Literal[tuple(given.values)] if isinstance(given, inputs.Choice) else argument.type
    if argument.or_none or (not given.required and given.default is None):
        kind = kind | None
    about = argument.about | ({"description": given.said} if given.said else {})
    needed = given.required and not argument.left_out
    return kind, Field(**about) if needed else Field(given.default, **about)


def _found(given: Input, said: Any, called: Called) -> Any:
    if isinstance(given, inputs.Place):
        return lookup.place(called.ticket, team=said.team, line=said.line)
    return ARGUMENTS[type(given)].found(getattr(said, given.called or given.name), given, called)


def _person(email: str | None, given: Input, called: Called) -> Person | None:
    return lookup.person(email) if email else None


def _colleague(email: str, given: Input, called: Called) -> Person:
    """Who works on it hears that nobody has this address; of those whom the asking side names it is told nothing."""
    return lookup.person(email) if rights.works_on(called.by, called.ticket) else naming.person_at(email)


def _colleagues(emails: Sequence[str], given: Input, called: Called) -> list[Person]:
    return [lookup.person(email) for email in emails]


def _asker(email: str | None, given: Input, called: Called) -> Person:
    return lookup.asker(called.ticket, email)


def _service(key: str | None, given: Input, called: Called) -> Any:
    return lookup.service(key)


def _desk(key: str, given: Input, called: Called) -> Any:
    return lookup.desk(key)


def _code(key: str | None, given: inputs.Code, called: Called) -> Any:
    return lookup.option(called.ticket, given.list, key)


def _ticket(number: str, given: Input, called: Called) -> Ticket:
    return lookup.other_ticket(called.request, number)


def _message(pk: int, given: Input, called: Called) -> Any:
    return lookup.message(called.ticket, pk, by=called.by)


def _uploads(ids: Sequence[UUID], given: Input, called: Called) -> Any:
    return lookup.uploads(called.request, ids)


ARGUMENTS: dict[type[Input], Argument] = {
    inputs.Words: Argument(str),
    inputs.Line: Argument(str),
    inputs.Tags: Argument(list[str]),
    inputs.Flag: Argument(bool),
    inputs.Known: Argument(bool),
    inputs.Choice: Argument(None),
    inputs.Moment: Argument(datetime),
    inputs.Agent: Argument(str, _person, or_none=True),
    inputs.Colleague: Argument(str, _colleague),
    inputs.Colleagues: Argument(list[str], _colleagues, about={"max_length": MOST}),
    inputs.Asker: Argument(str, _asker, or_none=True, left_out=True),
    inputs.OfferedService: Argument(str, _service),
    inputs.OtherDesk: Argument(str, _desk),
    inputs.Code: Argument(str, _code),
    inputs.OtherTicket: Argument(str, _ticket, about={"description": "Number of the other ticket."}),
    inputs.SaidHere: Argument(int, _message),
    inputs.Uploads: Argument(list[UUID], _uploads, about={"max_length": MOST}),
    inputs.Format: Argument(Format, about={"description": FORMAT}),
    inputs.Seen: Argument(int, about={"description": SEEN}),
}
