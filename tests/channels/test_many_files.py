"""One email, however many files are packed into it, becomes so many files and no more; the whole of it is kept with
them. What asks the database for more than it has is tried three times, and leaves nothing on the disk."""

import binascii
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection

from firstline.channels import intake, outcomes
from firstline.channels.email.channel import WHOLE
from firstline.channels.email.letter import read
from firstline.channels.email.limits import MOST_FILES
from firstline.notices.enclosures import enclosures
from firstline.notices.models import Delivery
from firstline.tickets import files, quotas
from firstline.tickets.models import Attachment, Message, Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.channels.email.test_winmail import file, packet
from tests.channels.test_taking import kept
from tests.letters import arrives, back_to, letter

SAID = "完整邮件见附件"

pytestmark = pytest.mark.django_db


def uuencoded(name: str, data: bytes) -> str:
    rows = (binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45))
    return f"begin 644 {name}\n{''.join(rows)}`\nend\n"


def texts(count: int, each: int) -> bytes:
    """An email of so many texts, with so many uuencoded files in each."""
    message = letter(text="It is broken.\n")
    for part in range(count):
        words = "".join(uuencoded(f"{part}-{number}.txt", b"%d of %d" % (number, part)) for number in range(each))
        message.add_attachment(words, disposition="inline")
    return message.as_bytes()


