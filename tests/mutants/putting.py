"""Putting a change into a program that is loaded already: the code of its functions is exchanged."""

import gc
import sys
from collections.abc import Iterator
from inspect import CO_NEWLOCALS
from types import CodeType, FunctionType

from tests.mutants.changes import Change
from tests.mutants.guards import name_of

Key = tuple[str, int]


def put(change: Change) -> bool:
    """Put it in place. False, with nothing done, when it is felt while the module is loaded, or that was not yet."""
    module = sys.modules.get(name_of(change.path))
    found = exchanged(change)
    if module is None or found is None:
        return False
    live = [
        each
        for each in gc.get_objects()
        if isinstance(each, FunctionType) and each.__globals__ is vars(module) and _key(each.__code__) in found
    ]
    try:
        for function in live:
            function.__code__ = found[_key(function.__code__)]
    except ValueError:
        # It needs other variables of the function around it.
        return False
    return bool(live)


def exchanged(change: Change) -> dict[Key, CodeType] | None:
    """The functions' code with the change, of those that it touches; None when it touches what is run on loading."""
    before = _codes(compile(change.path.read_text(), str(change.path), "exec"))
    after = _codes(compile(change.tree, str(change.path), "exec"))
    if before is None or after is None or before.keys() != after.keys():
        return None
    if any(_own(before[key]) != _own(after[key]) for key in before if not _is_function(before[key])):
        return None
    return {key: after[key] for key in before if _is_function(before[key]) and before[key] != after[key]}


def _codes(code: CodeType) -> dict[Key, CodeType] | None:
    """All code in it; None when two cannot be told apart."""
    every = list(_within(code))
    found = {_key(each): each for each in every}
    return found if len(found) == len(every) else None


def _within(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _within(each)


def _key(code: CodeType) -> Key:
    return code.co_qualname, code.co_firstlineno


def _own(code: CodeType) -> CodeType:
    """Without the functions in it."""
    return code.replace(co_consts=tuple(None if isinstance(each, CodeType) else each for each in code.co_consts))


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & CO_NEWLOCALS)
