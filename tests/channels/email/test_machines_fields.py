"""What in a letter says that a machine wrote it, what a rule passed on, and what notices of mail services say: in rows."""
# ruff: noqa: E501  tables as they stand

import json
from typing import Any

import pytest

from firstline.channels.email.bounces import Bounce
from firstline.channels.email.letter import read

OWN = "IT-7.0123456789abcdef0123"
# The head of a letter, and why no machine may answer it
HEADS: list[tuple[str, str | None]] = [
    *((head, None) for head in ("Subject: x", "Auto-Submitted: no", "Auto-Submitted: No (x)", "Auto-Submitted:", "X-Autoresponse: 1")),
    *((head, "auto-submitted") for head in ("Auto-Submitted: auto-generated", "Auto-Submitted: auto-replied; x")),
    *((head, "auto-submitted") for head in ("Auto-Submitted: no\nAuto-Submitted: auto-generated", "X-Firstline-Loop: far.example")),
    *((head, "auto-submitted") for head in ("X-Firstline-Loop:", "X-Autoreply: 1", "X-Autorespond: 1")),
    *((head, "own-loop") for head in ("X-Firstline-Loop: desk.example", "X-Firstline-Loop: DESK.example")),
    *((f"Message-ID: <{OWN}@{host}>", "own-loop") for host in ("desk.example", "DESK.example")),
    (f"Message-ID: <a@x>\nMessage-ID: <{OWN}@desk.example>", "own-loop"),
    *((f"Message-ID: <{own}>", None) for own in (f"{OWN}@far.example", "x@desk.example", f"I{OWN[2:]}@desk.example")),
    *((f"Precedence: {said}", "precedence") for said in ("bulk", "List", "junk (x)", "auto_reply")),
    *((head, None) for head in ("Precedence: first-class", "Precedence:", "List-Post: x", "X-Auto-Response-Suppress: none")),
    *((head, "list") for head in ("List-ID: x", "List-Unsubscribe: <x>")),
    *((f"X-Auto-Response-Suppress: {said}", "suppress") for said in ("OOF", "All", "DR, x")),
    ("Content-Type: multipart/report; boundary=b", "report"),
    ("Return-Path: <>\nContent-Type: multipart/report; boundary=b", "null-sender"),
    ("Subject: Automatic reply: x", "away-subject"),
]  # fmt: skip


def automatic(head: str, sender: str = "a@x.example") -> str | None:
    raw = f"From: {sender}\n{head}\n\n--b\n\nwords\n--b--\n"
    return read(raw.encode(), own_hosts=frozenset({"desk.example"})).automatic


@pytest.mark.parametrize(("head", "why"), HEADS)
def test_each_field_that_a_machine_writes_is_known(head: str, why: str | None) -> None:
    assert automatic(head) == why


@pytest.mark.parametrize(
    "local",
    ["noreply", "no-reply", "no_reply", "no-_reply", "donotreply", "do-not-reply", "do_not_reply", "noresponse"],
)
def test_an_address_that_takes_no_answer_is_a_machines(local: str) -> None:
    for end in ("", "+x", ".x", "_x", "-x"):
        assert automatic("Subject: x", f"{local}{end}@x.example") == "mailer-daemon"
    assert automatic("Subject: x", f"{local}x@x.example") is None
    assert automatic("Subject: x", f"x{local}@x.example") is None


GENERATED = "Auto-Submitted: auto-generated\n"
RULE = "X-MS-Exchange-Generated-Message-Source: {}\n"
AGENT = RULE.format("Mailbox Rules Agent")
# What a rule passed on, which is its sender's, and what it or another machine wrote
PASSED_ON = [
    *((head, True) for head in (GENERATED + AGENT, "Auto-Submitted: Auto-generated (x)\n" + AGENT)),
    *((GENERATED + f"{field}: b@x.example", True) for field in ("Resent-From", "X-MS-Exchange-Inbox-Rules-Loop", "X-MS-Exchange-ForwardingLoop")),
    *((GENERATED + f"{field}: A@X.example", False) for field in ("Resent-From", "X-MS-Exchange-Inbox-Rules-Loop", "X-MS-Exchange-ForwardingLoop")),
    (GENERATED + AGENT + "Resent-From: b@x.example\nSubject: FW: x", True),
    (GENERATED + RULE.format("MAILBOX rules agent (x), Mailbox Rules Agent; y"), True),
    *((GENERATED + RULE.format(said), False) for said in ("Journal Agent", "Mailbox Rules Agent,Journal Agent", "")),
    *((GENERATED + more, False) for more in ("", "Resent-From: nobody", GENERATED + AGENT, AGENT + "X-Auto-Response-Suppress: All")),
    *((head + AGENT, False) for head in ("Auto-Submitted: auto-replied\n", "Auto-Submitted: no\nAuto-Submitted: auto-generated\n")),
    (GENERATED + AGENT + "Subject: Automatic reply: x", False),
    *((GENERATED + AGENT + f"Subject: {mark} x", False) for mark in "fw: FWD: wg: tr: rv: 转发: 转发： 轉寄: 轉寄：".split()),
    (GENERATED + AGENT + "Subject: re: x", True),
]  # fmt: skip


