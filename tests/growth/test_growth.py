"""What strangers write is read in time that grows with its length, and no faster: a row four times as long takes some
four times as long. Processor time of this thread is taken, so that a loaded machine does not matter."""

import os
from random import Random
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.kit import html, markdown
from tests.growth.readers import READERS, Reader
from tests.growth.rows import ALL, OPENINGS, row

pytestmark = pytest.mark.system  # it takes minutes: not for the quick check

FIRST, LONGEST = 4_000, 256_000
HUGE = 200_000
GROWS = 12.5
"""Four times as long may take so many times as long; what is quadratic takes sixteen. (Memory
beyond the caches costs some more, and is no growth of the work.)"""
LEVEL = 8
"""The same, where the row is so long that little else is in it."""
NOTICED = 0.03
"""Seconds below which nothing is compared: that little could be chance."""
PIECES = len(ALL) if os.environ.get("GROWTH") == "all" else 14
"""Of each reader so many, others for each; GROWTH=all looks at all, which takes long."""
KNOWN_BAD = (")", "](", "<a>", "[", "> ", "a@b,")


def cost(read: Reader, text: str) -> float:
    began = thread_time()
    read(text)
    return thread_time() - began


def is_steep(read: Reader, opening: str, piece: str, end: str = "") -> bool:
    """Whether the time grows faster than the row: at the length at which it can be measured, and a quarter of that."""
    long = FIRST
    while (dear := cost(read, row(opening, piece, end, characters=long))) < NOTICED:
        if long >= LONGEST:
            return False
        long *= 4 if dear < NOTICED / 20 else 2
    short = row(opening, piece, end, characters=long // 4)
    # The least of several times: a first one costs more, and a machine may be busy.
    for _try in range(6):
        dear = min(dear, cost(read, row(opening, piece, end, characters=long)))
        if dear <= GROWS * min(cost(read, short), cost(read, short)):
            return False
    return True


@pytest.mark.parametrize("name", READERS)
def test_a_row_of_anything_is_read_in_time_that_grows_with_it(name: str) -> None:
    read, random = READERS[name], Random(name)
    looked_at = [*KNOWN_BAD, *random.sample(ALL, PIECES)]
    steep = [piece for piece in looked_at if is_steep(read, random.choice(OPENINGS), piece)]
    assert steep == []


@pytest.mark.parametrize("name", READERS)
def test_rows_of_two_things_in_turn_grow_no_faster(name: str) -> None:
    read = READERS[name]

    @settings(max_examples=8, deadline=None, database=None, derandomize=True)
    @given(st.sampled_from(OPENINGS), st.sampled_from(ALL), st.sampled_from(ALL), st.sampled_from(("", *ALL)))
    def look(opening: str, one: str, other: str, end: str) -> None:
        assert not is_steep(read, opening, one + other, end)

    look()


def is_level(read: Reader, opening: str, piece: str) -> bool:
    """Whether a very long row costs no more than its length says: where what is quadratic costs little for each piece,
    it shows in very long ones only."""
    long, short = (row(opening, piece, "", characters=HUGE // part) for part in (1, 4))
    dear = cost(read, long)
    for _try in range(2):
        dear = min(dear, cost(read, long)) if _try else dear
        if dear < NOTICED or dear <= LEVEL * cost(read, short):
            return True
    return False


IN_HTML = [
    ("<table><tr>", "<td>x"),
    ("<table><tr>", "<th>x</th>"),
    ("<table><tr><td>x</td>", "<td> "),
    ("<table><tr>", "<td><p>x</p></td>"),
    ("<table><tr><td>", "<table><tr><td>x"),
    ("<ul><li>", "<b>x</b> "),
    ("<ul>", "<li>x<ul>"),
    ("<pre>", "x<br>"),
    ("<a href=http://a.b>", "x<a href=http://c.d>"),
    ("<p>", "<img alt=x>"),
    ("<blockquote>", "<blockquote>x"),
]


@pytest.mark.parametrize("reader", ["html.text", "html.clean", "a letter's HTML"])
@pytest.mark.parametrize(("opening", "piece"), IN_HTML)
def test_one_row_of_very_many_elements_is_read_in_time_that_grows_with_it(
    reader: str, opening: str, piece: str
) -> None:
    assert is_level(READERS[reader], opening, piece)


@pytest.mark.parametrize(
    "group",
    [
        "Final-Recipient: rfc822; a@b.c\r\nAction: failed\r\n\r\n",
        "X-A: b\r\n\r\n",
        "A: b\r\r\n\n\n",
        "\r" * 40 + "A:b\n\n",
    ],
)
def test_a_report_of_very_many_groups_is_read_in_time_that_grows_with_it(group: str) -> None:
    assert is_level(READERS["a bounce"], "", group)


@pytest.mark.parametrize("tail", [")", "]", ")]", ".)", ")." * 3, "(", "()"])
def test_an_address_with_very_many_brackets_behind_it_costs_next_to_nothing(tail: str) -> None:
    assert cost(html.from_text, row("> http://a", tail, "", characters=HUGE)) < 2


@pytest.mark.parametrize("columns", [20, 200, 2_000])
@pytest.mark.parametrize("row_", ["|x\n", "|\n", "x|\n", "> # a\nb\n", "/\n> [a]: b\n", "[a]\n"])
def test_a_head_of_many_columns_above_very_short_rows_costs_little(columns: int, row_: str) -> None:
    head = "|h" * columns + "|\n" + "|-" * columns + "|\n"
    whole = (head + row_ * 330 + "\n") * (1 + markdown.MOST_CHARACTERS // (len(head) + 330 * len(row_)))
    assert cost(html.markdown, whole[: markdown.MOST_CHARACTERS]) < 1.5


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


def test_the_measure_sees_what_is_quadratic_and_not_what_is_linear() -> None:
    assert is_steep(lambda text: [letter for _ in range(len(text) // 256) for letter in text], "", "a")
    assert not is_steep(list, "", "a")
