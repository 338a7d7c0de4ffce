"""Whether the address in From is really the sender's: by our own mail server's word, or by its signature (DKIM).

DMARC's own rule holds: what was proved must belong to the same organisation as From. SPF counts only by the word of
our mail server, which alone knows who connected to it.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_noop

from firstline.channels import proof
from firstline.channels.email.ambiguity import is_ambiguous
from firstline.channels.email.domains import is_aligned
from firstline.channels.email.results import Malformed, Result, author_of, results_of
from firstline.channels.proof import FAIL, NONE, PASS
from firstline.kit.mailbox import normal_domain
from firstline.tickets.models import Message

if TYPE_CHECKING:
    from firstline.channels.email.seals import Txt

OUR_SERVER = gettext_noop("Our mail server proved the sender.")
SIGNATURE = gettext_noop("The signature of the sender's domain is right.")
UNPROVED = gettext_noop("Our mail server could not prove the sender.")
REFUSED = gettext_noop("Our mail server found that the sender's proof fails.")
UNSIGNED = gettext_noop("The letter bears no signature of the sender's domain.")
BROKEN = gettext_noop("The signature of the sender's domain is wrong.")
UNCHECKED = gettext_noop("Checking the signature of the sender's domain would have taken too much.")
UNKNOWN = gettext_noop("The sender's domain could not be asked.")
ODD = gettext_noop("The sender is not written as one plain address.")
BELOW_DAMAGE = gettext_noop("The sender stands below a damaged place in the email's header, so nothing proves it.")
AMBIGUOUS = gettext_noop("The email's header can be read in more ways than one, so nothing proves the sender.")
BY_FORM = gettext_noop("A web form wrote it for them; who they are, it says, and nothing proves it.")
STRANGER = gettext_noop("The sender was not known before.")

_FAILED = re.compile(r"\bdmarc\s{0,9}=\s{0,9}fail\b", re.IGNORECASE)
_WHOSE = {"dmarc": ("header.from",), "dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}


class Proof(proof.Proof):
    __slots__ = ()

    @property
    def of_message(self) -> str:
        if self.passed:
            return Message.Proof.DKIM if self.why == SIGNATURE else Message.Proof.SERVER
        return super().of_message


def prove(raw: bytes, *, address: str, results: tuple[str, ...], txt: "Txt | None" = None) -> Proof:
    """Whether the letter comes from the domain of `address`. `results`: its Authentication-Results, topmost first."""
    domain = normal_domain(address.rpartition("@")[2])
    by_ours = _by_ours(results)
    found = _found(raw, domain, by_ours, txt)
    if found.result == FAIL or not is_ambiguous(raw):
        return found
    # Nothing proves it; but what our server refused stays so, for nobody is to gain by spoiling a head.
    said = (_believed(result, domain) for result in by_ours)
    return next((each for each in said if each.result == FAIL), Proof(NONE, AMBIGUOUS) if found.passed else found)


def said_by_ours(results: Sequence[str], *, address: str) -> Proof | None:
    """What our mail server says of it; None where it says nothing."""
    by_ours = _by_ours(results)
    return _believed(by_ours[0], normal_domain(address.rpartition("@")[2])) if by_ours else None


def _by_ours(results: Sequence[str]) -> list[str]:
    ours = settings.CONFIG.mail_authserv.lower()
    return [result for result in results if ours and author_of(result) == ours]


def _found(raw: bytes, domain: str, by_ours: list[str], txt: "Txt | None") -> Proof:
    # Only the topmost header with our server's name counts: that one it wrote last.
    if by_ours:
        return _believed(by_ours[0], domain)
    if not settings.CONFIG.mail_dkim:
        return Proof(NONE, UNPROVED if settings.CONFIG.mail_authserv else UNSIGNED)
    if b"dkim-signature" not in raw[: 256 * 1024].lower():
        return Proof(NONE, UNSIGNED)
    return _checked(raw, domain, txt)


def _believed(text: str, domain: str) -> Proof:
    detail = " ".join(text.split())[:500]
    try:
        results = results_of(text)
    except Malformed:
        # It proves nothing, but whoever cannot prove themselves gains nothing by spoiling it.
        return Proof(FAIL, REFUSED, detail) if _FAILED.search(text) else Proof(NONE, UNPROVED, detail)
    found: dict[str, list[str]] = {name: [] for name in _WHOSE}
    for result in results:
        if result.method in found:
            found[result.method].append(_word(result, domain))
    dmarc = {*found["dmarc"]}
    # Where the domain has a policy, DMARC's word is the last; of several signatures one that is right is enough.
    words = dmarc & {PASS, FAIL} or {*found["dkim"], *found["spf"]}
    # A server says it once: a second word is somebody else's.
    if PASS in words and FAIL not in dmarc and len(found["dmarc"]) <= 1:
        return Proof(PASS, OUR_SERVER, detail)
    return Proof(FAIL, REFUSED, detail) if FAIL in words else Proof(NONE, UNPROVED, detail)


def _word(result: Result, domain: str) -> str:
    """Pass or fail, where that is said of this domain; what is said of another one says nothing of this sender."""
    whose = [result.domains[name] for name in _WHOSE[result.method] if name in result.domains]
    if whose and all(is_aligned(domain, each) for each in whose):
        return result.said
    if result.method == "dmarc" and any(whose):
        return FAIL  # the server and we read different senders out of one letter
    return FAIL if result.said == FAIL and (result.method == "dmarc" or not whose) else NONE


def _checked(raw: bytes, domain: str, txt: "Txt | None") -> Proof:
    from firstline.channels.email import seals  # slow to import, and many letters bear no signature

    try:
        signer = seals.signer_of(raw, domain, txt=txt or seals.ask)
    except seals.Silent:
        return Proof(NONE, UNKNOWN)
    except seals.Unchecked as error:
        return Proof(NONE, UNCHECKED, str(error)[:500])
    except seals.Wrong as error:
        return Proof(FAIL, BROKEN, str(error)[:500])
    return Proof(PASS, SIGNATURE, f"d={signer}") if signer else Proof(NONE, UNSIGNED)
