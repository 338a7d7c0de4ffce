"""News of letters of ours: what came back, is late, has arrived, or was complained of. The whole letter's shape counts.

A part that tells of a delivery proves nothing: people attach it to their question. What counts is a report as the
letter itself, or a server's sender together with a server's words, or the bare notice of a mail service.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from firstline.channels.email.addresses import Sender, first_address, mailboxes
from firstline.channels.email.bouncewords import (
    DAEMON,
    DELAYED,
    ERROR,
    GATEWAY,
    GENERAL,
    NAMED_POSTMAN,
    OF_A_SERVICE,
    OPENING,
    POSTMAN,
    RECIPIENT,
    SERVICES,
    SUBJECT,
)
from firstline.channels.email.headers import Headers, message_ids
from firstline.channels.email.mime import Limits, Part, Unreadable, split_headers
from firstline.kit.limits import limit
from firstline.kit.strangers_json import NotJson, first_json, read_json

DELIVERY_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
COMPLAINT = "message/feedback-report"
RECEIPT = "message/disposition-notification"
REPORTS = DELIVERY_STATUS | {COMPLAINT, RECEIPT, "message/global-disposition-notification"}
_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ORIGINAL_ID = re.compile(rb"^[> \t]*message-id:[ \t]*(<[^<>\s]{3,500}>)", re.IGNORECASE | re.MULTILINE)
_FORWARDED = re.compile(r"^\s*(?:re|fwd?|wg|tr|aw|sv|rv|转发|轉寄|轉發|回复|答复|回覆)\s?[:：]", re.IGNORECASE)
# So much is looked at for words that tell of a failure; a notice says it at its beginning.
_BEGINNING = 3_000
_MOST_REPORT = limit(
    1024 * 1024,
    "bytes",
    of="a report of deliveries",
    per="email",
    said="What it says first counts; the whole email is kept.",
)
_MOST_GROUPS = limit(
    200, "groups", of="the fields of a report of deliveries", per="email", said="The first of them count."
)
_MOST_JSON = limit(
    300_000, "characters", of="a notice of a mail service in JSON", per="email", said="It is taken for any other email."
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """News about a letter of ours. `failed` is False while its delivery is only delayed, and when it was a `complaint`:
    its reader, or their provider, calls it unwanted."""

    recipient: str
    status: str
    failed: bool
    original_id: str
    complaint: bool = False


def is_report(root: Part) -> bool:
    """Whether the whole letter is a report of a machine: of a delivery, a reading or a complaint."""
    if root.type != "multipart/report":
        return False
    said = root.parameters.get("report-type", "").lower()
    return not said or "message/" + said in REPORTS or any(part.type in REPORTS for part in root.children)


def is_postman(sender: Sender) -> bool:
    """Whether it calls itself a server that tells of deliveries."""
    local = sender.address.partition("@")[0]
    return POSTMAN.match(local) is not None or NAMED_POSTMAN.match(sender.name) is not None


def bounce_of(root: Part, *, sender: Sender, null_sender: bool, subject: str, text: str) -> Bounce | None:
    """What the letter says about a letter of ours, or None when it is no such news."""
    notice = _notice(text)
    if notice is not None:
        return notice
    report = is_report(root)
    postman = is_postman(sender)
    if report and (part := _first(root, {COMPLAINT})) is not None:
        return _complaint(part, root)
    if report or ((postman or null_sender) and not _FORWARDED.match(subject)):
        status = _first(root, DELIVERY_STATUS)
        if status is not None:
            return _from_status(status, _original_id(root))
    failed = root.headers.text("x-failed-recipients")
    if failed or _tells_so(root, sender, null_sender=null_sender, subject=subject, text=text):
        return _from_words(root, failed, subject, text)
    return None


def _tells_so(root: Part, sender: Sender, *, null_sender: bool, subject: str, text: str) -> bool:
    postman, by_a_machine = is_postman(sender), null_sender or _is_marked(root.headers)
    local = sender.address.partition("@")[0]
    named = any(one.address for value in root.headers.all("from") for one in mailboxes(value))
    gateway = not named or GATEWAY.search(local) is not None
    if not (postman or by_a_machine or gateway) or _FORWARDED.match(subject):
        return False
    beginning = text[:_BEGINNING]
    titled = SUBJECT.match(subject) is not None
    told = OPENING.search(beginning) is not None or ERROR.search(beginning) is not None
    if titled and (postman or told or (null_sender and not beginning.strip())):
        return True
    # At some of these addresses administrators write as well.
    daemon = DAEMON.match(sender.address) is not None or (postman and by_a_machine)
    return daemon and (told or _first(root, _RETURNED) is not None)


def _is_marked(headers: Headers) -> bool:
    return headers.text("auto-submitted").lower().partition(";")[0].strip() not in ("", "no")


def _from_words(root: Part, failed: str, subject: str, text: str) -> Bounce:
    beginning = text[:20_000]
    code = _STATUS.search(beginning)
    late = DELAYED.search(subject) or (not code and DELAYED.search(text[:500]))
    return Bounce(
        recipient=first_address(failed) or first_address(beginning),
        status=code[1] if code else "",
        failed=not late and not (code and code[1].startswith("4")),
        original_id=_original_id(root),
    )


def _complaint(part: Part, root: Part) -> Bounce:
    fields = next(_groups(part), None)
    about = (fields.text("original-rcpt-to") or fields.text("removal-recipient")) if fields else ""
    return Bounce(first_address(about), "", False, _original_id(root), complaint=True)


def _notice(text: str) -> Bounce | None:
    """The notice of a mail service: JSON, and behind it nothing but a footer below dashes."""
    start = text[:100].lstrip("\ufeff \r\n\t")
    if not start.startswith(("{", "[")) or len(text) > _MOST_JSON:
        return None
    stripped = text.lstrip("\ufeff \r\n\t")
    try:
        said, behind = first_json(stripped)
    except NotJson:
        return None
    if behind.strip() and not behind.strip().startswith("--"):
        return None
    return _of_a_service(said)


def _of_a_service(said: Any) -> Bounce | None:
    """A program's own events look alike: a notice says which letter to whom, in the words of the service."""
    fields = [(_bare(name), value) for one in _objects(said) for name, value in one.items()]
    recipient = next((found for name, value in fields if name in RECIPIENT and (found := _address(value))), "")
    if not recipient:
        return None
    is_of_a_service = any(name in OF_A_SERVICE for name, _value in fields)
    for one in _objects(said):
        for name, values in SERVICES.items():
            kind = values.get(_bare(str(one.get(name, ""))))
            if kind and (is_of_a_service or name not in GENERAL):
                return _from_notice(fields, recipient, kind)
    return None


