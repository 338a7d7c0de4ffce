"""What a verb is given: the kinds of its inputs, with what they are called, their limits and what is refused.

A verb's declaration names them by its parameters, whose types and defaults are theirs. How each kind is asked for on a
page is said in `web.workspace.forms.fields`, how in a call in `api.inputs`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter, signature
from typing import Any, Self

from django.db.models import Choices
from django.utils.translation import gettext as _

from firstline.tickets.errors import WrongState


@dataclass(frozen=True)
class Input:
    """`label`, `help`: as a form says them; `said`: as the description of the API does. `called`: its name in a call,
    if that is not the parameter's. `now`: what the ticket has there already, by the name of its attribute. `on_page`:
    whether a form asks for it. `name`, `required` and `default` come from the parameter."""

    label: Any = ""
    help: Any = ""
    said: str = ""
    called: str = ""
    now: str = ""
    on_page: bool = True
    name: str = ""
    required: bool = True
    default: Any = None

    def checked(self, value: Any) -> Any:
        """The value as the verb takes it. Raises WrongState, with a sentence, for what it does not take."""
        return value

    def of(self, parameter: Parameter) -> Self:
        required = parameter.default is Parameter.empty
        return replace(self, name=parameter.name, required=required, default=None if required else parameter.default)


@dataclass(frozen=True)
class Words(Input):
    """Text of several lines. `blank`: what is said when it must not be empty and is. `most`: in characters."""

    rows: int = 3
    blank: Any = ""
    most: int | None = None
    too_long: Any = ""

    def checked(self, value: Any) -> Any:
        if self.blank and not value.strip():
            raise WrongState(self.blank)
        if self.most is not None and len(value.strip()) > self.most:
            raise WrongState(self.too_long % {"count": self.most})
        return value


@dataclass(frozen=True)
class Line(Input):
    """Text of one line. `refused`: what is said where it is empty or too long."""

    most: int = 250
    refused: Any = ""

    def checked(self, value: Any) -> Any:
        if self.refused and not 0 < len(" ".join(value.split())) <= self.most:
            raise WrongState(self.refused)
        return value


@dataclass(frozen=True)
class Tags(Input):
    """Tags, all of them."""


@dataclass(frozen=True)
class Flag(Input):
    """Yes or no."""


@dataclass(frozen=True)
class Known(Input):
    """Yes, no, or not known."""


@dataclass(frozen=True)
class Choice(Input):
    """One of these values. `refused`: what is said of another one. `open`: as many as to be seen at once."""

    among: type[Choices] | Sequence[tuple[Any, Any]] = ()
    refused: Any = ""
    open: bool = False

    @property
    def choices(self) -> list[tuple[Any, Any]]:
        return list(self.among.choices) if isinstance(self.among, type) else list(self.among)

    @property
    def values(self) -> list[Any]:
        return [value for value, _label in self.choices]

    def checked(self, value: Any) -> Any:
        may_be_none = not self.required and self.default is None
        if value not in self.values and not (value is None and may_be_none):
            raise WrongState(self.refused or _("Choose one from the list."))
        return value


@dataclass(frozen=True)
class Moment(Input):
    """A day and time; without a zone it is one of the person's own day."""


@dataclass(frozen=True)
class Agent(Input):
    """Somebody who works at the ticket's desk, or nobody."""


@dataclass(frozen=True)
class Colleague(Input):
    """Somebody by their name or address."""


@dataclass(frozen=True)
class Asker(Input):
    """One of those who asked it for its requester; in a call None is the first of them."""


@dataclass(frozen=True)
class Colleagues(Input):
    """Several people of the desk."""


@dataclass(frozen=True)
class OfferedService(Input):
    """A service of the desk, or none."""


@dataclass(frozen=True)
class Place(Input):
    """A team of the ticket's desk, or a tier of it."""


@dataclass(frozen=True)
class OtherDesk(Input):
    """A desk that is open."""


@dataclass(frozen=True)
class Code(Input):
    """One of a closing list of the desk (`ClosureCode.list`), or none."""

    list: str = ""


@dataclass(frozen=True)
class OtherTicket(Input):
    """Another ticket that the person may see."""


@dataclass(frozen=True)
class SaidHere(Input):
    """A message of the ticket that the person may read."""


@dataclass(frozen=True)
class Uploads(Input):
    """Files that the person has uploaded."""


@dataclass(frozen=True)
class Format(Input):
    """Whether words stand as they were typed, or are Markdown."""


@dataclass(frozen=True)
class Seen(Input):
    """The last message, of the asking side or an answer to it, that the writer has read; None asks nothing."""


def inputs_of(function: Callable[..., Any], inputs: Mapping[str, Input]) -> tuple[Input, ...]:
    """Those of a verb's parameters that are asked for, in their order; the others are for code alone. Raises TypeError
    for one that is no parameter."""
    parameters = signature(function).parameters
    if unknown := inputs.keys() - parameters.keys():
        raise TypeError(f"{function.__name__} has no {', '.join(sorted(unknown))}")
    return tuple(inputs[name].of(parameters[name]) for name in parameters if name in inputs)
