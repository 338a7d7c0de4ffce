"""Automatic answers and such titles, branch by branch: what makes one certain, and what only makes it likely."""
# ruff: noqa: E501  tables as they stand

import pytest

from firstline.channels.email.absences import is_away, is_titled, seems_away
from firstline.channels.email.mime import Limits, Part, parse

SAYS, ASKS = "I am on leave until Monday.", "Please help."
BOTH, NEITHER = f"{SAYS} {ASKS}", "It is broken."
BY_MACHINE = ("Auto-Submitted: auto-generated", "Auto-Submitted: no", "X-Auto-Response-Suppress: All")
ANSWERS = ("In-Reply-To: <x@desk.example>", "References: <x@desk.example>", "In-Reply-To:", "References:")
MACHINE, ANSWER, NOTHING = BY_MACHINE[0], ANSWERS[0], ""
PROGRAMS, ANYBODYS = "Automatic reply: Printer", "Out of office: Printer"
READ_IT, CONFIRM = "Your message was read on Monday.", "Your message is being held."


def headed(subject: str, *more: str) -> Part:
    head = "\n".join((f"Subject: {subject}", "From: eva@corp.example", *(line for line in more if line)))
    return parse(f"{head}\n\nwords".encode(), limits=Limits())


# Title, fields beside it, words, and whether it is an automatic answer for certain
AWAY = [
    # A field that says so needs nothing else.
    *(("Printer", field, NEITHER, True) for field in ("Auto-Submitted: auto-replied", "Auto-Submitted: Auto-Replied (vacation)")),
    *(("Printer", field, NEITHER, True) for field in ("X-Vacation: yes", "Precedence: auto_reply", "Preference: Auto-Reply", "X-Precedence: autoreply")),
    *(("Printer", field, NEITHER, True) for field in ("X-POST-MessageClass: 9; Autoresponder", "Delivered-To: AutoResponder")),
    *(("Printer", field, NEITHER, False) for field in (*BY_MACHINE, *ANSWERS, "Precedence: bulk", "Delivered-To: eva@corp.example", NOTHING)),
    # A title that only programs write
    *((PROGRAMS, field, words, True) for field in BY_MACHINE for words in (SAYS, BOTH, NEITHER, "x" * 2_501)),
    *((PROGRAMS, field, SAYS, True) for field in ANSWERS),
    *((PROGRAMS, field, words, False) for field in (ANSWER, NOTHING) for words in (BOTH, NEITHER, ASKS)),
    *((PROGRAMS, NOTHING, SAYS + "x" * (length - len(SAYS)), length <= 2_500) for length in (100, 2_500, 2_501)),
    (PROGRAMS, ANSWER, SAYS + "x" * 2_500, True),
    *((PROGRAMS, ANSWER, "x" * more + SAYS, more == 0) for more in (0, 2_500)),
    (PROGRAMS, ANSWER, SAYS + "x" * 2_500 + ASKS, True),
    *((f"{PROGRAMS}?", field, SAYS, field == ANSWER) for field in (ANSWER, NOTHING)),
    # One that people write as well
    *((f"Out of office{rest}", field, NEITHER, True) for field in BY_MACHINE for rest in ("", ": Re: Printer", ": [IT-7] Printer", ":")),
    *((ANYBODYS, MACHINE, words, words == SAYS) for words in (SAYS, BOTH, NEITHER)),
    *((f"Out of office{rest}", field, SAYS, True) for field in ANSWERS for rest in ("", ": AW: Printer", ": [IT-7] Printer")),
    *((ANYBODYS, field, SAYS, False) for field in (ANSWER, NOTHING)),
    *(("Out of office: Re: Printer", ANSWER, words, False) for words in (BOTH, NEITHER, ASKS)),
    *(("Out of office: Re: Printer", NOTHING, words, False) for words in (SAYS, NEITHER)),
    # A program's answer under another title
    *(("Re: Printer", f"{machine}\n{answer}", SAYS, True) for machine in BY_MACHINE for answer in ANSWERS),
    *(("Re: Printer", f"{MACHINE}\n{ANSWER}", words, away) for words, away in ((NEITHER, False), (BOTH, True))),
    *(("Re: Printer", f"{MACHINE}\n{ANSWER}", "x" * more + "lomalla", more == 593) for more in (593, 594)),
    *(("Re: Printer", field, SAYS, False) for field in (MACHINE, ANSWER, NOTHING)),
    # A receipt that it was read
    *((f"Read: {rest}", field, READ_IT, True) for field in ANSWERS for rest in ("Printer", "")),
    *(("Read: Printer", NOTHING, f"{READ_IT} {day}", day != "") for day in ("23.11", "2026-11-23", "9:30", "")),
    *(("Read: Printer", field, f"{READ_IT} 9:30 {ASKS}", False) for field in (ANSWER, NOTHING, MACHINE)),
    *(("Read: Printer", field, NEITHER, False) for field in (ANSWER, NOTHING, MACHINE)),
    *(("Read: Printer", field, " \n", field == MACHINE) for field in (ANSWER, NOTHING, MACHINE)),
    ("Please read: Printer", ANSWER, READ_IT, False),
    # A question whether its sender is a person
    *(("Please confirm", field, CONFIRM, True) for field in (*BY_MACHINE, *ANSWERS)),
    *(("Please confirm", f"Precedence: {word}", CONFIRM, True) for word in ("bulk", "junk", "list", "BULK")),
    *(("Please confirm", field, CONFIRM, False) for field in (NOTHING, "Precedence: first-class")),
    *(("Please confirm", field, NEITHER, False) for field in (MACHINE, ANSWER, "Precedence: bulk")),
    *(("Printer", field, CONFIRM, False) for field in (MACHINE, ANSWER, "Precedence: bulk")),
]  # fmt: skip


