"""What a letter says itself, apart from what it quotes and how it is signed."""

import re

from firstline.kit.mailhtml import visible_html
from firstline.kit.quotes import REPLY_LINE, Cut, head_at, is_signature_line, plain, points_below

__all__ = ["REPLY_LINE", "Cut", "visible", "visible_html"]

# Nobody writes more lines by hand; behind them a letter is taken as it comes.
_LINES = 4_000
_SIGNATURE_LINES = 12
_STRICT_SIGNATURE_LINES = 40

_SHOWN, _QUOTED, _SIGNED = "shown", "quoted", "signed"


def visible(text: str) -> Cut:
    """The letter cut in three. Answers between or below quoted lines stay in `shown`.

    `shown` is empty only when the letter holds nothing but marked quotes and a mail program's own line.
    When the parts cannot be told apart (an answer below a quote without marks, or "see my answers below"),
    the whole letter is shown.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", _LINES)
    lines, rest = lines[:_LINES], lines[_LINES:]
    marks, open_end = _quotes_marked(lines)
    _sign(lines, marks)
    marks += [_QUOTED if open_end else _SHOWN] * len(rest)
    lines += rest
    cut = Cut(
        shown=_joined(lines, marks, _SHOWN),
        quoted=_joined(lines, marks, _QUOTED),
        signature=_joined(lines, marks, _SIGNED),
    )
    return cut if _is_plausible(cut, open_end) else Cut(shown=_tidy(lines))


def _is_plausible(cut: Cut, open_end: bool) -> bool:
    if points_below(cut.shown) and cut.quoted:
        return False
    if cut.shown:
        return True
    signed_by_hand = any(plain(line) and not is_signature_line(line) for line in cut.signature.split("\n"))
    return not open_end and not signed_by_hand


def _quotes_marked(lines: list[str]) -> tuple[list[str], bool]:
    """A mark for each line, and whether a quote without marks ran to the end of the letter."""
    marks = [_SHOWN] * len(lines)
    at = 0
    while at < len(lines):
        if lines[at].lstrip().startswith(">"):
            marks[at] = _QUOTED
            at += 1
            continue
        head = head_at(lines, at)
        if head is None:
            at += 1
            continue
        if head.forward:
            break
        start = _led_by(lines, at) if head.ours else at
        if not _is_marked_quote(lines, head.end):
            marks[start:] = [_QUOTED] * (len(lines) - start)
            return marks, True
        marks[start : head.end] = [_QUOTED] * (head.end - start)
        at = head.end
    return marks, False


def _is_marked_quote(lines: list[str], at: int) -> bool:
    for line in lines[at : at + 6]:
        if plain(line):
            return line.lstrip().startswith(">")
    return False


def _led_by(lines: list[str], at: int) -> int:
    """Our own line cuts for certain; a sentence right above it that ends in a colon led to the quote."""
    for i in range(at - 1, max(at - 4, -1), -1):
        line = plain(lines[i])
        if line:
            leads = line.endswith((":", "：")) and ("@" in line or any(char.isdigit() for char in line))
            return i if leads else at
    return at


def _sign(lines: list[str], marks: list[str]) -> None:
    at = 0
    while at < len(lines):
        if marks[at] == _SHOWN:
            end = at
            while end < len(lines) and marks[end] == _SHOWN:
                end += 1
            _sign_run(lines, marks, at, end)
            at = end
        else:
            at += 1


def _sign_run(lines: list[str], marks: list[str], start: int, end: int) -> None:
    for i in range(start, end):
        line = lines[i]
        if line.startswith("--") and plain(line) == "--":
            most = _STRICT_SIGNATURE_LINES if line == "-- " else _SIGNATURE_LINES
            if end - i <= most:
                marks[i:end] = [_SIGNED] * (end - i)
                return
        elif is_signature_line(line):
            marks[i] = _SIGNED


def _joined(lines: list[str], marks: list[str], wanted: str) -> str:
    return _tidy([line for line, mark in zip(lines, marks, strict=True) if mark == wanted])


def _tidy(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n")
