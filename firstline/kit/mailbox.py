"""Which mailbox an address leads to, so that its many spellings are counted as one."""

import unicodedata
from contextlib import suppress

import idna

_WITHOUT_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
"""Where dots in an address mean nothing, and under which name it is known."""


def mailbox_of(address: str) -> str:
    """A key, not an address to write to: without letter case, quotes, what follows a +, and other ways to spell a
    domain. Anna+1@desk.example and "anna"@DESK.example are one mailbox."""
    local, _at, domain = unicodedata.normalize("NFKC", address).strip().casefold().rpartition("@")
    domain = domain.rstrip(".")
    with suppress(idna.IDNAError):
        domain = idna.encode(domain, uts46=True).decode()
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = local[1:-1].replace("\\", "")
    local = local.partition("+")[0] or local
    if domain in _WITHOUT_DOTS:
        local, domain = local.replace(".", ""), _WITHOUT_DOTS[domain]
    return f"{local}@{domain}"
