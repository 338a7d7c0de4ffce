"""The judge of a round is not blind: each kind of loss that it looks for is found when it is there."""

import random
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from firstline.cli import integrity
from firstline.notices.models import Delivery
from firstline.tickets import actions, files
from firstline.tickets.models import Attachment, Event, Message, Ticket
from firstline.tickets.write_guard import door
from tests.background import run_jobs
from tests.cast import Cast
from tests.chaos.deaths import Death
from tests.chaos.journal import Act, Journal
from tests.chaos.postbox import Copy, Postbox
from tests.chaos.settled import Verdict, judge

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "journal.jsonl")) as kept:
        yield kept


def told(journal: Journal, mark: str, state: str = "done", **more: str) -> None:
    journal.settle(journal.ask(Act("request", mark, **more)), state)


def judged(journal: Journal, postbox: Postbox | None = None, deaths: list[Death] | None = None) -> Verdict:
    return judge(journal, postbox or Postbox(0, random.Random(0)), deaths or [])


def test_what_is_there_once_is_well(cast: Cast, journal: Journal) -> None:
    cast.ask(text="Broken: call-p1-00001x")
    told(journal, "call-p1-00001x")
    assert judged(journal).is_clean


def test_a_loss_is_found(cast: Cast, journal: Journal) -> None:
    told(journal, "call-p1-00001x")
    assert len(judged(journal).lost) == 1


def test_what_is_in_doubt_may_be_missing_but_not_be_there_twice(cast: Cast, journal: Journal) -> None:
    told(journal, "call-p1-00001x", "in doubt")
    assert judged(journal).is_clean
    cast.ask(text="Broken: call-p1-00001x")
    assert judged(journal).is_clean
    cast.ask(text="Broken: call-p1-00001x")
    assert len(judged(journal).doubled) == 1


def test_a_lost_and_a_doubled_verb_are_found(cast: Cast, journal: Journal) -> None:
    ticket = cast.ask()
    actions.accept(ticket, by=cast.bo)
    told(journal, "hold-bo-00001x", number=ticket.number, verb="held")
    assert len(judged(journal).lost) == 1
    for _twice in range(2):
        actions.hold(ticket, by=cast.bo, reason="vendor")
        actions.resume(ticket, by=cast.bo)
    assert judged(journal).lost == []
    assert len(judged(journal).doubled) == 1


def test_a_lost_file_is_found_and_one_that_a_merge_took_along_is_not_lost(cast: Cast, journal: Journal) -> None:
    file = files.keep(b"a picture", name="a.txt", by=cast.mei)
    act = journal.ask(Act("request", "asked-v1-00001x", facts={"sha256": file.sha256}))
    ticket = cast.ask(text="Broken: asked-v1-00001x")
    journal.settle(act, "done")
    assert len(judged(journal).lost) == 1
    with door():
        Attachment.objects.filter(pk=file.pk).update(ticket=ticket, message=ticket.messages.get())
    assert judged(journal).lost == []
    actions.merge(ticket, by=cast.bo, into=cast.ask())
    assert judged(journal).lost == []


def test_a_ticket_that_is_not_what_its_log_says_is_found(cast: Cast, journal: Journal) -> None:
    ticket = cast.ask()
    with door():
        Ticket.objects.filter(pk=ticket.pk).update(subject="Something else")
    assert any("subject" in fault for fault in judged(journal).broken)


def test_words_without_an_event_and_a_ticket_without_words_are_found(cast: Cast) -> None:
    ticket, other = cast.ask(), cast.ask()
    with door():
        Message.objects.create(ticket=ticket, author=cast.mei, kind="request", channel="portal", text="?")
        Message.objects.filter(ticket=other).delete()
    faults = list(integrity.faults())
    assert any("the log does not know" in fault for fault in faults)
    assert any("neither words nor files" in fault for fault in faults)


def test_a_ticket_without_an_event_is_found(cast: Cast) -> None:
    ticket = cast.ask()
    with door():
        copy = Ticket.objects.get(pk=ticket.pk)
        copy.pk = None
        copy.save(force_insert=True)
        copy.refresh_from_db(fields=["number"])
    assert not Event.objects.filter(ticket=copy).exists()
    assert f"{copy.number} was opened without an event" in set(integrity.faults())


def test_letters_that_are_lost_or_come_twice_for_no_reason_are_found(cast: Cast, journal: Journal) -> None:
    cast.ask()
    run_jobs()
    Delivery.objects.update(state="sent")
    letter = Delivery.objects.get()
    postbox = Postbox(0, random.Random(0))
    assert len(judged(journal, postbox).letters_lost) == 1
    at = time.monotonic()
    postbox.copies[letter.letter_id] = [Copy(at, letter.address, told=True)]
    assert judged(journal, postbox).is_clean
    postbox.copies[letter.letter_id].append(Copy(at + 60, letter.address, told=True))
    assert len(judged(journal, postbox).twice_without_reason) == 1
    verdict = judged(journal, postbox, deaths=[Death(at + 1)])
    assert (verdict.twice, verdict.is_clean) == (1, True)


@pytest.mark.parametrize(
    ("death", "is_excuse"),
    [
        (Death(100.2, "sender", until=100.2), True),
        (Death(99.95, "sender", until=99.95), True),  # on the wire
        (Death(100.2, "another", until=100.2), False),
        (Death(98.0, "sender", until=98.0), False),  # an earlier process of the same number
        (Death(104.0, "sender", until=104.0), False),  # it had all the time to note it
        (Death(100.2, until=105.0), True),
        (Death(60.0, until=110.0), True),  # away all the time
        (Death(60.0, until=62.0), False),  # back long before
        (Death(104.0, until=109.0), False),
    ],
)
def test_only_a_death_that_kept_the_sender_from_noting_it_excuses_a_second_copy(
    cast: Cast, journal: Journal, death: Death, is_excuse: bool
) -> None:
    cast.ask()
    run_jobs()
    Delivery.objects.update(state="sent")
    letter = Delivery.objects.get()
    postbox = Postbox(0, random.Random(0))
    first = Copy(100.0, letter.address, told=True, began=99.9, by="sender")
    postbox.copies[letter.letter_id] = [first, Copy(400.0, letter.address, told=True, began=399.9, by="another")]
    verdict = judged(journal, postbox, deaths=[death])
    assert (verdict.twice, verdict.is_clean) == (1, is_excuse)
