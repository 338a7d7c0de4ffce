"""Columns that somebody made of blanks stand one below the other for whoever reads them."""

import html as entities
import re
import time

import pytest

from firstline.kit import html

PS = "PID   USER      TIME  COMMAND\n    1 root      0:01  init\n  204 www       3:44  nginx"
TABLES = {
    "ps": (PS, PS),
    "right aligned": ("disk     12 GB\nmemory  512 MB", "disk     12 GB\nmemory  512 MB"),
    "tabs": ("name\tsize\nlonger name\t1", "name         size\nlonger name  1"),
    "chinese": ("姓名\t部门\n王小明\t财务", "姓名    部门\n王小明  财务"),
    "tab stops": ("a\t\tb\nlonger name\tb", "a               b\nlonger name     b"),
    "ruled": ("+---+----+\n| a | bb |\n+---+----+\n| c | d  |\n+---+----+",) * 2,
    "underlined": ("Name   Size\n-----  ----\nfile      1",) * 2,
}


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_laid_out_in_one_width(name: str) -> None:
    typed, wanted = TABLES[name]
    made = html.from_text(f"Before.\n{typed}\nAfter.")
    tables = re.findall(r"<pre>(.*?)</pre>", made, re.S)
    assert [entities.unescape(each) for each in tables] == [wanted]
    assert "Before." in made.split("<pre>")[0]
    assert "After." in made.split("</pre>")[1]


@pytest.mark.parametrize(
    "prose",
    [
        "One.  Two.\nAnd another one.  Three.",
        "Hello,\nmany thanks",
        "    indented\n    both",
        "a | b",
        "---\nx\n---",
        "\t",
    ],
)
def test_prose_is_no_table(prose: str) -> None:
    assert "<pre>" not in html.from_text(prose)


def test_blanks_within_a_line_are_all_there() -> None:
    shown = re.sub(r"<[^>]+>", "", html.from_text("code   12    x"))
    assert entities.unescape(shown).replace("\xa0", " ") == "code   12    x"


def test_what_stands_in_a_table_is_no_markup_and_addresses_are_links() -> None:
    made = html.from_text("<b>  https://a.test/x\n<i>  <script>")
    assert re.findall(r'href="([^"]*)"', made) == ["https://a.test/x"]
    assert "&lt;script&gt;" in made
    assert "<script" not in made


@pytest.mark.heavy
@pytest.mark.parametrize("unit", ["a  b\n", "a\tb\n", "| ", "|  |\n", "---\n", " ", "  x", "\t", "漢  \n", "1-2 م "])
def test_a_long_text_takes_time_as_it_grows(unit: str) -> None:
    def took(chars: int) -> float:
        text = unit * (chars // len(unit))
        before = time.process_time()
        html.from_text(text)
        return time.process_time() - before

    took(1_000)
    assert took(400_000) < 8 * took(100_000) + 0.5
