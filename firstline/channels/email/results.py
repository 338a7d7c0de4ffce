"""Authentication-Results as data (RFC 8601): who says it, and what of which domain.

What a sender wrote stands in such a field as the server repeats it, so every quote, comment and semicolon counts. Only
what can be read in one way is read; all else is said to be malformed.
"""

import re
from dataclasses import dataclass, field

from firstline.channels.email.letter_data import LONGEST_RESULT
from firstline.kit.mailbox import normal_domain

_BLANK = " \t\r\n"
_VERSION = re.compile("[0-9]*")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?(?:[ \t]*/[ \t]*[0-9]+)?", re.IGNORECASE | re.ASCII)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_RAW = re.compile(r'[^\s;()"\\]*')
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_ODD = re.compile(r'[\s;()"\\@]')


class Malformed(Exception):
    """It can be read in more ways than one, or in none."""


@dataclass(frozen=True, slots=True)
class Result:
    """One method's word: `dkim=pass header.d=corp.example`, names and words in lower case."""

    method: str
    said: str
    domains: dict[str, str] = field(default_factory=dict)
    """Of what, by property: the domain of the whole address; empty where it is not one plain address or domain."""


def author_of(text: str) -> str:
    """The name under which the server writes; empty where none can be read."""
    try:
        name = _Reading(text).value()
        # No server removes what only looks like its name: in small letters the sign for kelvin is a k.
        return name.lower() if name.isascii() else ""
    except Malformed:
        return ""


def results_of(text: str) -> list[Result]:
    """What the field says, in its order. Raises Malformed."""
    if len(text) > LONGEST_RESULT:
        raise Malformed
    reading = _Reading(text)
    reading.value()  # who says it
    reading.take(_VERSION)
    reading.skip()
    found = []
    while not reading.is_over:
        reading.sign(";")
        if not reading.is_over and reading.next != ";":
            found += reading.result()
    return found


class _Reading:
    """A place in the text. Each step goes on, and none goes back."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self.skip()

    @property
    def is_over(self) -> bool:
        return self._at >= len(self._text)

    @property
    def next(self) -> str:
        return self._text[self._at : self._at + 1]

    def take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise Malformed
        self._at = found.end()
        return found

    def sign(self, sign: str) -> None:
        if self.next != sign:
            raise Malformed
        self._at += 1
        self.skip()

    def skip(self) -> None:
        """Go over blanks and comments."""
        while not self.is_over and self.next in _BLANK + "(":
            if self.next == "(":
                self._comment()
            else:
                self._at += 1

    def _comment(self) -> None:
        depth, quotes = 0, 0
        while not self.is_over:
            sign = self.next
            self._at += 2 if sign == "\\" else 1
            depth += (sign == "(") - (sign == ")")
            quotes += sign == '"'
            if depth == 0:
                # To RFC 5322 a quote means nothing in a comment, but here it may hold what seems to end the comment.
                if quotes % 2:
                    raise Malformed
                return
        raise Malformed

    def value(self) -> str:
        """A word or a quoted string; a word that only begins or ends with one keeps its quotes."""
        start = self._at
        if self.next == '"':
            quoted = self.take(_QUOTED)[1]
            if self.next in ("", ";", "(", *_BLANK):
                self.skip()
                return re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
            if self.next != "@":
                raise Malformed
        self.take(_RAW)
        said = self._text[start : self._at]
        if self.next not in ("", ";", "(", *_BLANK):
            raise Malformed
        self.skip()
        return said

    def pair(self) -> tuple[str, str]:
        name = self.take(_NAME)[0].partition("/")[0].strip().lower()
        self.skip()
        self.sign("=")
        return name, self.value()

    def result(self) -> list[Result]:
        """One method's word, or none where the server says that it looked at nothing."""
        before = self._at
        if self.take(_NAME)[0].lower() == "none":
            self.skip()
            if self.next in ("", ";"):
                return []
        self._at = before
        method, said = self.pair()
        domains: dict[str, str] = {}
        addresses = 0
        while self.next not in ("", ";"):
            name, value = self.pair()
            domain = _domain(value)
            addresses += "@" in value
            # Said twice, or beside a second address, it is no longer plain which of them the server meant.
            domains[name] = domain if domains.get(name, domain) == domain else ""
        if method in ("spf", "dkim") and addresses > 1:
            domains = dict.fromkeys(domains, "")
        return [Result(method, said.lower(), domains)]


def _domain(value: str) -> str:
    """The domain of an address or of itself; empty for what is neither, such as one with a quoted local part."""
    local, _at, domain = value.rpartition("@")
    domain = normal_domain(domain)
    return domain if _HOST.fullmatch(domain) and not _ODD.search(local) else ""
