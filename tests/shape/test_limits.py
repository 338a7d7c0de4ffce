"""docs/limits.md is what the code says, and no limit is declared that nothing looks at."""

import ast
from datetime import timedelta
from pathlib import Path

from firstline.cli.limits import document
from firstline.kit.limits import Limit, declared

ROOT = Path(__file__).resolve().parents[2]


def test_the_document_of_limits_is_what_the_code_says() -> None:
    assert (ROOT / "docs/limits.md").read_text() == document(), "Run: python -m firstline limits --write"


def test_every_limit_is_looked_at_where_it_is_declared_or_elsewhere() -> None:
    read: set[str] = set()
    names: dict[str, str] = {}
    for path in (ROOT / "firstline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                read.add(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                read.add(node.attr)
            elif isinstance(node, ast.Assign) and _is_limit(node.value) and isinstance(node.targets[0], ast.Name):
                names[node.targets[0].id] = path.name
    assert len(names) > 10
    assert {name: where for name, where in names.items() if name not in read} == {}


def test_a_limit_that_has_no_name_in_the_code_is_a_setting() -> None:
    nameless = []
    for path in (ROOT / "firstline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Expr) and _is_limit(node.value):
                assert isinstance(node.value, ast.Call)
                if "setting" not in {word.arg for word in node.value.keywords}:
                    nameless.append((path.name, node.lineno))
    assert nameless == []


def test_every_limit_says_of_what_for_whom_and_what_is_said() -> None:
    document()
    assert [each for each in declared() if not (each.of and each.per and each.said)] == []


def test_amounts_are_written_as_people_write_them() -> None:
    def written(most: float | timedelta, unit: str = "", within: timedelta | None = None) -> str:
        return Limit(most, unit, "", "", "", within, "", "").amount

    assert written(25 * 1024 * 1024, "bytes") == "25 MB"
    assert written(1536, "bytes") == "1.5 KB"
    assert written(100_000, "characters") == "100,000 characters"
    assert written(90, "seconds") == "90 seconds"
    assert written(timedelta(days=1)) == "1 day"
    assert written(10, "", timedelta(minutes=15)) == "10 within 15 minutes"


def _is_limit(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "limit"