def packets(count: int, each: int) -> bytes:
    message = letter(text="It is broken.\n")
    for part in range(count):
        inner = packet(*(file(f"{part}-{number}.txt", b"%d of %d" % (number, part)) for number in range(each)))
        message.add_attachment(inner, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return message.as_bytes()


def packets_among_words(count: int, each: int) -> bytes:
    message = letter(text="It is broken.\n")
    for part in range(count):
        inner = packet(*(file(f"{part}-{number}.txt", b"%d of %d" % (number, part)) for number in range(each)))
        message.add_attachment(uuencoded("winmail.dat", inner) * 3, disposition="inline")
    return message.as_bytes()


def pictures(count: int) -> bytes:
    drawn = binascii.b2a_base64(b"\x89PNG" + b"0" * 60, newline=False).decode()
    return letter(
        html="".join(f'<p>{number}<img src="data:image/png;base64,{drawn}">' for number in range(count))
    ).as_bytes()


def parts(count: int) -> bytes:
    message = letter(text="It is broken.\n")
    for number in range(count):
        message.add_attachment(b"%d" % number, maintype="application", subtype="x-own", filename=f"{number}.bin")
    return message.as_bytes()


MANY: dict[str, Callable[[], bytes]] = {
    "uuencoded": lambda: texts(20, 20),
    "one text": lambda: texts(1, MOST_FILES + 1),
    "packets": lambda: packets(12, 30),
    "one packet": lambda: packets(1, MOST_FILES + 1),
    "packets among words": lambda: packets_among_words(40, 3),
    "pictures": lambda: pictures(MOST_FILES + 1),
    "parts": lambda: parts(MOST_FILES + 1),
}


@pytest.mark.parametrize("kind", MANY)
def test_what_an_email_brings_beyond_the_limit_is_in_the_whole_email(cast: Cast, kind: str) -> None:
    raw = MANY[kind]()
    received = arrives(raw, at="it@desk.example")
    assert received.state == "done"
    rows = Attachment.objects.filter(ticket=received.ticket)
    assert rows.count() == MOST_FILES + 1
    assert SAID in Message.objects.get().text
    assert "files" in received.marks
    with files.read(rows.get(name=WHOLE)) as opened:
        whole = opened.read()
    again, first = read(whole), read(raw)
    assert [one.content for one in again.attachments] == [one.content for one in first.attachments]
    assert (again.subject, again.text) == (first.subject, first.text)
    # To whom else it went, and by which servers, is not for all who read the request.
    assert b"it@desk.example" not in whole


@pytest.mark.parametrize(
    "raw",
    [texts(4, 25), packets(5, 20), pictures(MOST_FILES), parts(MOST_FILES)],
    ids=["text", "packet", "html", "part"],
)
def test_an_email_with_as_many_as_may_be_has_them_all_and_nothing_else(cast: Cast, raw: bytes) -> None:
    received = arrives(raw, at="it@desk.example")
    assert Attachment.objects.filter(ticket=received.ticket).count() == MOST_FILES
    assert SAID not in Message.objects.get().text


def test_what_came_out_of_something_is_not_opened_again() -> None:
    inner = packet(file("a.txt", b"one"))
    message = letter(text=uuencoded("winmail.dat", inner))
    assert [(one.name, one.content) for one in read(message.as_bytes()).attachments] == [("winmail.dat", inner)]
    twice = letter()
    twice.add_attachment(
        packet(file("winmail.dat", inner)), maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    assert [(one.name, one.content) for one in read(twice.as_bytes()).attachments] == [("winmail.dat", inner)]


def test_a_request_takes_so_many_files_by_email_and_of_later_ones_the_whole(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, proving: dict[str, str]
) -> None:
    monkeypatch.setattr(quotas, "MOST_FILES", 5)
    ticket = arrives(parts(3), at="it@desk.example").ticket
    assert ticket is not None

    def answered(number: int, brings: int) -> list[str]:
        message = letter(
            to=back_to(ticket), subject="Re: VPN", letter_id=f"<again-{number}@corp.example>", text="More\n"
        )
        for each in range(brings):
            message.add_attachment(b"%d" % each, maintype="application", subtype="x-own", filename=f"{each}.bin")
        said = arrives(message).message
        assert said is not None
        assert (SAID in said.text) is (WHOLE in said.attachments.values_list("name", flat=True))
        return sorted(said.attachments.values_list("name", flat=True))

    assert answered(1, 1) == ["0.bin"]
    assert answered(2, 1) == ["0.bin"]
    assert answered(3, 2) == [WHOLE]
    assert answered(4, 0) == []


def test_news_of_an_email_with_many_files_carries_no_more_than_it_became(cast: Cast) -> None:
    received = arrives(texts(20, 20), at="it@desk.example")
    given = enclosures(Delivery(message=received.message))
    assert len(given.attached) + len(given.large) == MOST_FILES + 1


def asking_for_too_much() -> None:
    """As the server says it: by an error of PostgreSQL itself, as if too many locks had been asked for."""
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'out of shared memory' USING ERRCODE = '53200'; END $$")


def failing_after_files(monkeypatch: pytest.MonkeyPatch, error: Callable[[], None]) -> None:
    settle = outcomes.outcome_of

    def fail(*given: Any) -> None:
        settle(*given)
        error()

    monkeypatch.setattr(intake, "outcome_of", fail)


@pytest.mark.parametrize("code", ["53200", "53400"])
def test_what_asks_for_more_than_there_is_is_put_aside_after_three_tries(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    row = kept()

    def error() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'too much' USING ERRCODE = '{code}'; END $$")

    failing_after_files(monkeypatch, error)
    for attempt in (1, 2):
        with pytest.raises(OperationalError):
            intake.take(row.pk)
        row.refresh_from_db()
        assert (row.state, row.attempts) == ("new", attempt)
    intake.take(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("unreadable", 3)
    assert "too much" in row.reason


@pytest.mark.parametrize("code", ["53300", "53100", "57P01", "57014", "08006"])
def test_a_database_that_is_away_or_full_is_no_fault_of_the_email(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    row = kept()

    def error() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = '{code}'; END $$")

    failing_after_files(monkeypatch, error)
    for _again in range(4):
        with pytest.raises(OperationalError):
            intake.take(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("new", 0)


def test_files_of_an_email_that_failed_are_not_left_on_the_disk(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(default_storage, "location", str(tmp_path))
    monkeypatch.setattr(default_storage, "base_location", str(tmp_path), raising=False)
    others = files.keep(b"of somebody else", name="a.txt", by=cast.mei)
    message = letter()
    message.add_attachment(b"of somebody else", maintype="application", subtype="x-own", filename="b.bin")
    message.add_attachment(b"of this email", maintype="application", subtype="x-own", filename="c.bin")
    with monkeypatch.context() as patch:
        failing_after_files(patch, asking_for_too_much)
        with pytest.raises(OperationalError):
            arrives(message)
    assert not Ticket.objects.exists()
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == [others.sha256]
    run_jobs()