def test_an_automatic_answer_is_certain_by_these() -> None:
    wrong = [row for row in AWAY if is_away(headed(*row[:2]), null_sender=False, text=row[2]) is not row[3]]
    assert wrong == []


def test_an_envelope_without_a_sender_is_a_machines() -> None:
    for subject, words in (
        (PROGRAMS, NEITHER),
        ("Out of office", NEITHER),
        ("Read: Printer", ""),
        ("Please confirm", CONFIRM),
    ):
        assert is_away(headed(subject), null_sender=True, text=words)
        assert not is_away(headed(subject), null_sender=False, text=words)
    assert is_away(headed("Re: Printer", ANSWER), null_sender=True, text=SAYS)
    assert not is_away(headed("Re: Printer"), null_sender=True, text=SAYS)


@pytest.mark.parametrize(
    ("whole", "part", "away"),
    [
        ("report", "message/disposition-notification", True),
        ("report", "message/delivery-status", False),
        ("mixed", "message/disposition-notification", False),
    ],
)
def test_a_receipt_is_one_by_its_parts(whole: str, part: str, away: bool) -> None:
    raw = f"Subject: x\nContent-Type: multipart/{whole}; boundary=b\n\n--b\n\nx\n--b\nContent-Type: {part}\n\nx: y\n--b--\n"
    assert is_away(parse(raw.encode(), limits=Limits()), null_sender=False, text="x") is away


# Title, fields beside it, words, and whether no machine answers it
TITLED = [
    # What only begins like a title
    *(("Automatic reply about the printer", field, words, words in (SAYS, NEITHER)) for field in (ANSWER, NOTHING) for words in (SAYS, NEITHER, ASKS, BOTH)),
    *(("Out of office today", NOTHING, words, words == NEITHER) for words in (NEITHER, ASKS)),
    *((subject, NOTHING, SAYS, False) for subject in ("Printer", "Re: Automatic reply: Printer", "Printer: out of office", "")),
    ("Automatic reply about the printer?", NOTHING, NEITHER, False),
    # A title above an answer to us
    *((f"{title}: {rest}", NOTHING, words, True) for title in ("Automatic reply", "Out of office") for rest in ("Re: Printer", "[IT-7] Printer") for words in (NEITHER, ASKS)),
    # A program's title, or nothing below it
    *((subject, field, words, True) for subject in (PROGRAMS, "Out of office", "Out of office: ") for field in ANSWERS for words in (SAYS, NEITHER, ASKS)),
    *((subject, NOTHING, words, words in (SAYS, NEITHER)) for subject in (PROGRAMS, "Out of office", "Out of office:") for words in (SAYS, NEITHER, ASKS, BOTH)),
    (f"{PROGRAMS}?", NOTHING, NEITHER, False),
    # One that people write above words of their own
    *((ANYBODYS, field, words, words == SAYS) for field in (ANSWER, NOTHING) for words in (SAYS, NEITHER, ASKS, BOTH)),
    *((ANYBODYS, NOTHING, "x" * more + SAYS, more == 0) for more in (0, 2_500)),
    (ANYBODYS, NOTHING, SAYS + "x" * 2_500 + ASKS, True),
]  # fmt: skip


def test_a_title_is_that_of_an_automatic_answer_by_these() -> None:
    wrong = [row for row in TITLED if is_titled(headed(*row[:2]).headers, text=row[2]) is not row[3]]
    assert wrong == []


def test_what_a_rule_passed_on_seems_an_absence_by_its_title_or_its_words() -> None:
    for subject, words, seems in (
        *((PROGRAMS, NEITHER, True), ("Printer", SAYS, True), ("Printer", BOTH, False), ("Printer", NEITHER, False)),
        *(("Printer", "x" * 2_500 + SAYS, False), ("Printer", SAYS + "x" * 2_500 + ASKS, True)),
    ):
        assert seems_away(headed(subject).headers, words) is seems, (subject, words[:50])
