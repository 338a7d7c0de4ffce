"""What a report says of a letter of ours: of the worst of its recipients, and about which letter it is."""

import pytest

from firstline.channels.email.bounces import Bounce
from firstline.channels.email.letter import Envelope, Letter, read

HEAD = "From: MAILER-DAEMON@mx.example\nTo: it@desk.example\nSubject: Undelivered\n"


def report(*parts: str, said: str = "delivery-status", head: str = HEAD) -> Letter:
    kind = f'Content-Type: multipart/report; boundary=b; report-type="{said}"\n'
    body = "".join(f"--b\n{part}\n" for part in ("Content-Type: text/plain\n\nIt says so.", *parts))
    return read(f"{head}{kind}\n{body}--b--\n".encode(), Envelope(""))


def status(*groups: str) -> str:
    told = "\n\n".join(("Reporting-MTA: dns; mx.example", *groups))
    return f"Content-Type: message/delivery-status\n\n{told}\n"


def group(name: str, action: str, code: str = "5.1.1", **more: str) -> str:
    rows = [f"Final-Recipient: rfc822; {name}@corp.example", f"Action: {action}", f"Status: {code}"]
    return "\n".join([*rows, *(f"{field.replace('_', '-')}: {value}" for field, value in more.items())])


def news(letter: Letter) -> Bounce:
    assert letter.bounce is not None
    return letter.bounce


# The actions of a report's recipients, the worst of them, and whether that has failed
WORST = [
    ("failed", "failed", True),
    ("FAILED", "FAILED", True),
    ("delayed", "delayed", False),
    ("delivered", "delivered", False),
    ("relayed", "relayed", False),
    ("expanded", "expanded", False),
    ("delivered failed", "failed", True),
    ("delayed failed", "failed", True),
    ("failed delayed", "failed", True),
    ("relayed delayed", "delayed", False),
    ("expanded delayed", "delayed", False),
    ("delivered delayed", "delayed", False),
    ("expanded failed", "failed", True),
    ("relayed failed", "failed", True),
    ("odd failed", "failed", True),
    ("odd delayed", "delayed", False),
]


@pytest.mark.parametrize(("actions", "worst", "failed"), WORST)
def test_a_report_tells_of_the_worst_of_its_recipients(actions: str, worst: str, failed: bool) -> None:
    found = news(report(status(*(group(action, action) for action in actions.split()))))
    assert (found.recipient, found.failed) == (f"{worst.lower()}@corp.example", failed)
    assert (found.status, found.complaint) == ("5.1.1", False)


def test_a_report_without_sense_tells_of_nothing() -> None:
    for groups in ([group("x", "odd")], [], ["Action: failed\nStatus: 5.1.1"]):
        assert news(report(status(*groups))) == Bounce("", "", failed=False, original_id="")


def test_the_recipient_is_the_final_one_or_the_one_that_was_written_to() -> None:
    first = group("gone", "failed", Original_Recipient="rfc822; it@corp.example")
    assert news(report(status(first))).recipient == "gone@corp.example"
    only = first.partition("\n")[2]
    assert news(report(status(only))).recipient == "it@corp.example"
    odd = only.replace("rfc822; it@corp.example", "x400; /S=GONE/")
    assert news(report(status(odd))).recipient == "/s=gone/"


@pytest.mark.parametrize(
    ("code", "diagnostic", "wanted"),
    [
        ("5.1.1", "smtp; 550 5.2.2 full", "5.1.1"),
        ("5.0.0", "smtp; 550 5.2.2 full", "5.2.2"),
        ("5.0.0", "smtp; 450 4.2.2 full", "5.0.0"),
        ("5.0.0", "", "5.0.0"),
        ("", "smtp; 550 5.2.2 full", ""),
        ("odd", "", ""),
    ],
)
def test_the_status_is_the_one_that_says_most(code: str, diagnostic: str, wanted: str) -> None:
    assert news(report(status(group("gone", "failed", code, Diagnostic_Code=diagnostic)))).status == wanted


FAILED = status(group("gone", "failed"))
OURS = "Message-ID: <ours@desk.example>\nSubject: x\n"


