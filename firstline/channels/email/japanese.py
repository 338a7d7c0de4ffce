"""ISO-2022-JP as mail programs really write it."""

import re

_ESCAPE = re.compile(rb"\x1b(\([BJIT]|\$[@AB]|\$\([A-D])")
_STANDARD = ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2")
_MOST_BY_HAND = 1_000_000
_TWO_BYTES = frozenset({b"$@", b"$B"})


def from_iso2022jp(data: bytes) -> str:
    """The text; vendors' characters (①, ㈱, ～) that the standard does not know are read the Windows way."""
    for codec in _STANDARD:
        try:
            return data.decode(codec)
        except UnicodeError:
            continue
    if len(data) > _MOST_BY_HAND:
        return data.decode(_STANDARD[0], "replace")
    text, mode, at = [], b"(B", 0
    for escape in _ESCAPE.finditer(data):
        text.append(_run(data[at : escape.start()], mode))
        mode, at = escape[1], escape.end()
    text.append(_run(data[at:], mode))
    return "".join(text)


def _run(run: bytes, mode: bytes) -> str:
    if mode in _TWO_BYTES:
        return b"".join(_shifted(run[i : i + 2]) for i in range(0, len(run), 2)).decode("cp932", "replace")
    if mode == b"(I":
        return bytes(byte | 0x80 for byte in run).decode("cp932", "replace")
    return run.decode("cp932", "replace")


def _shifted(pair: bytes) -> bytes:
    """A JIS pair as Shift JIS."""
    if len(pair) < 2 or not (0x21 <= pair[0] <= 0x7E and 0x21 <= pair[1] <= 0x7E):
        return pair
    row, cell = pair
    lead = (row + 1) // 2 + (0x70 if row <= 0x5E else 0xB0)
    trail = cell + (0x7E if row % 2 == 0 else 0x1F + (cell >= 0x60))
    return bytes((lead, trail))
