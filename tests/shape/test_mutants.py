"""The small changes that tests must notice: every module has tests that are asked, and those are there."""

import ast
from pathlib import Path

import pytest

from tests.mutants import changes, marks
from tests.mutants.changes import Change
from tests.mutants.guards import FLOORS, GUARDS, LEFT_OUT, NOT_ASKED, ROOT, guards_of, modules
from tests.mutants.loading import REACHED
from tests.mutants.putting import exchanged
from tests.mutants.unfelt import UNFELT


@pytest.mark.parametrize("name", sorted({*NOT_ASKED, *(guard for guards in GUARDS.values() for guard in guards)}))
def test_whoever_is_asked_is_there(name: str) -> None:
    found = ROOT / name
    assert found.is_file() or any(found.rglob("test_*.py"))


@pytest.mark.parametrize("name", [*GUARDS, *LEFT_OUT])
def test_what_is_guarded_or_left_out_is_there(name: str) -> None:
    floor, _slash, module = name.rpartition("/")
    assert list((ROOT / "firstline" / floor).glob(f"{module}*"))


@pytest.mark.heavy
@pytest.mark.parametrize("module", sorted({module for module, _what in UNFELT}))
def test_what_nobody_could_feel_is_one_change_of_today(module: str) -> None:
    said = [each.what for each in every(ROOT / "firstline" / module)]
    assert {what: said.count(what) for of, what in UNFELT if of == module if said.count(what) != 1} == {}


def test_every_module_of_the_floors_is_guarded() -> None:
    assert {path.relative_to(ROOT / "firstline").parts[0] for path in modules()} == set(FLOORS)
    assert all(guards_of(path) for path in modules())


SOURCE = """
LIMIT = 3
NAMES = ("a", "b")

class Reader:
    most = 5

    def names(self, given=2):
        "Says them."
        return [name for name in NAMES if len(name) > given]

def read(text):
    if not text:
        return LIMIT
    elif text == "x":
        text += "y"
    return Reader().most

FIRST = lambda row: row + 1

@cache
def remembered():
    return [LIMIT, 77]

def asks():
    return remembered()
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.py"
    path.write_text(SOURCE)
    return path


def every(path: Path) -> list[Change]:
    return [changes.change(path, number) for number in range(changes.count(path))]


def test_each_place_is_changed_once_and_every_change_can_be_compiled(source: Path) -> None:
    said = [each.what for each in every(source)]
    assert {"3  →  4", "without the row 'a'", "5  →  6", "2  →  3", "if not text  →  without not"} <= set(said)
    assert "without text += 'y'" in said
    assert "row + 1  →  row - 1" in said
    for each in every(source):
        compile(each.tree, str(source), "exec")


def test_a_change_in_a_function_is_put_into_its_code_and_one_of_a_table_is_not(source: Path) -> None:
    found = {each.what: exchanged(each) for each in every(source)}
    for felt_on_loading in ("3  →  4", "without the row 'a'", "5  →  6", "2  →  3"):
        assert found[felt_on_loading] is None
    inside = found["len(name) > given  →  len(name) >= given"]
    assert {name for name, _line in inside} == {"Reader.names", "Reader.names.<locals>.<listcomp>"}
    assert {name for name, _line in found["row + 1  →  row - 1"]} == {"<lambda>"}


def test_a_mark_stands_where_the_change_is_run_or_where_the_changed_table_is_named(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "_program", lambda: {source: ast.parse(SOURCE)})
    monkeypatch.setattr(marks, "name_of", lambda path: path.stem)
    drawn = every(source)
    text = ast.unparse(marks.marked(drawn)["source"][1])

    def function(name: str) -> str:
        return text.partition(f"def {name}")[2].partition("\ndef ")[0]

    for number, change in enumerate(drawn):
        mark = f"{REACHED}({number})"
        assert mark in text, change.what
        if "the row" in change.what:
            assert mark in function("names")
        if change.what == "3  →  4":
            assert mark in function("read")
        if "77" in change.what:
            assert mark in function("remembered")
            assert mark in function("asks")
            assert mark not in function("read")
        if "row + 1" in change.what:
            assert mark in text.partition("lambda row: ")[2]
