"""Property tests find the same on every machine: nothing is remembered from earlier runs, nothing is drawn anew."""

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sla.worlds import many

TESTS = Path(__file__).parents[1]


def drawn() -> list[int]:
    found: list[int] = []

    @given(st.integers())
    def test(number: int) -> None:
        found.append(number)

    test()
    return found


def test_a_property_test_tries_the_same_examples_each_time() -> None:
    assert drawn() == drawn()


def test_nothing_that_an_earlier_run_found_is_remembered() -> None:
    assert (settings().database, settings().derandomize) == (None, True)
    assert (many.database, many.derandomize) == (None, True)


def test_no_test_settles_for_itself_what_is_remembered_or_drawn_anew() -> None:
    other = re.compile(r"\bdatabase\s*=\s*(?!None)\w*Database|derandomize\s*=\s*False|load_profile")
    for path in TESTS.rglob("*.py"):
        if path not in (Path(__file__), TESTS / "conftest.py"):
            assert not other.search(path.read_text()), path
