"""How style sheets are written: one declaration a line."""

import re
from pathlib import Path

import pytest

import firstline

STATIC = Path(firstline.__file__).parent / "web/static"
# Comments, strings and what stands in brackets may hold anything.
OPAQUE = re.compile(r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'|\([^()]*\)", re.DOTALL)


@pytest.mark.parametrize("sheet", sorted(STATIC.rglob("*.css")), ids=lambda path: path.relative_to(STATIC).as_posix())
def test_a_declaration_has_a_line_of_its_own(sheet: Path) -> None:
    plain, before = sheet.read_text(), ""
    while plain != before:
        plain, before = OPAQUE.sub("", plain), plain
    crowded = [row.strip() for row in plain.splitlines() if len(re.findall(r"[;{}]", row)) > 1]
    assert crowded == []
