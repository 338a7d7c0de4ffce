"""Files that stand among the words of a plain text, as programs wrote them before MIME: uuencode, yEnc, BinHex."""

import re

from firstline.channels.email.headers import file_name, line
from firstline.channels.email.limits import MOST_FILES
from firstline.channels.email.transfer import from_uuencode
from firstline.kit.limits import limit

_BEGINS = re.compile(
    rb"^(?:begin [0-7]{3,4} (?P<uu>[^\r\n]{1,300})|=ybegin (?P<yenc>[^\r\n]{1,500})"
    rb"|\(This file must be converted with BinHex[^\r\n]{0,40})\r?$",
    re.MULTILINE,
)
_NAMED = re.compile(rb"\bname=([^\r\n]{1,300})")
_UNESCAPED = bytes((byte - 42) % 256 for byte in range(256))
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)
_LONGEST_BINHEX = limit(1_000_000, "bytes", of="a file in BinHex", per="file", said="It stays in the text.")

File = tuple[str, bytes]


def taken_out(content: bytes, *, most: int = MOST_FILES) -> tuple[bytes, list[File], bool]:
    """The text without such files, the files, `most` at most, and whether these are all; the rest stays in the text, as
    does what only looks like one."""
    files: list[File] = []
    out, at, is_all = [], 0, True
    last_yend = content.rfind(b"\n=yend")
    for begin in _BEGINS.finditer(content):
        if begin.start() < at or (begin["yenc"] and begin.end() > last_yend):
            continue
        found = _file(content, begin)
        if found is None:
            continue
        if len(files) >= most:
            is_all = False
            break
        name, data, end = found
        out.append(content[at : begin.start()])
        files.append((name, data))
        at = end
    out.append(content[at:])
    return b"".join(out), files, is_all


def _file(content: bytes, begin: re.Match[bytes]) -> tuple[str, bytes, int] | None:
    if begin["uu"] is not None:
        return _uu(content, begin)
    return _yenc(content, begin) if begin["yenc"] is not None else _binhex(content, begin)


def _uu(content: bytes, begin: re.Match[bytes]) -> tuple[str, bytes, int] | None:
    rows, at = [], begin.end() + 1
    while at < len(content):
        newline = content.find(b"\n", at)
        after = len(content) if newline < 0 else newline + 1
        row = content[at:after].rstrip(b"\r\n")
        if row.strip() in (b"end", b"`", b""):
            at = after
            if row.strip() == b"end":
                break
            continue
        if not _is_uu(row):
            break
        rows.append(row)
        at = after
    data = from_uuencode(rows)
    return (file_name(line(begin["uu"])) or "attachment", data, at) if data else None


def _is_uu(row: bytes) -> bool:
    """Whether the row is as long as its first character says, give or take what programs add or leave out."""
    if not all(32 <= byte <= 96 for byte in row):
        return False
    needed = (((row[0] - 32) & 63) + 2) // 3 * 4
    return needed > 0 and needed - 3 <= len(row) - 1 <= needed + 3


def _yenc(content: bytes, begin: re.Match[bytes]) -> tuple[str, bytes, int] | None:
    end = content.find(b"\n=yend", begin.end())
    newline = content.find(b"\n", end + 1)
    inner = content[begin.end() : end].lstrip(b"\r\n")
    if inner.startswith(b"=ypart"):
        inner = inner.partition(b"\n")[2]
    inner = inner.translate(None, b"\r\n")
    data = _ESCAPED.sub(lambda found: bytes([(found[1][0] - 64) % 256]), inner).translate(_UNESCAPED)
    named = _NAMED.search(begin["yenc"])
    name = file_name(line(named[1].strip())) if named else ""
    return name or "attachment", data, len(content) if newline < 0 else newline + 1


def _binhex(content: bytes, begin: re.Match[bytes]) -> tuple[str, bytes, int] | None:
    """Kept as it is: few programs but old Macs read it."""
    start = content.find(b":", begin.end(), begin.end() + 200)
    end = content.find(b":", start + 1, start + _LONGEST_BINHEX) if start >= 0 else -1
    if end < 0 or content[begin.end() : start].strip():
        return None
    return "attachment.hqx", content[begin.start() : end + 1] + b"\n", end + 1
