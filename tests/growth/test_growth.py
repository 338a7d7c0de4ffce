"""What strangers write is read in time that grows with its length, and no faster: a row of anything at all, four times as
long, takes some four times as long. Processor time of this thread, so that a loaded machine does not matter."""

from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.kit import html
from tests.growth.readers import READERS, Reader
from tests.growth.rows import ALL, OPENINGS, row

SHORT, LONG, HUGE = 4_000, 16_000, 200_000
GROWS = 9
"""Four times as long may take so many times as long; what is quadratic takes sixteen times."""
NOTICED = 0.1
"""Seconds below which nothing is compared: that little could be chance."""


def cost(read: Reader, text: str) -> float:
    began = thread_time()
    read(text)
    return thread_time() - began


def is_steep(read: Reader, opening: str, piece: str, end: str = "", *, short: int = SHORT, long: int = LONG) -> bool:
    """Whether the time grows faster than the row. Looked at again before it is said, as a first time costs more."""

    def seems() -> bool:
        dear = cost(read, row(opening, piece, end, characters=long))
        return dear > NOTICED and dear > GROWS * cost(read, row(opening, piece, end, characters=short))

    return seems() and seems() and seems()


@pytest.mark.parametrize("name", READERS)
def test_a_row_of_anything_is_read_in_time_that_grows_with_it(name: str) -> None:
    read = READERS[name]
    steep = [(opening, piece) for opening in OPENINGS[:3] for piece in ALL if is_steep(read, opening, piece)]
    assert steep == []


@pytest.mark.parametrize("name", READERS)
def test_rows_of_two_things_in_turn_grow_no_faster(name: str) -> None:
    read = READERS[name]

    @settings(max_examples=25, deadline=None, database=None, derandomize=True)
    @given(st.sampled_from(OPENINGS), st.sampled_from(ALL), st.sampled_from(ALL), st.sampled_from(("", *ALL)))
    def look(opening: str, one: str, other: str, end: str) -> None:
        assert not is_steep(read, opening, one + other, end)

    look()


@pytest.mark.parametrize("tail", [")", "]", ")]", ".)", ")." * 3, "(", "()"])
def test_an_address_with_very_many_brackets_behind_it_costs_next_to_nothing(tail: str) -> None:
    assert cost(html.from_text, row("> http://a", tail, "", characters=HUGE)) < 2


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("http://a.b/(c)", "http://a.b/(c)"),
        ("(http://a.b/c)", "http://a.b/c"),
        ("http://a.b/c).", "http://a.b/c"),
        ("http://a.b/c(d", "http://a.b/c(d"),
        ("http://a.b/[c])]", "http://a.b/[c]"),
        ("http://a.b/c)d)", "http://a.b/c)d"),
        ("http://a.b/(c))", "http://a.b/(c)"),
    ],
)
def test_a_bracket_belongs_to_the_address_when_it_was_opened_in_it(written: str, link: str) -> None:
    assert f'href="{link}"' in html.from_text(written)


def test_the_measure_sees_what_is_quadratic() -> None:
    def doubled(text: str) -> None:
        for _ in range(len(text) // 4):
            text.count("x")
            text.count("y")

    assert is_steep(doubled, "", "a", short=10_000, long=40_000)
