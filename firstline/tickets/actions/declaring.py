"""Making a function a verb: its row in the table, and what every verb begins with."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from firstline.tickets import states, undo_send
from firstline.tickets.access import Relation
from firstline.tickets.inputs import Input, inputs_of
from firstline.tickets.record import lock
from firstline.tickets.rights import require
from firstline.tickets.verbs import VERBS, Bulk, Button, Operation, Verb
from firstline.tickets.write_guard import writing

NONE: Mapping[str, Input] = {}
P = ParamSpec("P")
T = TypeVar("T")


def verb(
    *,
    may: frozenset[Relation],
    begins: frozenset[str] | None = None,
    leads_to: str = "",
    as_shown: bool = False,
    aloud: bool = False,
    inputs: Mapping[str, Input] = NONE,
    bulk: Bulk | None = None,
    locks_itself: bool = False,
    button: Button | None = None,
    operation: Operation | None = None,
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Declare the function a verb (`Verb` says what is said of it); it is done in one transaction, with the log open.

    The function gets its ticket locked, when its person may and it can be done, with inputs that were checked: before
    that NotAllowed and WrongState are raised. `locks_itself`: it is about another thing first, or about two tickets,
    and does all that by itself.
    """

    def declare(function: Callable[P, T]) -> Callable[P, T]:
        key = function.__name__
        begun: Callable[..., Any] = function if locks_itself else _begun(key, function)
        done = cast("Callable[P, T]", wraps(function)(writing(begun)))
        VERBS[key] = Verb(
            key=key,
            do=done,
            may=may,
            begins=begins,
            leads_to=leads_to,
            as_shown=as_shown,
            aloud=aloud,
            bulk=bulk,
            inputs=inputs_of(function, inputs),
            button=button,
            operation=operation,
        )
        return done

    return declare


def _begun(key: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def begun(ticket: Any, *, by: Any, **given: Any) -> Any:
        row, ticket = VERBS[key], lock(ticket)
        require(by, key, ticket)
        if row.as_shown:
            undo_send.hide_from(by, ticket)
        states.check(ticket, key)
        for each in row.inputs:
            if each.name in given:
                given[each.name] = each.checked(given[each.name])
        return function(ticket, by=by, **given)

    return begun
