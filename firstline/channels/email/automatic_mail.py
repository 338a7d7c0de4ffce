"""Letters that machines write: what must never be answered by another machine."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from firstline.channels.email.absences import is_titled, suppresses
from firstline.channels.email.addresses import Sender
from firstline.channels.email.bounces import is_postman
from firstline.channels.email.bouncewords import POSTMAN
from firstline.channels.email.headers import Headers, line, message_ids
from firstline.channels.email.mime import Part
from firstline.channels.email.redirects import is_redirected

_MAILER = re.compile(r"^(?:no-?_?reply|do-?_?not-?_?reply|noresponse)(?:[+._-].*)?$")
_POSTMASTER = re.compile(r"^post-?master$")
# As notices.models.new_letter_id writes them.
_OWN_SHAPE = re.compile(r"^<[A-Z][A-Z0-9]{1,7}-\d{1,18}\.[0-9a-f]{20}@")


@dataclass(frozen=True, slots=True)
class _Facts:
    headers: Headers
    sender: Sender
    null_sender: bool
    own_hosts: frozenset[str]
    report: bool
    text: str


# The first row that is true says why a letter must never be answered by a machine.
_REASONS: tuple[tuple[str, Callable[[_Facts], bool]], ...] = (
    ("own-loop", lambda facts: _is_own(facts)),
    ("auto-submitted", lambda facts: facts.headers.raw("x-firstline-loop") is not None),
    ("auto-submitted", lambda facts: _is_submitted_by_itself(facts)),
    (
        "auto-submitted",
        lambda facts: any(facts.headers.raw(name) is not None for name in ("x-autoreply", "x-autorespond")),
    ),
    ("null-sender", lambda facts: facts.null_sender),
    ("mailer-daemon", lambda facts: _is_mailer(facts.sender)),
    ("report", lambda facts: facts.report),
    ("away-subject", lambda facts: is_titled(facts.headers, text=facts.text)),
    ("called-postman", lambda facts: is_postman(facts.sender)),
    ("precedence", lambda facts: _said(facts, "precedence", {"bulk", "list", "junk", "auto_reply"}.__contains__)),
    ("list", lambda facts: any(facts.headers.raw(name) is not None for name in ("list-id", "list-unsubscribe"))),
    ("suppress", lambda facts: suppresses(facts.headers)),
)


def why_automatic(
    root: Part, *, sender: Sender, null_sender: bool, own_hosts: frozenset[str], text: str = ""
) -> str | None:
    """Why the letter must never be answered automatically, or None for a letter that a person wrote."""
    facts = _Facts(root.headers, sender, null_sender, own_hosts, root.type == "multipart/report", text)
    return next((reason for reason, applies in _REASONS if applies(facts)), None)


def _is_submitted_by_itself(facts: _Facts) -> bool:
    said = _said(facts, "auto-submitted", lambda value: value != "no")
    return said and not is_redirected(facts.headers, sender=facts.sender, text=facts.text)


def _is_mailer(sender: Sender) -> bool:
    """By its address. As somebody's name, and as postmaster, people write as well."""
    local = sender.address.partition("@")[0]
    if _MAILER.match(local):
        return True
    return POSTMAN.match(local) is not None and _POSTMASTER.match(local) is None


def _said(facts: _Facts, name: str, applies: Callable[[str], bool]) -> bool:
    # A value may carry a comment: "auto-replied (vacation)".
    values = [line(value).lower().partition("(")[0].partition(";")[0].strip() for value in facts.headers.all(name)]
    return any(value and applies(value) for value in values)


def _is_own(facts: _Facts) -> bool:
    """Whether we wrote it. People may have addresses, and so Message-IDs, in the desk's domain as well."""
    if facts.headers.text("x-firstline-loop").lower() in facts.own_hosts:
        return True
    ids = [one for value in facts.headers.all("message-id") for one in message_ids(value)]
    return any(
        _OWN_SHAPE.match(one) is not None and one.rpartition("@")[2].rstrip(">").lower() in facts.own_hosts
        for one in ids
    )
