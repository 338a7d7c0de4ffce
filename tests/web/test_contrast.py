"""Every text token is readable on every surface it is used on, in both themes (WCAG AA, 4.5:1)."""

import math
import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "firstline/web/static/css"
TOKENS = dict(re.findall(r"^\s*--([\w-]+):\s*(.+?);", (CSS / "tokens.css").read_text(), re.MULTILINE))
THEMES = {"light": 0, "dark": 1}

SURFACES = ["surface", "surface-sunk", "surface-lift"]
PAIRS = [
    *(
        (text, under)
        for text in ("ink", "ink-soft", "ink-faint", "accent", "late", "soon", "good")
        for under in SURFACES
    ),
    *(("new", under) for under in SURFACES),
    *((text, under) for text in ("ink", "ink-soft") for under in ("hover", "accent-wash")),
    *((text, "accent-wash") for text in ("late", "soon", "good")),
    *((tone, f"{tone}-wash") for tone in ("late", "soon", "good", "new")),
    *(("ink", f"{tone}-wash") for tone in ("late", "soon", "good", "new", "note")),
    ("note-ink", "note-wash"),
    ("accent-ink", "accent"),
    ("late-ink", "late"),
]
EDGES = [
    *(("line-field", under) for under in SURFACES),
    ("accent", "surface"),
    ("idle", "surface"),
    ("star", "surface"),
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "under"), PAIRS)
def test_text_is_readable_on_its_surface(text: str, under: str, theme: str) -> None:
    assert contrast(text, under, theme) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "under"), EDGES)
def test_the_edge_of_a_control_is_visible(edge: str, under: str, theme: str) -> None:
    assert contrast(edge, under, theme) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("hue", range(0, 360, 30))
def test_the_letters_on_a_face_are_readable(hue: int, theme: str) -> None:
    rule = re.search(r"\.face \{[^}]*background: (light-dark\(.+?\)\)\)); color: (light-dark\(.+?\)\)\));", _marks())
    assert rule, "the rule of .face has changed: say here where its colours are"
    face, letters = (re.sub(r"var\(--h, 210\)", str(hue), part) for part in rule.groups())
    assert _ratio(_luminance(_resolve(letters, theme)), _luminance(_resolve(face, theme))) >= 4.5


def test_black_on_white_has_the_contrast_that_the_standard_says() -> None:
    assert round(_ratio(_luminance("oklch(0% 0 0)"), _luminance("oklch(100% 0 0)")), 1) == 21


def contrast(one: str, other: str, theme: str) -> float:
    return _ratio(*(_luminance(_resolve(f"var(--{name})", theme)) for name in (one, other)))


def _marks() -> str:
    return " ".join((CSS / "components/marks.css").read_text().split())


def _resolve(value: str, theme: str) -> str:
    """Down to one oklch(): var() replaced by its token, light-dark() by the theme's side."""
    while not value.startswith("oklch("):
        if match := re.fullmatch(r"var\(--([\w-]+)\)", value):
            value = TOKENS[match[1]]
        elif value.startswith("light-dark("):
            value = _sides(value.removeprefix("light-dark(")[:-1])[THEMES[theme]]
        else:
            raise AssertionError(f"not a colour: {value}")
    return value


def _sides(inside: str) -> list[str]:
    depth = 0
    for at, sign in enumerate(inside):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            return [inside[:at].strip(), inside[at + 1 :].strip()]
    raise AssertionError(f"light-dark() with one side: {inside}")


def _luminance(colour: str) -> float:
    """Relative luminance of an opaque oklch(), by way of OKLab and linear sRGB, cut to the gamut."""
    match = re.fullmatch(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)", colour)
    assert match, f"not an opaque oklch: {colour}"
    lightness, chroma, hue = float(match[1]) / 100, float(match[2]), math.radians(float(match[3]))
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(1, max(0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ratio(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return (high + 0.05) / (low + 0.05)
