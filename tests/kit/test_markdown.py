"""A short Markdown text never makes a long page, nor a long wait; what would, stands as it was typed."""

from time import thread_time

import pytest

from firstline.kit import html, markdown
from firstline.kit.markdown import MOST_CELLS, MOST_CHARACTERS, MOST_QUOTED


def table(columns: int, rows: int, *, cell: str = "|x") -> str:
    return f"{'|h' * columns}|\n{'|-' * columns}|\n" + f"{cell}\n" * rows


def full(unit: str, before: str = "") -> str:
    return (before + unit * MOST_CHARACTERS)[:MOST_CHARACTERS]


SHORT_ROWS = {
    "one table": table(200, 330),
    "four of them": "\n".join([table(200, 330)] * 4),
    "as many as fit": full(table(200, 330) + "\n"),
    "small ones": full(table(20, 30) + "\n"),
    "as wide as long": full(table(2_000, 4_000)),
    "in a quotation": full("> " + table(200, 330).replace("\n", "\n> ") + "\n\n"),
    "in a list": full("- " + table(200, 330).replace("\n", "\n  ") + "\n\n"),
    "one below the other": full("|a|\n|-|\n"),
    "rows of blanks": full(table(150, 9_000, cell="| ")),
}
SEARCHED_AGAIN = {
    "a definition": full("/\n> [a]: b\n"),
    "a definition in a list": full("/\n> [a]: b\n", "- "),
    "an empty one": full("[a]: b\nid=\\\r\n>"),
    "a heading": full("> # a\nb\n"),
    "a line": full("> ***\nb\n"),
    "a code block": full("> ```\nb\n"),
    "in one another": full("> > > > # a\nb\n"),
    "a list": full("> - # a\nb\n"),
}
REFERRED_TO = {
    "by words": full("[a] ", f"[a]: http://a.test/{'y' * 9_000}\n\n"),
    "by pictures": full("![a] ", f"[a]: http://a.test/{'y' * 9_000}\n\n"),
    "with a title": full("[a] ", f"[a]: http://a.test/ '{'y' * 9_000}'\n\n"),
    "some of them": "[a] " * 100 + f"\n\n[a]: http://a.test/{'y' * 9_000}\n",
}


@pytest.mark.heavy
@pytest.mark.parametrize("text", [*SHORT_ROWS.values(), *SEARCHED_AGAIN.values()], ids=[*SHORT_ROWS, *SEARCHED_AGAIN])
def test_markdown_is_drawn_in_less_than_a_second_and_a_page_of_it_is_not_long(text: str) -> None:
    began = thread_time()
    made = html.markdown(text)
    assert thread_time() - began < 1.5  # 11 seconds before; the machine may be busy
    assert len(made) < 20 * MOST_CHARACTERS


@pytest.mark.parametrize("text", REFERRED_TO.values(), ids=REFERRED_TO)
def test_an_address_that_is_referred_to_very_often_is_not_repeated(text: str) -> None:
    made = markdown.rendered(text)
    assert made is None
    assert html.markdown(text).count("y" * 9_000) <= 2


def test_a_table_that_is_filled_up_too_far_stands_as_it_was_typed_and_the_rest_is_formatted() -> None:
    made = html.markdown("**before**\n\n" + table(3, 2) + "\n" + table(100, MOST_CELLS // 100) + "\n**after**")
    assert made.count("<table>") == 1
    assert "<strong>before</strong>" in made
    assert "<strong>after</strong>" in made
    assert made.count("|x") == MOST_CELLS // 100


def test_the_tables_that_people_write_are_tables() -> None:
    wide = "".join(f"| server {n} | up | 10.0.0.{n} | — | 2026 |\n" for n in range(240))
    made = html.markdown("| a | b | c | d | e |\n|:--|--:|---|---|:-:|\n" + wide)
    assert made.count("<tr>") == 241
    assert "| server" not in made


def test_quotations_that_people_write_are_quotations() -> None:
    made = html.markdown("> what was said\n> and more\n\nan answer\n\n" * 200)
    assert made.count("<blockquote>") == 200
    once = html.markdown("> what was said\n" * 900)
    assert once.count("<blockquote>") == 1


def test_a_quotation_beyond_what_is_looked_through_stands_as_it_was_typed() -> None:
    made = html.markdown("> # a\nb\n" * (MOST_QUOTED // 8))
    assert made.count("<h1>a</h1>") + made.count("&gt; # a") == MOST_QUOTED // 8
    assert "&gt; # a" in made


def test_a_reference_link_is_a_link() -> None:
    made = html.markdown("See [the guide] and [it again][the guide].\n\n[the guide]: https://a.test/guide 'How'")
    assert made.count('href="https://a.test/guide"') == 2
