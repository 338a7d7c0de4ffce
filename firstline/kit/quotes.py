"""Where a letter begins to quote another: the lines that say so, and what its writer says about answers below."""

import re
from dataclasses import dataclass

from firstline.kit.attributions import (
    LONGEST,
    is_attribution,
    is_certain,
    is_forward,
    is_name_wrote,
    is_separator,
    may_start,
    stands_alone,
)
from firstline.kit.headblocks import block_end, field_of, fields_from

# The line above which our own letters ask people to write. Both halves are recognised alone.
REPLY_LINE = "—— Write your answer above this line · 请在此行上方回复 ——"
_REPLY_HALVES = ("Write your answer above this line", "请在此行上方回复")

_RULE = re.compile(r"^\s{0,3}[-_=*—]{5,200}\s*$")
_BELOW = re.compile(
    r"\b(?:see|find|answer(?:s|ed)?|repl(?:y|ies|ied)|comment(?:s|ed)?|responses?|responded|notes?|questions?)\b"
    r".{0,40}\b(?:below|inline|in-line|in line|in the text|in (?:red|blue|green|bold|caps|capitals))\b"
    r"|\b(?:inline|in-line|interspersed)\b|\bsee below\b"
    r"|见下文|见下方|见下面|如下|下面(?:回复|回答|答复)|红字|红色|蓝字|蓝色|绿色|加粗|行内|逐条|原文中|引用中"
    r"|\bsiehe unten\b|\bim text\b|\bin (?:rot|blau)\b|\bci-dessous\b|\bdans le texte\b|\ben (?:rouge|bleu|rojo|azul)\b"
    r"|\babajo\b|\babaixo\b|\bin (?:rosso|blu)\b|\bqui sotto\b|\bhieronder\b|\bnedan\b|\bnedenfor\b|\bponiżej\b"
    r"|\bниже\b|以下の通り|下記|文中|아래",
    re.IGNORECASE,
)
# How people mark an answer that they type into what they quote.
_ANSWERED = re.compile(
    r"^[\s>|]{0,20}(?:\[[^\[\]@:]{1,30}\]\s{0,3}\S|(?:answers?|ans|a|reply|antwort|réponse|respuesta|risposta|resposta)\s?\d{0,2}\s?[:：]"
    r"|答\s?\d{0,2}\s?[:：]|回[复答]\s?[:：]|[-=]{1,3}>\s?\w|→|\*{2,3}\s?\w|#{2,}\s?\w|<<\s?\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Head:
    """The lines, `start` to `end` (exclusive), that open a quote.

    A `forward` opens one to keep. `led` means that words of the letter stand in its first line. `loose` ones count only
    above marked lines.
    """

    start: int
    end: int
    forward: bool = False
    ours: bool = False
    led: bool = False
    loose: bool = False


def head_at(lines: list[str], at: int) -> Head | None:
    """The opening of a quote at this line, or None. Looks a few lines ahead, never further."""
    line = plain(lines[at])
    if not line or len(line) > LONGEST:
        return None
    if any(half in line for half in _REPLY_HALVES):
        return Head(at, at + 1, ours=True)
    if is_forward(line):
        return Head(at, at + 1, forward=True)
    if is_separator(line):
        return Head(at, _after_headers(lines, at + 1))
    if _RULE.match(line):
        below = _next_said(lines, at + 1)
        end = block_end(_bare(lines, below), 0) if below is not None and below <= at + 3 else 0
        return Head(at, below + end) if below is not None and end else None
    if found := _attribution(lines, at):
        return found
    end = block_end(_bare(lines, at), 0)
    return Head(at, at + end) if end else None


def sender_in(lines: list[str], head: Head) -> tuple[str, int]:
    """What stands behind From in the head, or in the lines that follow it; and where its words begin."""
    start = head.start if field_of(plain(lines[head.start])) else _next_said(lines, head.start + 1)
    if start is None or not field_of(plain(lines[start])):
        return "", head.end
    for i in range(start, min(start + 6, len(lines))):
        line = plain(lines[i])
        if field_of(line) == "from":
            said = re.split("[:：|]", line.lstrip("|"), maxsplit=1)[1]
            following = plain(lines[i + 1]) if i + 1 < len(lines) else ""
            wraps = "@" not in said and "@" in following and not field_of(following)
            end = start + fields_from(_bare(lines, start), 0)[0]
            return f"{said} {following}" if wraps else said, max(head.end, end)
    return "", head.end


def points_below(text: str) -> bool:
    """Whether the writer says that the answer stands inside the quote."""
    return _BELOW.search(text[:2_000]) is not None


def is_answered(line: str) -> bool:
    """Whether somebody typed this line into a quote, by the marks that people use for it."""
    return _ANSWERED.match(line[:LONGEST]) is not None


def plain(line: str) -> str:
    """The line without the stray spaces and invisible characters that mail programs put around words."""
    return line.replace("\xa0", " ").strip(" \t\r\u200b\ufeff\u200e\u200f\u3000")


def _bare(lines: list[str], at: int) -> list[str]:
    return [plain(line[: LONGEST * 5 + 1]) for line in lines[at : at + 15]]


def _attribution(lines: list[str], at: int) -> Head | None:
    """The sentence `On … wrote:` that starts in this line and ends in one of the next."""
    first = plain(lines[at])
    if is_name_wrote(first) and _is_quoted_next(lines, at + 1):
        return Head(at, at + 1, led=is_attribution(first) and not stands_alone(first))
    said = ""
    for end in range(at, min(at + 4, len(lines))):
        line = plain(lines[end])
        if not line or line.startswith(">") or len(line) > LONGEST:
            return None
        said = f"{said} {line}".strip()
        if line.endswith((":", "：")):
            if not is_attribution(said):
                return None
            return Head(at, end + 1, led=not stands_alone(said), loose=not is_certain(said))
        if not may_start(first):
            return None
    return None


def _is_quoted_next(lines: list[str], at: int) -> bool:
    said = _next_said(lines, at)
    return said is not None and plain(lines[said]).startswith(">")


def _after_headers(lines: list[str], at: int) -> int:
    said = _next_said(lines, at)
    if said is None or said > at + 3:
        return at
    if field_of(plain(lines[said])):
        return said + fields_from(_bare(lines, said), 0)[0]
    found = _attribution(lines, said)
    return found.end if found and not found.led else at


def _next_said(lines: list[str], at: int) -> int | None:
    for i in range(at, min(at + 6, len(lines))):
        if plain(lines[i]):
            return i
    return None
