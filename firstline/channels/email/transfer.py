"""How a part's bytes were made fit for travel, and what came of that: whole, with words of a list around it, or not
encoded at all whatever its head says."""

import binascii
import quopri
import re
from collections.abc import Callable

_BASE64 = re.compile(rb"[A-Za-z0-9+/=]*[!*]{0,3}")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_LOOSE_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_HIGH_ESCAPE = re.compile(rb"=[89A-F][0-9A-F]")
_CONTROL = re.compile(rb"[\x00-\x08\x10-\x1a\x1c-\x1f\x7f]")
_SHORTEST_ROW = 16
_LIKELY_ROWS = range(56, 77)
_FEW_ESCAPES = 6

Pieces = tuple[bytes, bytes, bytes]
"""What stands before the encoded part, what that holds, and what stands behind it."""


def decoded(body: bytes, encoding: str) -> Pieces:
    """The body as its head says that it is encoded, as far as it can be decoded."""
    name = encoding.strip().strip("\"'").partition(";")[0].partition(" ")[0].lower()
    if name in ("base64", "base-64"):
        return _base64_within(body)
    decoder = _DECODERS.get(name)
    return b"", decoder(body) if decoder else body, b""


def decoded_text(body: bytes, encoding: str) -> Pieces:
    """The same for words: what would be no text after decoding is left as it is, and what forgot to say that it is
    encoded is decoded, if that makes words of it."""
    if encoding and encoding.lower() not in ("7bit", "8bit", "binary", "7-bit", "8-bit"):
        before, inner, after = decoded(body, encoding)
        return (b"", body, b"") if body.isascii() and _is_garbage(inner) else (before, inner, after)
    return b"", _not_told(body), b""


def from_base64(body: bytes) -> bytes:
    """What base64 holds, as far as it can be read."""
    body = _NOT_BASE64.sub(b"", body)
    out = []
    # Mail programs sometimes glue several encoded pieces together, each with its padding.
    for piece in re.findall(rb"[^=]+", body):
        piece = piece[:-1] if len(piece) % 4 == 1 else piece
        out.append(binascii.a2b_base64(piece + b"=" * (-len(piece) % 4)))
    return b"".join(out)


def from_uuencode(rows: list[bytes]) -> bytes:
    """What rows of uuencode hold; rows that are none are left out."""
    out = []
    for row in rows:
        if not row.strip():
            continue
        try:
            out.append(binascii.a2b_uu(row))
        except binascii.Error:
            # Some programs count the bytes of the last row wrongly.
            try:
                out.append(binascii.a2b_uu(row[: (((row[0] - 32) & 63) * 4 + 5) // 3 + 1]))
            except binascii.Error:
                continue
    return b"".join(out)


def _base64_within(body: bytes) -> Pieces:
    rows = [row.strip() for row in body.splitlines()]
    if all(_BASE64.fullmatch(row) for row in rows):
        blocks = _blocks(rows)
        if len(blocks) < 2 or not _ends_for_good(rows, blocks[0]):
            return b"", from_base64(b"".join(rows)), b""
    blocks = _blocks(rows)
    if not blocks:
        return b"", body, b""
    long = [block for block in blocks if len(rows[block[0]]) in _LIKELY_ROWS and block[1] - block[0] > 1]
    if len(long) > 1:
        # Something strange between the rows of one file.
        return b"", from_base64(b"".join(row for row in rows if _BASE64.fullmatch(row) and len(row) > 3)), b""
    start, end = max(blocks, key=lambda block: sum(map(len, rows[block[0] : block[1]])))
    if max(map(len, rows[start:end])) < _SHORTEST_ROW and not rows[start].endswith(b"="):
        return b"", body, b""
    original = body.splitlines()
    return b"\n".join(original[:start]), from_base64(b"".join(rows[start:end])), b"\n".join(original[end:])


def _blocks(rows: list[bytes]) -> list[tuple[int, int]]:
    """Where rows of base64 stand together: from, and up to."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for number, row in enumerate([*rows, b""]):
        is_inside = bool(row) and _BASE64.fullmatch(row) is not None
        if is_inside and start is not None and len(row) > len(rows[start]):
            # A longer row than the first begins something else.
            found.append((start, number))
            start = number
        elif is_inside and start is None:
            start = number
        elif not is_inside and start is not None:
            found.append((start, number))
            start = None
    return found


def _ends_for_good(rows: list[bytes], block: tuple[int, int]) -> bool:
    """Whether what follows the block is something else: its last row is shorter than the first."""
    first, last = rows[block[0]], rows[block[1] - 1]
    return len(last) < len(first) and len(first) in _LIKELY_ROWS


def _from_quoted(body: bytes) -> bytes:
    return quopri.decodestring(_LOOSE_BREAK.sub(b"=", body))


def _not_told(body: bytes) -> bytes:
    """The words of a body whose head forgot to say that it is encoded."""
    if not body.isascii() or len(body) > 2_000_000:
        return body
    rows = [row.strip() for row in body.strip().splitlines()]
    if len(rows) > 1 and len(rows[0]) in _LIKELY_ROWS and b"=" not in rows[0] and _is_block(rows):
        inner = from_base64(b"".join(rows))
        return body if _is_garbage(inner) or not _is_utf8(inner) else inner
    if len(_HIGH_ESCAPE.findall(body, 0, 200_000)) >= _FEW_ESCAPES:
        inner = _from_quoted(body)
        return inner if _is_utf8(inner) and not inner.isascii() else body
    return body


def _is_block(rows: list[bytes]) -> bool:
    return all(len(row) == len(rows[0]) for row in rows[:-1]) and all(_BASE64.fullmatch(row) for row in rows)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_garbage(data: bytes) -> bool:
    """Whether this is no text in any charset of letters."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:200].count(0) > 20:
        return False
    sample = data[:4_000]
    return len(_CONTROL.findall(sample)) * 20 > len(sample) > 0


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "quoted-printable": _from_quoted,
    "quotedprintable": _from_quoted,
    **dict.fromkeys(("x-uuencode", "uuencode", "x-uue", "uue"), lambda body: from_uuencode(body.splitlines())),
}
