"""DKIM: whether a letter bears a right signature of its sender's domain. The DNS is a function that is given."""

import time
from collections.abc import Callable
from typing import Any

import dkim
import dns.exception
import dns.name
import dns.resolver

from firstline.channels.email.domains import is_aligned, organisation
from firstline.kit.limits import limit

SECONDS = 2.0
"""How long one question to the DNS may take."""
_SILENCE = 60.0
_MOST_SIGNATURES = limit(3, "signatures", of="signatures that are checked", per="email", said="Those above count.")

_ODD = (dkim.DKIMException, dns.exception.DNSException, ValueError, LookupError, TypeError)
"""What dkimpy raises over signatures and records that are not as they should be."""

Txt = Callable[..., bytes | None]
"""The TXT record of a name (bytes or text), or None: `txt(name, timeout=5)`."""


class Silent(Exception):
    """The DNS does not answer."""


class Wrong(Exception):
    """The domain's signature does not fit the letter. `str()` says more."""


def signer_of(raw: bytes, domain: str, *, txt: Txt) -> str:
    """The domain, one with `domain`, whose signature is right; an empty string when there is none to be checked.

    Raises Wrong for one that does not fit, and Silent.
    """
    try:
        message = dkim.DKIM(raw, minkey=1024)
        found = [_tags(value) for name, value in message.headers if name.lower() == b"dkim-signature"]
        # A signature over the first bytes only says nothing about what somebody wrote below them.
        usable = [
            (number, tags["d"])
            for number, tags in enumerate(found[:_MOST_SIGNATURES])
            if "l" not in tags and is_aligned(domain, tags.get("d", ""))
        ]
        strict = bool(usable) and _is_strict(domain, txt)
    except _ODD as error:
        raise Wrong(_said(error)) from error
    wrong: list[str] = []
    for number, signer in usable:
        if not is_aligned(domain, signer, strict=strict):
            continue
        # Of several one that is right is enough, whatever is wrong with those above it.
        try:
            if message.verify(idx=number, dnsfunc=txt):
                return signer
            wrong.append(f"d={signer}")
        except _ODD as error:
            wrong.append(_said(error))
    if wrong:
        raise Wrong(wrong[0])
    return ""


_silent_until = 0.0


def ask(name: Any, timeout: float = SECONDS) -> bytes | None:
    """A TXT record from the DNS. Where that does not answer, it is left in peace for a minute. Raises Silent."""
    global _silent_until
    if time.monotonic() < _silent_until:
        raise Silent
    name = name.decode("ascii", "replace") if isinstance(name, bytes) else name
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=min(timeout, SECONDS), raise_on_no_answer=False)
    except (dns.resolver.NXDOMAIN, dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong):
        return None
    except (dns.resolver.NoNameservers, dns.resolver.NoResolverConfiguration, dns.exception.Timeout, OSError):
        _silent_until = time.monotonic() + _SILENCE
        raise Silent from None
    return b"".join(answer[0].strings) if answer.rrset else None


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _tags(record: bytes) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.decode("ascii", "replace").split(";"))
    return {name.strip(): "".join(value.split()) for name, _equals, value in pairs if name.strip()}


def _is_strict(domain: str, txt: Txt) -> bool:
    """Whether the domain's DMARC record wants its own name in the signature, and no relative's."""
    for host in dict.fromkeys((domain, organisation(domain))):
        tags = _tags(txt(f"_dmarc.{host}") or b"")
        if tags.get("v", "").upper() == "DMARC1":
            return tags.get("adkim", "r").lower() == "s"
    return False
