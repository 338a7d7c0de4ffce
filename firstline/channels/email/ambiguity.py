"""Heads that programs read in different ways. A mail server that says who is proved, the library that checks signatures
and we ourselves must have seen the same fields; else what was proved is that of another email.

It takes nothing from an email: its words are read as they are, only nothing proves whose they are.
"""

import re

from firstline.channels.email.head import split_headers, without_preface
from firstline.channels.email.limits import Limits, Unreadable

_HEAD_ENDS = re.compile(rb"(?:\A|\n)\r?\n")
# What ends a line, or the head, to some programs only.
_ODD = re.compile(rb"\r(?!\n)|[\x00\x0b\x0c\x1c-\x1e]")
_ODD_IN_TEXT = re.compile("[\x85\u2028\u2029]")
# Neither with a blank before the colon, nor a row of blanks alone, which some take for the end of the head.
_FIELD = re.compile(rb"([!-9;-~]+):(.*)", re.DOTALL)
_FOLDED = re.compile(rb"[ \t]+[^ \t\r]")
# What a mail server's pipe writes on top.
_MAILBOX = re.compile(rb"From [^:\s]+ [^\r]*")
# Of these some programs take the first, others the last: a signature is of the last.
_ONCE = frozenset(
    b"""
    from sender reply-to to cc subject message-id in-reply-to references content-type content-transfer-encoding
    """.decode().split()
)


def head_of(raw: bytes) -> bytes:
    """All until the first empty line, and with it."""
    end = _HEAD_ENDS.search(raw)
    return raw[: end.end()] if end else raw


def is_ambiguous(raw: bytes) -> bool:
    """Whether programs may read different fields out of this email, or different words below them."""
    head = head_of(raw)
    if len(head) > Limits().header or _ODD.search(head) or _ODD_IN_TEXT.search(head.decode("utf-8", "replace")):
        return True
    if head.count(b"\r\n") not in (0, head.count(b"\n")):
        return True
    fields = _fields(head)
    if fields is None:
        return True
    single = [name for name, _value in fields if name in _ONCE]
    return len(single) > len(set(single)) or not _is_read_so(raw, fields, len(head))


def _fields(head: bytes) -> list[tuple[str, bytes]] | None:
    """Its fields in the strictest reading; None where that reads none."""
    fields: list[tuple[str, list[bytes]]] = []
    for number, row in enumerate(head.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")):
        if found := _FIELD.fullmatch(row):
            fields.append((found[1].decode("ascii").lower(), [found[2]]))
        elif fields and _FOLDED.match(row):
            fields[-1][1].append(row)
        elif row and not (number == 0 and _MAILBOX.fullmatch(row)):
            return None
    return [(name, b" ".join(row.strip() for row in rows)) for name, rows in fields]


def _is_read_so(raw: bytes, fields: list[tuple[str, bytes]], end: int) -> bool:
    try:
        headers, body = split_headers(without_preface(raw), before_words=True)
    except Unreadable:
        return False
    return headers.fields == tuple(fields) and len(raw) - len(body) == end
