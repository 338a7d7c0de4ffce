"""Letters that machines write: what must never be answered by another machine, and what came back."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from firstline.channels.email.addresses import Sender, first_address
from firstline.channels.email.headers import Headers, line, message_ids
from firstline.channels.email.mime import Limits, Part, Unreadable, split_headers

_MAILER = re.compile(r"^(?:mailer-?daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+._-].*)?$")
# Who tells of letters that came back. What "noreply" writes about a delivery is a parcel.
_POSTMAN = re.compile(r"^(?:mailer-?daemon|postmaster|mail-?delivery-?(?:system|subsystem))$")
DELIVERY_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_SUPPRESSED = frozenset({"all", "autoreply", "oof", "dr", "rn", "nrn"})
_AWAY_SUBJECT = re.compile(
    r"^(?:(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office)\b"
    r"|(?:休假|外出时的)?(?:自动回复|自動回覆|自动答复))",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|has failed|failure|incomplete)|failure notice|returned mail|mail delivery|"
    r"could not be delivered|delivery delayed|退信|无法投递|無法傳遞|投递失败|未送达",
    re.IGNORECASE,
)
_DELAYED = re.compile(r"\bdelayed\b|\bwarning\b|will (?:keep|continue) trying|延迟", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
# As notices.models.new_letter_id writes them.
_OWN_SHAPE = re.compile(r"^<[A-Z][A-Z0-9]{1,7}-\d{1,18}\.[0-9a-f]{20}@")
_ORIGINAL_ID = re.compile(rb"^[> \t]*message-id:[ \t]*(<[^<>\s]{3,500}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Bounce:
    """News about a letter of ours. `failed` is False while its delivery is only delayed."""

    recipient: str
    status: str
    failed: bool
    original_id: str


@dataclass(frozen=True, slots=True)
class _Facts:
    headers: Headers
    sender: Sender
    null_sender: bool
    own_hosts: frozenset[str]
    report: bool


# The first row that is true says why a letter must never be answered by a machine.
_REASONS: tuple[tuple[str, Callable[[_Facts], bool]], ...] = (
    ("own-loop", lambda facts: _is_own(facts)),
    ("auto-submitted", lambda facts: facts.headers.raw("x-firstline-loop") is not None),
    ("auto-submitted", lambda facts: _said(facts, "auto-submitted", lambda value: value != "no")),
    (
        "auto-submitted",
        lambda facts: any(facts.headers.raw(name) is not None for name in ("x-autoreply", "x-autorespond")),
    ),
    ("null-sender", lambda facts: facts.null_sender),
    ("mailer-daemon", lambda facts: _MAILER.match(facts.sender.address.partition("@")[0]) is not None),
    ("report", lambda facts: facts.report),
    ("away-subject", lambda facts: _AWAY_SUBJECT.match(facts.headers.text("subject")) is not None),
    ("precedence", lambda facts: _said(facts, "precedence", {"bulk", "list", "junk", "auto_reply"}.__contains__)),
    ("list", lambda facts: any(facts.headers.raw(name) is not None for name in ("list-id", "list-unsubscribe"))),
    ("suppress", lambda facts: _suppresses(facts.headers)),
)


def why_automatic(root: Part, *, sender: Sender, null_sender: bool, own_hosts: frozenset[str]) -> str | None:
    """Why the letter must never be answered automatically, or None for a letter that a person wrote."""
    facts = _Facts(root.headers, sender, null_sender, own_hosts, root.type == "multipart/report")
    return next((reason for reason, applies in _REASONS if applies(facts)), None)


def is_away(root: Part, *, null_sender: bool) -> bool:
    """Whether this is an automatic answer for certain: an absence, a confirmation, a receipt that it was read.

    A subject such as "Out of office" is not enough: people write that, too.
    """
    headers = root.headers
    said_to_be = headers.text("auto-submitted").lower().startswith("auto-replied")
    named_so = _AWAY_SUBJECT.match(headers.text("subject")) is not None
    by_a_machine = null_sender or headers.raw("auto-submitted") is not None or _suppresses(headers)
    return (
        said_to_be
        or (named_so and by_a_machine)
        or any(headers.raw(name) is not None for name in ("x-autoreply", "x-autorespond"))
        or headers.text("precedence").lower() == "auto_reply"
        or any(part.type == "message/disposition-notification" for part in root.walk())
    )


def bounce_of(root: Part, *, sender: Sender, null_sender: bool, subject: str, text: str) -> Bounce | None:
    """What the letter says about a letter of ours that did not arrive, or None when it is no bounce."""
    status = next((part for part in root.walk() if part.type in DELIVERY_STATUS), None)
    if status is not None:
        return _from_status(status, _original_id(root))
    failed = root.headers.text("x-failed-recipients")
    from_mailer = null_sender or _POSTMAN.match(sender.address.partition("@")[0]) is not None
    if not failed and not (from_mailer and _BOUNCE_SUBJECT.search(subject)):
        return None
    code = _STATUS.search(text[:20_000])
    return Bounce(
        recipient=first_address(failed) or first_address(text),
        status=code[1] if code else "",
        failed=not _DELAYED.search(subject),
        original_id=_original_id(root),
    )


def _from_status(part: Part, original_id: str) -> Bounce | None:
    groups = []
    rest = part.content().lstrip(b"\r\n")
    for _ in range(200):
        if not rest.strip():
            break
        try:
            headers, after = split_headers(rest, limits=Limits())
        except Unreadable:
            break
        if len(after) == len(rest):
            break
        groups.append(headers)
        rest = after.lstrip(b"\r\n")
    people = [group for group in groups if group.raw("final-recipient") or group.raw("original-recipient")]
    actions = {"failed": 0, "delayed": 1, "delivered": 2, "relayed": 2, "expanded": 2}
    people = [group for group in people if group.text("action").lower() in actions]
    if not people:
        # Damaged, or the report of a server that has its own ideas; it is about no letter that we know of for certain.
        return Bounce(recipient="", status="", failed=False, original_id=original_id)
    worst = min(people, key=lambda group: actions[group.text("action").lower()])
    return Bounce(
        recipient=_recipient(worst.text("final-recipient") or worst.text("original-recipient")),
        status=_status(worst),
        failed=worst.text("action").lower() == "failed",
        original_id=original_id,
    )


def _status(group: Headers) -> str:
    """The status of RFC 3463. Exim says 5.0.0 of everything, and what it was only in the answer that it was given."""
    code = _STATUS.search(group.text("status"))
    said = _STATUS.search(group.text("diagnostic-code")) if code and code[1].endswith(".0") else None
    found = said if said and code and said[1][0] == code[1][0] else code
    return found[1] if found else ""


def _recipient(written: str) -> str:
    return first_address(written) or written.rpartition(";")[2].strip().lower()[:254]


def _original_id(root: Part) -> str:
    """The Message-ID of the letter that came back, which the bounce carries whole, in part, or as text."""
    for part in root.walk():
        if part.type in ("message/rfc822", "text/rfc822-headers", "message/global"):
            try:
                headers, _ = split_headers(part.content().lstrip(b"\r\n"))
            except Unreadable:
                continue
            ids = message_ids(headers.raw("message-id") or b"")
            if ids:
                return ids[0]
    for part in root.walk():
        if part.type.startswith("text/") and (found := _ORIGINAL_ID.search(part.content()[:200_000])):
            return found[1].decode("ascii", "replace")
    return ""


def _said(facts: _Facts, name: str, applies: Callable[[str], bool]) -> bool:
    # A value may carry a comment: "auto-replied (vacation)".
    values = [line(value).lower().split("(", 1)[0].split(";", 1)[0].strip() for value in facts.headers.all(name)]
    return any(value and applies(value) for value in values)


def _suppresses(headers: Headers) -> bool:
    words = re.split(r"[,;\s]+", headers.text("x-auto-response-suppress").lower())
    return not _SUPPRESSED.isdisjoint(words)


def _is_own(facts: _Facts) -> bool:
    """Whether we wrote it. People may have addresses, and so Message-IDs, in the desk's domain as well."""
    if facts.headers.text("x-firstline-loop").lower() in facts.own_hosts:
        return True
    ids = [one for value in facts.headers.all("message-id") for one in message_ids(value)]
    return any(
        _OWN_SHAPE.match(one) is not None and one.rpartition("@")[2].rstrip(">").lower() in facts.own_hosts
        for one in ids
    )
