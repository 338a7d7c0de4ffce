"""What somebody wrote in colour can be told from the rest, and nothing else of a style comes through."""

import re
from itertools import product
from pathlib import Path

import pytest

from firstline.kit import text_colors
from firstline.kit.html import clean

SAID = [
    ("color:red", "ink-red"),
    ("COLOR : #F00", "ink-red"),
    ("color:rgb(192, 0, 0) !important", "ink-red"),
    ("color:#1F497D", "ink-blue"),
    ("color: rgba(0 128 0 / 80%)", "ink-green"),
    ("color:hsl(300, 100%, 40%)", "ink-pink"),
    ("mso-style:x;color:#ff6600;font-size:9pt", "ink-orange"),
    ("background:yellow", "on-yellow"),
    ("background: #ffff00 none repeat", "on-yellow"),
    ("background-color:#E2EFD9;color:navy", "on-green ink-blue"),
    ("color:black", ""),
    ("color:#333", ""),
    ("color:white;background:#fafafa", ""),
    ("color:windowtext", ""),
    ("border-color:red", ""),
    ("background:url(https://evil.test/x)", ""),
    ("position:fixed;top:0", ""),
    ("color:rgb(,,)", ""),
    ("color:#ggg", ""),
]


@pytest.mark.parametrize(("style", "wanted"), SAID)
def test_a_colour_becomes_one_of_a_few_classes(style: str, wanted: str) -> None:
    assert set(text_colors.of_style(style).split()) == set(wanted.split())
    cleaned = clean(f'<p style="{style}">x</p>')
    assert cleaned == (f'<p class="{text_colors.of_style(style)}">x</p>' if wanted else "<p>x</p>")
    assert clean(cleaned) == cleaned


def test_colours_of_old_html_count_too() -> None:
    assert clean('<font color="#c00000" face=x>a</font>') == '<span class="ink-red">a</span>'
    assert '<td class="on-yellow">' in clean("<table><tr><td bgcolor=yellow>a</table>")


@pytest.mark.parametrize("given", ["button", "ink-red button", "ink-red\tbutton", "ink-crimson", "INK-RED", ""])
def test_no_class_but_those_comes_through(given: str) -> None:
    assert clean(f'<p class="{given}">x</p>') == "<p>x</p>"


def test_each_colour_can_be_read_on_white_and_on_each_other() -> None:
    css = (Path(text_colors.__file__).parents[1] / "web/static/letter.css").read_text()
    found = dict(re.findall(r"\.((?:ink|on)-\w+) \{\s*(?:color|background): (#[0-9a-f]{6})", css))
    assert found.keys() == text_colors.CLASSES
    grounds = ["#ffffff", *(found[f"on-{hue}"] for hue in text_colors.HUES)]
    inks = ["#1c2430", *(found[f"ink-{hue}"] for hue in text_colors.HUES)]
    for ink, ground in product(inks, grounds):
        assert contrast(ink, ground) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
