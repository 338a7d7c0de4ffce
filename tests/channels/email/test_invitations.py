"""The appointment in a calendar file: what it is about, when and where, and who answered how."""

from typing import Any

import pytest
from django.utils import translation

from firstline.channels.email.appointments import sentence
from firstline.channels.email.invitations import invitation_in

FULL = {
    "SUMMARY": "Printer\\, second floor",
    "LOCATION": "Room 4",
    "DTSTART;TZID=Europe/Berlin": "20261123T100000",
    "DTEND;TZID=Europe/Berlin": "20261123T113000",
    "ATTENDEE;PARTSTAT=ACCEPTED": "mailto:mei@corp.example",
}
SEEN = {
    "kind": "invited",
    "what": "Printer, second floor",
    "where": "Room 4",
    "start": "2026-11-23T09:00:00+00:00",
    "end": "2026-11-23T10:30:00+00:00",
}


def found(method: str = "REQUEST", *, part: str = "VEVENT", rows: dict[str, str] | None = None) -> Any:
    said = "".join(f"{name}:{value}\r\n" for name, value in (FULL if rows is None else rows).items())
    called = f"METHOD:{method}\r\n" if method else ""
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{called}BEGIN:{part}\r\n{said}END:{part}\r\nEND:VCALENDAR\r\n"
    return invitation_in(text.encode())


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("REQUEST", "invited"),
        ("PUBLISH", "invited"),
        ("CANCEL", "cancelled"),
        ("cancel", "cancelled"),
        ("COUNTER", "proposed"),
        ("REFRESH", "invited"),
        ("", "invited"),
    ],
)
def test_each_method_says_what_it_is_and_only_an_answer_says_whose(method: str, kind: str) -> None:
    assert found(method) == SEEN | {"kind": kind}
    assert found(method, part="VTODO") == SEEN | {"kind": kind}


def test_an_answer_says_who_answered_how() -> None:
    assert found("REPLY") == SEEN | {"kind": "answered", "who": "mei@corp.example", "answer": "accepted"}
    several = {
        "SUMMARY": "x",
        "ATTENDEE;PARTSTAT=DECLINED": "MAILTO:mei@corp.example",
        "ATTENDEE": "mailto:bo@x.example",
    }
    said = found("REPLY", rows=several)
    assert (said["who"], said["answer"]) == ("mei@corp.example", "declined")
    nobody = found("REPLY", rows={"SUMMARY": "x"})
    assert (nobody["who"], nobody["answer"]) == ("", "")


def test_whole_days_are_dates_and_times_without_a_zone_stay_as_written() -> None:
    said = found(rows={"DTSTART;VALUE=DATE": "20261123", "DTEND": "20261124T090000"})
    assert (said["what"], said["where"]) == ("", "")
    assert (said["start"], said["end"]) == ("2026-11-23", "2026-11-24T09:00:00")


def test_a_long_line_is_cut_and_its_blanks_are_one() -> None:
    assert found(rows={"SUMMARY": "A   B"})["what"] == "A B"
    assert len(found(rows={"SUMMARY": "x" * 5_000})["what"]) == 200


@pytest.mark.parametrize(
    "rows", [{}, {"LOCATION": "Room 4"}, {"SUMMARY": "x", "DTSTART": "never"}], ids=["empty", "no time", "damaged"]
)
def test_what_says_neither_what_nor_when_is_none(rows: dict[str, str]) -> None:
    said = found(rows=rows)
    assert said is None or said["what"] == "x"


def test_what_holds_no_appointment_is_none() -> None:
    assert found(part="VJOURNAL") is None
    assert invitation_in(b"") is None
    assert invitation_in(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY") is None


@pytest.mark.parametrize(("size", "read"), [(500_000, True), (500_001, False)])
def test_a_file_that_is_too_large_is_not_read(size: int, read: bool) -> None:
    raw = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    assert (invitation_in(raw + b"\n" * (size - len(raw))) is not None) is read


ENDS = ["99991231T235959Z", "00010101T000000Z", "99991231T235959", "00010101T000000", "99991231", "00010101"]
ELSEWHERE = ["DTSTART;TZID=America/New_York", "DTSTART;TZID=Asia/Shanghai", "DTSTART"]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", ""])
@pytest.mark.parametrize("end", ENDS)
def test_an_appointment_that_never_ends_or_begins_is_said_in_every_zone(end: str, zone: str) -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            lasting = {"SUMMARY": "Rota", "LOCATION": "Room 4", "DTSTART": "20261123T090000Z", "DTEND": end}
            said = sentence(found(rows=lasting), zone=zone)
            assert [each for each in ("Rota", "Room 4", "2026") if each not in said] == []
            for name in ELSEWHERE:
                assert "Rota" in sentence(found(rows={"SUMMARY": "Rota", name: end, "DTEND": end}), zone=zone)


def test_what_lies_beyond_the_calendar_is_left_out_and_the_rest_is_said() -> None:
    rows = {"SUMMARY": "Rota", "DTSTART": "20261123T090000Z", "DTEND": "99991231T235959Z"}
    with translation.override("en"):
        assert sentence(found(rows=rows), zone="Asia/Shanghai").endswith("Mon 23 Nov 2026 17:00 (Asia/Shanghai)")