@pytest.mark.parametrize(
    "returned",
    [
        f"Content-Type: message/rfc822\n\n{OURS}\nHello",
        f"Content-Type: text/rfc822-headers\n\n{OURS}",
        f"Content-Type: message/global\n\n{OURS}\nHello",
        f"Content-Type: message/global-headers\n\n{OURS}",
        f"Content-Type: text/plain\n\nWhat you sent:\n\n{OURS}",
        f"Content-Type: text/plain\n\nWhat you sent:\n> {OURS}",
        "Content-Type: message/rfc822\n\nSubject: cut\n\nx\n--b\nContent-Type: text/plain\n\n" + OURS,
    ],
)
def test_which_letter_came_back_is_read_from_it_or_from_what_is_shown_of_it(returned: str) -> None:
    assert news(report(FAILED, returned)).original_id == "<ours@desk.example>"


@pytest.mark.parametrize(
    "returned",
    [
        f"Content-Type: application/octet-stream\n\n{OURS}",
        "Content-Type: message/rfc822\n\nSubject: none\n\nx",
        "Content-Type: text/plain\n\nThe Message-ID: <x@desk.example> stands in a sentence",
    ],
)
def test_what_is_no_letter_of_ours_names_none(returned: str) -> None:
    assert news(report(FAILED, returned)).original_id == ""


@pytest.mark.parametrize("said", ["delivery-status", "disposition-notification", "feedback-report", "", "odd"])
def test_a_report_of_a_delivery_is_no_absence_and_one_of_a_reading_no_bounce(said: str) -> None:
    came_back = report(FAILED, said=said)
    assert (came_back.is_away, news(came_back).failed) == (False, True)
    receipt = "Content-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent; displayed"
    read_by = report(receipt, said=said, head="From: eva@corp.example\nSubject: Read: x\n")
    assert (read_by.is_away, read_by.bounce) == (True, None)


def test_a_complaint_is_no_failure_and_names_who_complained() -> None:
    def complaint(*rows: str) -> Bounce:
        told = "\n".join(("Feedback-Type: abuse", *rows))
        return news(
            report(f"Content-Type: message/feedback-report\n\n{told}\n", f"Content-Type: message/rfc822\n\n{OURS}\n")
        )

    found = complaint("Original-Rcpt-To: <mei@corp.example>", "Removal-Recipient: bo@corp.example")
    assert found == Bounce("mei@corp.example", "", False, "<ours@desk.example>", complaint=True)
    assert complaint("Removal-Recipient: bo@corp.example").recipient == "bo@corp.example"
    assert complaint().recipient == ""


@pytest.mark.parametrize(
    ("text", "status_said", "failed"),
    [
        ("<gone@corp.example>: 550 5.1.1 no such user", "5.1.1", True),
        ("<gone@corp.example>: 450 4.2.2 mailbox full", "4.2.2", False),
        ("<gone@corp.example>: could not be delivered", "", True),
        ("<gone@corp.example>: not delivered yet, we will keep trying", "", False),
        ("<gone@corp.example>: 550 5.1.1 no such user; delayed before", "5.1.1", True),
    ],
)
def test_in_words_it_tells_of_the_first_address_its_status_and_whether_that_is_final(
    text: str, status_said: str, failed: bool
) -> None:
    found = news(read(f"{HEAD}\nIt could not be delivered.\n{text}\n\n{OURS}".encode(), Envelope("")))
    assert found == Bounce("gone@corp.example", status_said, failed, "<ours@desk.example>")


def test_a_subject_that_says_late_is_late_whatever_stands_below() -> None:
    raw = f"{HEAD.replace('Undelivered', 'Warning: message delayed')}\n550 5.1.1 could not be delivered"
    assert not news(read(raw.encode(), Envelope(""))).failed


def test_the_recipient_that_a_field_names_comes_first() -> None:
    raw = f"{HEAD}X-Failed-Recipients: named@corp.example\n\n<other@corp.example> could not be reached"
    assert news(read(raw.encode(), Envelope(""))).recipient == "named@corp.example"


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        ("delivery-status", True),
        ("feedback-report", True),
        ("disposition-notification", True),
        ("", True),
        ("odd", False),
    ],
)
def test_what_it_calls_itself_makes_a_report_of_it_even_without_its_part(said: str, is_one: bool) -> None:
    letter = report(f"Content-Type: text/rfc822-headers\n\n{OURS}", said=said, head="From: eva@corp.example\n")
    # The head of the letter that came back is no file for a reader.
    assert (letter.attachments == ()) is is_one
