"""What a letter says itself, apart from what it quotes and how it is signed.

Nothing is hidden on a guess. A letter that answers nothing quotes nothing old. In one that answers what we know, the
lines are old that stand there. In one that answers something else, all below a well-known attribution is, if the
writer's own words stand above it and nothing of theirs below.
"""

import re
from dataclasses import dataclass, replace

from firstline.kit.known import Known
from firstline.kit.quotes import REPLY_LINE, Head, head_at, is_answered, plain, points_below
from firstline.kit.signatures import is_card, is_footer, is_program_line

__all__ = ["REPLY_LINE", "Cut", "visible"]

# Nobody writes more lines by hand; behind them a letter is taken as it comes.
_LINES = 4_000
_SHOWN, _QUOTED, _SIGNED = "shown", "quoted", "signed"


@dataclass(frozen=True, slots=True)
class Cut:
    """A letter in three parts. `shown` is what its writer wrote now; the other two may be empty."""

    shown: str
    quoted: str = ""
    signature: str = ""


def visible(text: str, *, answers: bool, known: Known | None = None, writer: str = "") -> Cut:
    """The letter cut in three; all of it is shown when nothing else would be.

    `answers`: whether it answers another letter (one that passes a letter on does not). `known`: what was said there,
    if that is known. `writer`: their name and address.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", _LINES)
    lines, rest = lines[:_LINES], lines[_LINES:]
    marks = [_SHOWN] * len(lines)
    if answers:
        quote = _quote_in(lines)
        marks = _by_what_is_known(lines, quote, known) if known else _by_its_shape(lines, quote, writer)
    marks += [marks[-1] if rest and marks[-1] == _QUOTED and not known else _SHOWN] * len(rest)
    lines += rest
    _sign(lines, marks, writer)
    cut = Cut(
        shown=_joined(lines, marks, _SHOWN),
        quoted=_joined(lines, marks, _QUOTED),
        signature=_joined(lines, marks, _SIGNED),
    )
    return cut if cut.shown else Cut(shown=_tidy(lines))


@dataclass(slots=True)
class _Quote:
    """Where old words may stand: for each line the number of its part, or -1; by that number, what opens the part."""

    parts: list[int]
    heads: dict[int, Head]


def _quote_in(lines: list[str]) -> _Quote:
    quote = _Quote([-1] * len(lines), {})
    at = number = 0
    head: Head | None = None
    while at < len(lines):
        found = head_at(lines, at) if not lines[at].lstrip().startswith(">") or lines[at].startswith(">>>") else None
        if found is not None and found.forward:
            break
        if found is not None and (_is_marked(lines, found.end) or not found.loose):
            number += 1
            found = replace(found, start=_led_by(lines, at)) if found.ours else found
            head = quote.heads[number] = found
            if not found.led:
                quote.parts[found.start : found.end] = [number] * (found.end - found.start)
            if not _is_marked(lines, found.end):
                quote.parts[found.end :] = [number] * (len(lines) - found.end)
                break
            at = found.end
        elif lines[at].lstrip().startswith(">"):
            if head is None:
                number += 1
            quote.parts[at] = number
            if head is None and (inside := head_at([line.lstrip()[1:] for line in lines[at : at + 16]], 0)):
                quote.heads[number] = replace(inside, start=at, end=at + inside.end)
            head = quote.heads.get(number, Head(at, at))
            at += 1
        else:
            if plain(lines[at]):
                head = None
            at += 1
    return quote


def _by_what_is_known(lines: list[str], quote: _Quote, known: Known) -> list[str]:
    """Lines are old that stand in what is known; so is the opening of a part that holds some, or nothing else."""
    marks = [_SHOWN] * len(lines)
    places = [at for at, number in enumerate(quote.parts) if number >= 0]
    openings = {at for head in quote.heads.values() for at in range(head.start, head.end)}
    inner = _openings_within(lines, quote, openings)
    found = known.found([lines[at] if at not in openings and at not in inner else "" for at in places])
    old: dict[int, bool] = {}
    for at, is_known in zip(places, found, strict=True):
        if is_known is not None:
            old[quote.parts[at]] = old.get(quote.parts[at], False) or is_known
    for at, is_known in zip(places, found, strict=True):
        # What says nothing, and the sentences that open a quote, go with what they belong to.
        if is_known or (is_known is None and old.get(quote.parts[at], True)):
            marks[at] = _QUOTED
    return marks


def _openings_within(lines: list[str], quote: _Quote, openings: set[int]) -> set[int]:
    """Lines inside a part that open an older quote there, and lines that a program adds."""
    within: set[int] = set()
    bare = [line.lstrip(" >") for line in lines]
    for at, number in enumerate(quote.parts):
        if number < 0 or at in openings or at in within:
            continue
        if is_program_line(plain(bare[at])):
            within.add(at)
        elif (head := head_at(bare, at)) and not head.led:
            within.update(range(head.start, head.end))
    return within


def _by_its_shape(lines: list[str], quote: _Quote, writer: str) -> list[str]:
    """All below an attribution, if words of the writer's own stand above it, none below, and they point to none."""
    marks = [_SHOWN] * len(lines)
    first = next((number for number in quote.parts if number >= 0), -1)
    head = quote.heads.get(first)
    if head is None or head.start == head.end:
        return marks
    start = head.end if head.led else head.start
    said = [one for line in lines[: head.start] if (one := plain(line)) and not is_program_line(one)]
    if not (said or head.led) or (said and not head.led and _leads_to_more(said[-1])):
        return marks
    if points_below("\n".join(said[:40])):
        return marks
    end = max(at for at, number in enumerate(quote.parts) if number >= 0) + 1
    if any(number < 0 and plain(lines[at]) for at, number in enumerate(quote.parts[start:end], start)):
        return marks
    if not _only_signs(lines[end:], writer) or any(is_answered(line) for line in lines[head.end : end]):
        return marks
    marks[start:end] = [_QUOTED] * (end - start)
    marks[end:] = [_SIGNED if is_footer(plain(line)) else _SHOWN for line in lines[end:]]
    return marks