@pytest.mark.parametrize(("head", "passed_on"), PASSED_ON)
def test_what_a_rule_passed_on_is_told_from_what_it_wrote(head: str, passed_on: bool) -> None:
    assert automatic(head.strip("\n")) == (None if passed_on else "auto-submitted")


NOTICE: dict[str, Any] = {"event": "bounce", "email": "g@x.example", "messageid": "<m@x>", "status": "5.1.1"}
SAID = json.dumps(NOTICE)
FOUND = Bounce("g@x.example", "5.1.1", True, "<m@x>")
# What a mail service writes, and what it tells
NOTICES: list[tuple[str, Bounce | None]] = [
    *((text, FOUND) for text in (SAID, f"[{SAID}]", f"\ufeff \r\n\t{SAID}", f"{SAID}\n-- \nfoot", f" {SAID}  ")),
    *((text, None) for text in (f"{SAID}\nfoot", f"x{SAID}", SAID[:-1], '{"a":1}', "[]", "{")),
    *((json.dumps({"Message": text}), found) for text, found in ((SAID, FOUND), (f" {SAID}", FOUND), (f"x{SAID}", None), (SAID[:-1], None))),
    (json.dumps({"a": {"b": [NOTICE]}}), FOUND),
    *((json.dumps(NOTICE | {"email": value}), FOUND) for value in (["g@x.example", "h@x.example"], "<G@x.example>")),
    *((json.dumps(NOTICE | {"email": value}), None) for value in ([], [5], 5, None, "nobody")),
    *((json.dumps(NOTICE | {"email": "nobody", name: "g@x.example"}), FOUND) for name in ("emailAddress", "recipient", "rcpt_to", "to", "destination")),
    *((json.dumps(NOTICE | {"email": "x", name: "g@x.example"}), None) for name in ("from", "cc")),
    (json.dumps(NOTICE | {"messageid": "m@x"}), Bounce("g@x.example", "5.1.1", True, "")),
    (json.dumps(NOTICE | {"messageid": "x", "smtp-id": "<s@x>"}), Bounce("g@x.example", "5.1.1", True, "<s@x>")),
    (json.dumps(NOTICE | {"messageid": "<" + "m" * 600}), Bounce("g@x.example", "5.1.1", True, "<" + "m" * 499)),
    (json.dumps(NOTICE | {"status": "x 4.2.2 y"}), Bounce("g@x.example", "4.2.2", True, "<m@x>")),
    (json.dumps(NOTICE | {"status": 5}), Bounce("g@x.example", "", True, "<m@x>")),
    (json.dumps(NOTICE | {"status": "x", "reason": "5.2.2"}), Bounce("g@x.example", "", True, "<m@x>")),
    (json.dumps(NOTICE | {"event": "delivered"}), Bounce("g@x.example", "5.1.1", False, "<m@x>")),
    (json.dumps(NOTICE | {"event": "complaint"}), Bounce("g@x.example", "5.1.1", False, "<m@x>", complaint=True)),
    (json.dumps(NOTICE | {"event": "x"}), None),
    (json.dumps([{"a": 1}] * 49 + [NOTICE]), FOUND),
    (json.dumps([{"a": 1}] * 50 + [NOTICE]), None),
    ("[" * 199 + SAID + "]" * 199, FOUND),
    ("[" * 200 + SAID + "]" * 200, None),
    ("[" * 9_000 + "]" * 9_000, None),
    (SAID + " " * (300_000 - len(SAID)), FOUND),
    (SAID + " " * (300_001 - len(SAID)), None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), NOTICES, ids=range(len(NOTICES)))
def test_a_notice_of_a_mail_service_is_read(text: str, found: Bounce | None) -> None:
    assert read(f"From: a@x.example\nContent-Type: text/plain; charset=utf-8\n\n{text}".encode()).bounce == found


@pytest.mark.parametrize("name", ["message-id", "smtpid", "sg_message_id", "sg_event_id", "MJ_Message_ID", "emailId", "originalMessageId", "event-data", "msys", "msg"])  # fmt: skip
def test_an_event_is_a_services_by_any_of_its_names(name: str) -> None:
    without = {"event": "bounce", "email": "g@x.example"}
    for told, is_one in ((without | {name: "x"}, True), (without | {f"x{name}": "x"}, False)):
        found = read(f"From: a@x.example\n\n{json.dumps(told)}".encode()).bounce
        assert (found is not None) is is_one