def _from_notice(fields: list[tuple[str, Any]], recipient: str, kind: str) -> Bounce:
    texts = [(name, value) for name, value in fields if isinstance(value, str)]
    ids = (value[:500] for name, value in texts if name in ("messageid", "smtpid") and value.startswith("<"))
    statuses = (found[1] for name, value in texts if name == "status" and (found := _STATUS.search(value)))
    return Bounce(recipient, next(statuses, ""), kind == "failed", next(ids, ""), complaint=kind == "complaint")


def _bare(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "")


def _address(value: Any) -> str:
    if isinstance(value, list):
        value = next(iter(value), "")
    return first_address(value) if isinstance(value, str) else ""


def _objects(said: Any) -> Iterator[dict[str, Any]]:
    """The objects in it, outer ones first; texts that hold JSON themselves are opened, as SNS wraps them."""
    waiting, looked = [said], 0
    while waiting and looked < 200:
        one = waiting.pop(0)
        looked += 1
        if isinstance(one, dict):
            yield one
            waiting += [value for value in one.values() if isinstance(value, dict | list)]
            inner = one.get("Message")
            if isinstance(inner, str) and inner.lstrip().startswith("{"):
                with suppress(NotJson):
                    waiting.append(read_json(inner))
        elif isinstance(one, list):
            waiting += one[:50]


def _first(root: Part, types: frozenset[str] | set[str]) -> Part | None:
    return next((part for part in root.walk() if part.type in types), None)


def _groups(part: Part) -> Iterator[Headers]:
    """The groups of fields of which a report consists."""
    rest = part.content()[:_MOST_REPORT].lstrip(b"\r\n")
    for _ in range(_MOST_GROUPS):
        if not rest or rest.isspace():
            return
        try:
            headers, after = split_headers(rest, limits=Limits())
        except Unreadable:
            return
        if len(after) == len(rest):
            return
        yield headers
        rest = after.lstrip(b"\r\n")


def _from_status(part: Part, original_id: str) -> Bounce:
    groups = list(_groups(part))
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
        if part.type in _RETURNED:
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
