"""DKIM: whether a letter bears a right signature of its sender's domain. The DNS is a function that is given.

What computes with the letter's bytes (`verifying`) does so in the process that reads letters, which may be killed.
"""

import re
import threading
import time
from collections.abc import Callable
from typing import Any

import dns.exception
import dns.name
import dns.resolver

from firstline.channels.email.ambiguity import head_of
from firstline.channels.email.domains import is_aligned, organisation
from firstline.channels.email.parser_sandbox import Died, readers
from firstline.channels.email.tags import Malformed, tags_of
from firstline.kit import frames
from firstline.kit.limits import limit
from firstline.kit.sandbox import TooMuch

SECONDS = 2.0
"""How long one question to the DNS may take."""
CPU_SECONDS = limit(
    5.0,
    "seconds",
    of="computing while an email's signatures are checked",
    per="email",
    said="They count as not checked.",
)
"""An ordinary letter takes a few thousandths of a second; one of 20 MB about two."""
_SILENCE = 60.0
_REMEMBERED = 10_000
_ROOM = 1024 * 1024
_POLICY = re.compile(rb"\s*v\s*=\s*DMARC1", re.IGNORECASE)
_RECORD = re.compile(rb"\s*v\s*=\s*(?:DMARC1|DKIM1)", re.IGNORECASE)

_ODD = (dns.exception.DNSException, ValueError, LookupError, TypeError)
"""What dnspython raises over names that are none."""

Txt = Callable[..., bytes | None]
"""The TXT record of a name (bytes or text), or None: `txt(name, timeout=5)`."""


class Silent(Exception):
    """The DNS does not answer."""


class Unchecked(Exception):
    """The signature would take more to check than it may. `str()` says what."""


class Wrong(Exception):
    """The domain's signature does not fit the letter. `str()` says more."""


def signer_of(raw: bytes, domain: str, *, txt: Txt) -> str:
    """The domain, one with `domain`, whose signature is right; an empty string when there is none to be checked.

    Raises Wrong for one that does not fit, Unchecked for one that would take too long, and Silent.
    """
    usable = [each for each in _apart("signatures", [head_of(raw)])["signatures"] if is_aligned(domain, each["domain"])]
    try:
        strict = bool(usable) and _is_strict(domain, txt)
    except _ODD as error:
        raise Wrong(_said(error)) from error
    usable = [each for each in usable if is_aligned(domain, each["domain"], strict=strict)]
    signers: dict[int, str] = {each["number"]: each["domain"] for each in usable}
    wrong: dict[int, str] = {each["number"]: each["wrong"] for each in usable if "wrong" in each}
    unchecked: dict[int, str] = {each["number"]: each["unchecked"] for each in usable if "unchecked" in each}
    silent: Silent | None = None
    records: dict[int, bytes] = {}
    for number, name in [(each["number"], each["name"]) for each in usable if "name" in each]:
        try:
            records[number] = txt(name, timeout=SECONDS) or b""
        except Silent as error:
            silent = error
            break  # each further question might take as long
        except _ODD as error:
            wrong[number] = _said(error)
    if records:
        found = _apart("verify", [raw, *records.values()], numbers=list(records))
        if "right" in found:
            return signers[found["right"]]
        wrong |= {int(number): why for number, why in found["wrong"].items()}
        unchecked |= {int(number): why for number, why in found["unchecked"].items()}
    if silent:
        raise silent
    if unchecked:
        raise Unchecked(unchecked[min(unchecked)])
    if wrong:
        first = min(wrong)
        raise Wrong(wrong[first] or f"d={signers[first]}")
    return ""


def _apart(task: str, blobs: list[bytes], **more: Any) -> dict[str, Any]:
    """What the process that reads letters answers. Raises Unchecked, and Wrong for a letter that has no head."""
    question = frames.Frame({"task": task, "seconds": CPU_SECONDS, **more}, blobs)
    try:
        head = readers.asked(question, most=_ROOM).head
    except TooMuch as error:
        raise Unchecked(f"more {error.what} than it may take") from None
    except Died as error:
        raise Unchecked(str(error)) from error
    if "malformed" in head:
        raise Wrong(head["malformed"])
    if "unreadable" in head or "failed" in head:
        raise Unchecked(head.get("failed") or f"more {head['unreadable']} than it may take")
    return head


_silent_until: dict[str, float] = {}
"""Names for which nobody answered; an empty one where nobody answers at all."""
_remembering = threading.Lock()


def ask(name: Any, timeout: float = SECONDS) -> bytes | None:
    """A TXT record from the DNS. A name for which nobody answers is left in peace for a minute. Raises Silent."""
    name = name.decode("ascii", "replace") if isinstance(name, bytes) else name
    key = name.rstrip(".").lower()
    if time.monotonic() < max(_silent_until.get(key, 0.0), _silent_until.get("", 0.0)):
        raise Silent
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=min(timeout, SECONDS), raise_on_no_answer=False)
    except (dns.resolver.NXDOMAIN, dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong):
        return None
    except (dns.resolver.NoNameservers, dns.exception.Timeout):
        # Whose servers fail or keep silent is a matter of that name: a stranger chooses it.
        _remember(key)
        raise Silent from None
    except (dns.resolver.NoResolverConfiguration, OSError):
        _remember("")
        raise Silent from None
    texts = [b"".join(record.strings) for record in answer] if answer.rrset else []
    # A name may have other texts as well, in any order: the one that says its version is meant.
    return next((text for text in texts if _RECORD.match(text)), texts[0] if texts else None)


def _remember(key: str) -> None:
    with _remembering:
        while len(_silent_until) >= _REMEMBERED:
            del _silent_until[next(iter(_silent_until))]
        _silent_until[key] = time.monotonic() + _SILENCE


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _is_strict(domain: str, txt: Txt) -> bool:
    """Whether the domain's DMARC record wants its own name in the signature, and no relative's. One that can be read in
    two ways is taken for the stricter."""
    for host in dict.fromkeys((domain, organisation(domain))):
        record = txt(f"_dmarc.{host}") or b""
        try:
            tags = tags_of(record)
        except Malformed:
            if _POLICY.match(record):
                return True
            continue
        if tags.get("v", "").upper() == "DMARC1":
            return tags.get("adkim", "r").lower() == "s"
    return False
