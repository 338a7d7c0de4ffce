"""The colours in which somebody wrote, as classes of a fixed list: told apart, and readable on white.

A letter's own styles are never shown: what they say of colour becomes `ink-red` (of the letters) or `on-yellow` (behind
them), for which letter.css has colours that can be read.
"""

import re

HUES = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink")
CLASSES = frozenset(f"{where}-{hue}" for where in ("ink", "on") for hue in HUES)

_UNTIL = ((15, "red"), (42, "orange"), (70, "yellow"), (165, "green"), (195, "teal"), (255, "blue"), (295, "purple"))
_UNTIL_RED = 340
# Below this it is black, white or a grey to whoever reads it; behind the letters less is seen.
_LEAST_CHROMA = {"ink": 0.12, "on": 0.06}
_SAID = re.compile(r"#[0-9a-f]{3,8}|(?:rgb|hsl)a?\([^()]{1,60}\)|[a-z]{3,20}")
_NUMBER = re.compile(r"[\d.]{1,12}%?")
_NAMED = {
    "aqua": 180, "blue": 240, "blueviolet": 271, "brown": 0, "chocolate": 25, "coral": 16, "cornflowerblue": 219,
    "crimson": 348, "cyan": 180, "darkblue": 240, "darkcyan": 180, "darkgreen": 120, "darkmagenta": 300,
    "darkorange": 33, "darkred": 0, "darkviolet": 282, "deeppink": 328, "deepskyblue": 195, "dodgerblue": 210,
    "firebrick": 0, "forestgreen": 120, "fuchsia": 300, "gold": 51, "goldenrod": 43, "green": 120, "hotpink": 330,
    "indianred": 0, "indigo": 275, "khaki": 54, "lightblue": 195, "lightgreen": 120, "lightpink": 351,
    "lightyellow": 60, "lime": 120, "limegreen": 120, "magenta": 300, "maroon": 0, "mediumblue": 240, "navy": 240,
    "olive": 60, "orange": 39, "orangered": 10, "palegreen": 120, "pink": 350, "purple": 300, "red": 0,
    "royalblue": 225, "salmon": 6, "seagreen": 146, "skyblue": 197, "springgreen": 150, "steelblue": 207,
    "teal": 180, "tomato": 9, "turquoise": 174, "violet": 300, "yellow": 60, "yellowgreen": 80,
}  # fmt: skip


def of_style(style: str) -> str:
    """The classes, parted by blanks, for what a `style` says of colour; empty if it says nothing."""
    found: dict[str, str] = {}
    for said in style.lower().split(";"):
        name, colon, value = said.partition(":")
        if colon and name.strip() == "color":
            found["ink"] = of_colour(value, where="ink")
        elif colon and name.strip() in ("background", "background-color"):
            found["on"] = of_colour(value, where="on")
    return " ".join(filter(None, found.values()))


def of_colour(said: str, *, where: str) -> str:
    """The class for one colour: `where` it is, "ink" or "on"; empty for black, white, grey and what is no colour."""
    for word in _SAID.findall(said.lower()):
        degrees = _degrees(word, _LEAST_CHROMA[where])
        if degrees is not None:
            return f"{where}-{_name(degrees)}"
    return ""


def _name(degrees: float) -> str:
    if degrees >= _UNTIL_RED:
        return "red"
    return next((name for end, name in _UNTIL if degrees < end), "pink")


def _degrees(word: str, least: float) -> float | None:
    if word in _NAMED:
        return _NAMED[word]
    if word.startswith("#"):
        return _of_hex(word[1:], least)
    numbers = [_fraction(each) for each in _NUMBER.findall(word)]
    if len(numbers) < 3:
        return None
    if word.startswith("hsl"):
        hue, saturation, light = numbers[0] * 255, numbers[1], numbers[2]
        return hue % 360 if saturation * (1 - abs(2 * light - 1)) >= least else None
    return _hue(*numbers[:3], least=least)


def _of_hex(digits: str, least: float) -> float | None:
    if len(digits) in (3, 4):
        digits = "".join(each * 2 for each in digits)
    if len(digits) not in (6, 8):
        return None
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return _hue(red, green, blue, least=least)


def _fraction(number: str) -> float:
    try:
        value = float(number.rstrip("%"))
    except ValueError:
        return 0.0
    return min(value / 100, 1.0) if number.endswith("%") else value / 255


def _hue(red: float, green: float, blue: float, *, least: float) -> float | None:
    most = max(red, green, blue)
    chroma = most - min(red, green, blue)
    if chroma < least:
        return None
    if most == red:
        return (green - blue) / chroma * 60 % 360
    if most == green:
        return (blue - red) / chroma * 60 + 120
    return (red - green) / chroma * 60 + 240
