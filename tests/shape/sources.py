"""The program as syntax trees, each file read once for all the tests that look at it."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "firstline"


@cache
def trees() -> dict[str, list[ast.AST]]:
    """By path below the root: the nodes of each file but migrations. The first is the module itself."""
    files = [path for path in sorted(PROGRAM.rglob("*.py")) if "migrations" not in path.parts]
    return {path.relative_to(ROOT).as_posix(): list(ast.walk(ast.parse(path.read_text()))) for path in files}
