"""An invitation as one line: each kind and answer, and its time in a reader's language and zone."""
# ruff: noqa: E501  tables as they stand

from typing import Any

import pytest
from django.utils.translation import override

from firstline.channels.email.appointments import ANSWERS, KINDS, sentence

MEETING = {
    "kind": "invited",
    "what": "Printer",
    "where": "Room 4",
    "start": "2026-11-23T09:00:00+00:00",
    "end": "2026-11-23T10:30:00+00:00",
}
BERLIN = "Mon 23 Nov 2026 10:00–11:30 (Europe/Berlin)"
ANSWERED = {"kind": "answered", "where": "", "start": ""}

# What it says otherwise than the meeting above, the reader's language and zone, and the line
LINES: list[tuple[dict[str, str], str, str, str]] = [
    ({}, "en", "Europe/Berlin", f"Invitation: Printer · {BERLIN} · Room 4"),
    ({}, "zh-hans", "Asia/Shanghai", "会议邀请：Printer · 2026年11月23日 周一 17:00–18:30 (Asia/Shanghai) · Room 4"),
    ({"kind": "cancelled", "where": ""}, "en", "Europe/Berlin", f"Cancelled appointment: Printer · {BERLIN}"),
    ({"kind": "proposed", "what": ""}, "en", "UTC", "Another time is proposed: (no subject) · Mon 23 Nov 2026 09:00–10:30 (UTC) · Room 4"),
    # An answer, and whose it is
    *(
        ({**ANSWERED, "answer": answer, "who": who}, "en", "UTC", f"Answer to an invitation: Printer · {said}")
        for answer, who, said in (
            ("accepted", "mei@corp.example", "mei@corp.example accepted"),
            ("declined", "mei@corp.example", "mei@corp.example declined"),
            ("tentative", "mei@corp.example", "mei@corp.example may come"),
            ("accepted", "", "? accepted"),
        )
    ),
    ({**ANSWERED, "answer": "accepted"}, "en", "UTC", "Answer to an invitation: Printer · ? accepted"),
    ({**ANSWERED, "answer": "delegated", "who": "mei@corp.example"}, "en", "UTC", "Answer to an invitation: Printer"),
    # Its time: none, a day, without an end, with one on another day, without a zone, or with an end that is a day
    ({"start": "", "where": ""}, "en", "UTC", "Invitation: Printer"),
    ({"start": "2026-11-23", "where": ""}, "en", "Asia/Tokyo", "Invitation: Printer · Mon 23 Nov 2026"),
    ({"start": "2026-11-23", "where": ""}, "zh-hans", "Asia/Tokyo", "会议邀请：Printer · 2026年11月23日 周一"),
    ({"end": "", "where": ""}, "en", "Europe/Berlin", "Invitation: Printer · Mon 23 Nov 2026 10:00 (Europe/Berlin)"),
    ({"end": "2026-11-23", "where": ""}, "en", "UTC", "Invitation: Printer · Mon 23 Nov 2026 09:00 (UTC)"),
    ({"end": "2026-11-24T10:30:00+00:00", "where": ""}, "en", "UTC", "Invitation: Printer · Mon 23 Nov 2026 09:00–Tue 24 Nov 2026 10:30 (UTC)"),
    ({"end": "2026-11-24T10:30:00+00:00", "where": ""}, "zh-hans", "UTC", "会议邀请：Printer · 2026年11月23日 周一 09:00–2026年11月24日 周二 10:30 (UTC)"),
    ({"start": "2026-11-23T09:00:00", "end": "2026-11-23T10:30:00", "where": ""}, "en", "Asia/Tokyo", "Invitation: Printer · Mon 23 Nov 2026 09:00–10:30"),
    ({"where": ""}, "en", "", "Invitation: Printer · Mon 23 Nov 2026 09:00–10:30 ()"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(LINES)))
def test_an_invitation_is_one_line(number: int) -> None:
    more, language, zone, line = LINES[number]
    said: dict[str, Any] = {**MEETING, **more}
    with override(language):
        assert sentence(said, zone=zone) == line


def test_without_a_language_the_line_is_english() -> None:
    with override(None):
        assert sentence(MEETING, zone="Europe/Berlin") == f"Invitation: Printer · {BERLIN} · Room 4"


def test_no_kind_and_no_answer_is_without_a_line() -> None:
    said = [row[0] for row in LINES]
    assert {row.get("kind", "invited") for row in said} == set(KINDS)
    assert {row.get("answer", "") for row in said} >= set(ANSWERS)
