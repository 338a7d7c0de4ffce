"""What is handed over of a letter: whom an answer goes to, what of it is quoted, its files and its appointment."""

import pytest

from firstline.channels.email.letter import read
from firstline.channels.email.letter_data import plain

HEAD = "From: Mei <mei@x.example>\nSubject: x\n"


def said(head: str, body: str = "words") -> dict:  # type: ignore[type-arg]
    return plain(read(f"{head}\n{body}".encode())).said


@pytest.mark.parametrize(
    ("field", "found"),
    [
        *(("Reply-To: Bo <bo@x.example>", ["Bo", "bo@x.example"]), ("Reply-To: MEI@x.example", []), ("X: y", [])),
        *(("Reply-To: bo@x.example, dana@x.example", []), ("Reply-To: Bo <>", []), ('Reply-To: "B" bo@x.example', [])),
    ],
)
def test_answers_go_to_one_who_is_plainly_written_and_not_the_sender(field: str, found: list[str]) -> None:
    assert said(f"{HEAD}{field}\n")["reply_to"] == found


def test_only_a_calendar_is_an_appointment_and_what_is_shown_is_said_of_each_file() -> None:
    event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Printer\nEND:VEVENT\nEND:VCALENDAR"
    for kind, what in (("text/calendar", "Printer"), ("application/x-other", None)):
        parts = f'--b\nContent-Type: text/html\n\n<img src="cid:a">\n--b\nContent-Type: {kind}; name=a.ics\n\n{event}\n'
        parts += "--b\nContent-Type: image/png; name=a.png\nContent-ID: <a>\n\nx\n--b--"
        found = said(f"{HEAD}Content-Type: multipart/mixed; boundary=b\n", parts)
        assert (found["invitation"] or {}).get("what") == what
        assert found["files"] == [["a.ics", kind, "", False], ["a.png", "image/png", "a", True]]


def test_what_an_answer_quotes_is_kept_apart_and_a_forward_is_whole() -> None:
    body = "New words.\n\n-- \nMei\n\nOn Mon, Nov 23, 2026 at 9:00 AM Bo <bo@x.example> wrote:\n> Old words."
    answer = said("From: Mei <mei@x.example>\nSubject: Re: x\nIn-Reply-To: <a@x>\n", body)
    assert "Old words." in answer["quoted"]
    assert "Old words." not in answer["shown"]
    forward = said("From: Mei <mei@x.example>\nSubject: Fwd: x\nIn-Reply-To: <a@x>\n", body)
    assert "Old words." in forward["shown"]
