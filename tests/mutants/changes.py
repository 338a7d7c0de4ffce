"""Small changes of a program that its users would feel: one comparison, condition, row, argument or step at a time."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SWAPPED: dict[type, type] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}
FEW = 20
# Calls that change how something is read, logged or said, and not what: nobody would feel it.
NOT_FELT = frozenset(
    "select_related prefetch_related defer only iterator select_for_update reach limit warning info exception debug"
    " gettext_lazy gettext gettext_noop _ getLogger cast TypeVar field lru_cache configure_task".split()
)
# What is stored only sooner or later, with fewer columns, or typed more loosely; and words.
NOT_FELT_ARGUMENTS = frozenset(
    "description summary update_fields force_insert strict repr skip_locked of queueing_lock maxsize".split()
)


@dataclass(frozen=True)
class Change:
    """One change: where (the number of its place in the file), what was done, and the module's tree with it."""

    path: Path
    number: int
    line: int
    what: str
    tree: ast.Module

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.what}"


def count(path: Path) -> int:
    """How many changes can be made to this file."""
    return len(places(ast.parse(path.read_text())))


def change(path: Path, number: int) -> Change:
    """The change with this number, from nought; the same for the same text."""
    tree = ast.parse(path.read_text())
    node, make = _sites(tree)[number]
    return Change(path, number, getattr(node, "lineno", 0), make(), ast.fix_missing_locations(tree))


def places(tree: ast.Module) -> list[ast.AST]:
    """What the change with each number would touch."""
    return [node for node, _make in _sites(tree)]


def _sites(tree: ast.Module) -> list[tuple[ast.AST, "_Make"]]:
    return [(node, make) for node in _felt(tree) for make in _changes_of(node)]


class _Make:
    """Makes the change in the tree, and says what it was."""

    def __init__(self, node: ast.AST, put: "_Put", said: str = "") -> None:
        self.node, self.put, self.said = node, put, said

    def __call__(self) -> str:
        before = _short(self.node)
        self.put()
        return self.said or f"{before}  →  {_short(self.node)}"


class _Put:
    def __init__(self, holder: object, name: str, value: object, place: int | None = None) -> None:
        self.holder, self.name, self.value, self.place = holder, name, value, place

    def __call__(self) -> None:
        if self.place is None:
            setattr(self.holder, self.name, self.value)
        else:
            rows = getattr(self.holder, self.name)
            rows[self.place : self.place + 1] = [] if self.value is None else [self.value]


def _changes_of(node: ast.AST) -> Iterator[_Make]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPPED:
            yield _Make(node, _Put(node, "ops", [SWAPPED[type(op)]()]))
        case ast.BoolOp(op=op):
            yield _Make(node, _Put(node, "op", SWAPPED[type(op)]()))
        case ast.BinOp(op=op) if type(op) in SWAPPED:
            yield _Make(node, _Put(node, "op", SWAPPED[type(op)]()))
        case ast.Constant(value=bool(value)):
            yield _Make(node, _Put(node, "value", not value))
        case ast.Constant(value=int(value)):
            # One row more of sixty is nothing that anybody could feel; twice as many are.
            yield _Make(node, _Put(node, "value", value + 1 if value < FEW else value * 2))
        case ast.If() | ast.IfExp():
            yield from _conditions(node)
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield _Make(node, _Put(node, "value", ast.Constant(None)))
        case ast.Call(keywords=keywords):
            for place, keyword in enumerate(keywords):
                if keyword.arg and keyword.arg not in NOT_FELT_ARGUMENTS:
                    yield _Make(node, _Put(node, "keywords", None, place), f"without {keyword.arg}= in {_short(node)}")
        case ast.Set(elts=rows) | ast.Tuple(elts=rows, ctx=ast.Load()) | ast.List(elts=rows, ctx=ast.Load()) if (
            _is_a_table(rows)
        ):
            for place, row in enumerate(rows):
                yield _Make(node, _Put(node, "elts", None, place), f"without the row {_short(row)}")
        case ast.Expr(value=ast.Call() as call) if _name(call) not in NOT_FELT:
            yield _Make(node, _Put(node, "value", ast.Constant(None)), f"without {_short(call)}")
        case ast.AugAssign():
            yield _Make(node, _Put(node, "value", _nothing_of(node)), f"without {_short(node)}")


def _conditions(node: ast.If | ast.IfExp) -> Iterator[_Make]:
    said = _short(node.test)
    if isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not):
        yield _Make(node.test, _Put(node, "test", node.test.operand), f"if {said}  →  without not")
    for value in (True, False):
        yield _Make(node.test, _Put(node, "test", ast.Constant(value)), f"if {said}  →  if {value}")


def _nothing_of(node: ast.AugAssign) -> ast.expr:
    if isinstance(node.op, (ast.Add, ast.Sub)):
        return ast.Constant(0)
    read = copy.deepcopy(node.target)
    read.ctx = ast.Load()
    return read


def _is_a_table(rows: list[ast.expr]) -> bool:
    """Words or numbers that stand for themselves; not the parts of an assignment, or what a call is given."""
    return len(rows) > 1 and all(isinstance(row, (ast.Constant, ast.Attribute)) for row in rows)


def _felt(tree: ast.Module) -> Iterator[ast.AST]:
    """What runs when somebody uses it: no types, names, imports or words."""
    waiting: list[ast.AST] = list(reversed(tree.body))
    while waiting:
        node = waiting.pop()
        if _is_unfelt(node):
            continue
        yield node
        below = [each for name, each in _fields(node) if name not in ("annotation", "returns", "decorator_list")]
        waiting += reversed(below)


def _fields(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for name, value in ast.iter_fields(node):
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST) and not isinstance(each, (ast.expr_context, ast.operator, ast.cmpop)):
                yield name, each


def _is_unfelt(node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.AnnAssign(value=None) | ast.Assert() | ast.Slice():
            return True
        case ast.Call():
            return _name(node) in NOT_FELT
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.FunctionDef(name="__str__" | "__repr__" | "__hash__") | ast.ClassDef(name="Meta"):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.keyword(arg=str(name)) if name in NOT_FELT_ARGUMENTS:
            return True
        # Names for several things at once: with one fewer, the module could not be loaded.
        case ast.Assign(targets=[ast.Tuple()], value=ast.Tuple(elts=rows)) if _is_a_table(rows):
            return True
    return False


def _name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:87]}…"