def _leads_to_more(line: str) -> bool:
    return line.endswith((":", "：")) and len(line) > 1


def _only_signs(lines: list[str], writer: str) -> bool:
    said = [plain(line) for line in lines]
    kept = [line for line in said if line and line != "--" and not (is_program_line(line) or is_footer(line))]
    return not kept or is_card(kept, writer=writer)


def _is_marked(lines: list[str], at: int) -> bool:
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


def _sign(lines: list[str], marks: list[str], writer: str) -> None:
    """Mark how each run of the writer's own words is signed: at its end, a card below dashes and programs' lines."""
    end = len(lines)
    while end > 0:
        if marks[end - 1] != _SHOWN:
            end -= 1
            continue
        start = end
        while start > 0 and marks[start - 1] == _SHOWN:
            start -= 1
        _sign_run(lines, marks, start, end, writer)
        end = start


def _sign_run(lines: list[str], marks: list[str], start: int, end: int, writer: str) -> None:
    at = end
    while at > start and (not plain(lines[at - 1]) or is_program_line(plain(lines[at - 1]))):
        at -= 1
    for i in range(at, end):
        if plain(lines[i]):
            marks[i] = _SIGNED
    for i in range(at - 1, max(start, at - 12) - 1, -1):
        if lines[i].startswith("--") and plain(lines[i]) == "--":
            if is_card([plain(line) for line in lines[i + 1 : at]], writer=writer):
                marks[i:at] = [_SIGNED] * (at - i)
            return


def _joined(lines: list[str], marks: list[str], wanted: str) -> str:
    return _tidy([line for line, mark in zip(lines, marks, strict=True) if mark == wanted])


def _tidy(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n")
