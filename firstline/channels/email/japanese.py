"""ISO-2022-JP, and the Korean and Chinese charsets of its kind, as mail programs really write them."""

import re

from firstline.kit.limits import limit

_ESCAPE = re.compile(rb"\x1b(\([BJIT]|\$[@AB]|\$\([A-D])")
_STANDARD = ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2")
_SHIFTED = re.compile(rb"\x0e([^\x0f\n]*)\x0f?")
_DESIGNATED = re.compile(rb"\x1b\$[)*+][A-Z]")
_MOST_BY_HAND = limit(1_000_000, "bytes", of="Japanese text that is repaired", per="text", said="It is read as it is.")
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


def from_shifted(data: bytes, codec: str) -> str:
    """The text of ISO-2022-KR (`cp949`) or ISO-2022-CN (`gb18030`): what stands between SO and SI is in two bytes."""
    data = _DESIGNATED.sub(b"", data)
    raised = _SHIFTED.sub(lambda found: bytes(byte | 0x80 if byte > 0x20 else byte for byte in found[1]), data)
    return raised.replace(b"\x0f", b"").decode(codec, "replace")


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
