"""Marks at the drawn places, so that one walk through the tests tells which of them reach each."""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tests.mutants import changes
from tests.mutants.changes import Change
from tests.mutants.guards import ROOT, name_of
from tests.mutants.loading import REACHED

Function = ast.FunctionDef | ast.AsyncFunctionDef
Trees = dict[str, tuple[Path, ast.Module]]
KEEPING = {"cache", "lru_cache", "kept", "composed"}
"""Decorators by which a function runs for the first test that asks it, and others are told what it said then."""


def marked(drawn: Sequence[Change]) -> Trees:
    """The program by module name, with a mark at the place of each change: its number in the list.

    What happens once, when a module is loaded (a row of a table, a default) or a function is asked whose answer is
    kept, is marked where it is named: in the functions that name the table or the function, here or in a module that
    imports it.
    """
    program = _program()
    touched: set[Path] = set()
    for path in dict.fromkeys(change.path for change in drawn):
        nodes = changes.places(program[path])
        here = [(mark, change) for mark, change in enumerate(drawn) if change.path == path]
        # All are found before the first mark is put in.
        found = [(mark, *each) for mark, change in here for each in _where(nodes[change.number], program, path)]
        for mark, module, where in found:
            touched.add(module)
            _put(mark, where, program[module])
    return {name_of(path): (path, ast.fix_missing_locations(program[path])) for path in sorted(touched)}


def _program() -> dict[Path, ast.Module]:
    files = [path for path in sorted((ROOT / "firstline").rglob("*.py")) if "migrations" not in path.parts]
    return {path: ast.parse(path.read_text()) for path in files}


def _where(node: ast.AST, program: dict[Path, ast.Module], path: Path) -> Iterator[tuple[Path, ast.AST]]:
    """A statement or lambda that is run, or the functions in which the change is felt."""
    parents = _parents(program[path])
    statement: ast.AST | None = None
    at: ast.AST | None = node
    while at is not None and not isinstance(at, ast.Module):
        if isinstance(at, ast.Lambda) and statement is None:
            yield path, at
            return
        if isinstance(at, ast.stmt) and statement is None:
            statement = at
        elif isinstance(at, Function):
            yield path, statement or at
            if any(KEEPING & _mentioned(each) for each in at.decorator_list):
                yield from _felt_by({at.name}, program, path)
            return
        at = parents.get(at)
    top = node
    while not isinstance(parents.get(top), ast.Module):
        top = parents[top]
    yield from _felt_by(_names_with(_named(top), program[path]), program, path)
    yield from ((path, each) for each in ast.walk(top) if isinstance(each, Function))


def _felt_by(names: set[str], program: dict[Path, ast.Module], path: Path) -> Iterator[tuple[Path, ast.AST]]:
    """The functions that use any of these names of the module at this path."""
    for module, tree in program.items():
        if module == path or path.stem in module.read_text():
            yield from ((module, each) for each in _functions_naming(names, tree))


@cache
def _parents(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    return {below: above for above in ast.walk(tree) for below in ast.iter_child_nodes(above)}


def _named(statement: ast.AST) -> set[str]:
    match statement:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return {name}
    return {each.id for each in ast.walk(statement) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _names_with(names: set[str], tree: ast.Module) -> set[str]:
    """These names, and those of whatever is made of them when the module is loaded."""
    found = set(names)
    for statement in tree.body:
        if not isinstance(statement, Function) and found & _mentioned(statement):
            found |= _named(statement)
    return found


def _functions_naming(names: set[str], tree: ast.Module) -> list[Function]:
    return [each for each in ast.walk(tree) if isinstance(each, Function) and names & _mentioned(each)]


@cache
def _mentioned(node: ast.AST) -> set[str]:
    found = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return found | {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def _put(mark: int, where: ast.AST, tree: ast.Module) -> None:
    call = ast.Call(ast.Name(REACHED, ast.Load()), [ast.Constant(mark)], [])
    if isinstance(where, ast.Lambda):
        where.body = ast.BoolOp(ast.Or(), [call, where.body])
    elif isinstance(where, Function):
        where.body.insert(int(ast.get_docstring(where) is not None), ast.Expr(call))
    else:
        for _name, body in ast.iter_fields(_parents(tree)[where]):
            if isinstance(body, list) and any(each is where for each in body):
                body.insert(next(place for place, each in enumerate(body) if each is where), ast.Expr(call))
                return
