"""Lists of tags (RFC 6376, 3.2): what a signature, the record of its key and a domain's policy are written in.

Only what every program reads in one way is read: a sign that one of them takes for a blank and another for a letter, or
a tag that is there twice, would let its writer say two things at once.
"""

import re

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BLANKS = " \t\r\n"
_ODD = re.compile(r"[^ -~\t\r\n\x80-\U0010ffff]")


class Malformed(Exception):
    """It can be read in more ways than one, or in none. `str()` says why."""


def tags_of(text: bytes) -> dict[str, str]:
    """Each tag's value, without the blanks in it. Raises Malformed."""
    tags: dict[str, str] = {}
    for part in _parts(text):
        written, equals, value = part.partition("=")
        name = written.strip(_BLANKS)
        if not equals or not _NAME.fullmatch(name):
            raise Malformed(f"no tag: {name[:100]!r}")
        if name in tags:
            raise Malformed(f"a tag that is there twice: {name[:100]}")
        tags[name] = without_blanks(value)
    return tags


def without_blanks(value: str) -> str:
    """The value as it is meant, however it was folded."""
    return "".join(part for part in re.split("[ \t\r\n]", value) if part)


def text_of(written: bytes) -> str:
    """As text, of which no byte is lost."""
    return written.decode("utf-8", "surrogateescape")


def _parts(text: bytes) -> list[str]:
    said = text_of(text)
    if odd := _ODD.search(said):
        raise Malformed(f"a control character: {odd[0]!r}")
    *parts, last = said.split(";")
    return [*parts, last] if last.strip(_BLANKS) else parts
