"""One person who asks cannot bury the desk, by page or by program; who works there is not slowed down."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from firstline.api.models import Token
from firstline.kit import clock
from firstline.people.models import Attempts, Person
from firstline.tickets import actions, files, quotas
from firstline.tickets.door import quietly
from firstline.tickets.models import Attachment, Ticket
from firstline.tickets.quotas import TooMuch
from firstline.tickets.refusals import WrongState
from tests.cast import Cast
from tests.letters import config

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    config(monkeypatch, requests_a_minute=3)
    return Cast.make()


def ask(cast: Cast, by: Person, **more: Any) -> Ticket:
    given = {"subject": "VPN", "text": "It fails", "channel": "portal"} | more
    return actions.open_ticket(by=by, desk=cast.it, **given)


def test_who_asks_too_much_is_told_when_to_go_on_and_others_are_not(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        ask(cast, cast.mei)
    with pytest.raises(TooMuch) as refused:
        ask(cast, cast.mei, channel="api")
    assert "nothing you wrote is lost" in str(refused.value)
    assert 1 <= refused.value.retry_after <= 61
    ask(cast, cast.omar)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=61))
    ask(cast, cast.mei)


def test_an_hour_has_an_end_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    for number in range(3 * quotas.MINUTES_OF_AN_HOUR):
        monkeypatch.setattr(clock, "now", lambda number=number: now + timedelta(minutes=number))
        ask(cast, cast.mei)
    with pytest.raises(TooMuch):
        ask(cast, cast.mei)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=61))
    ask(cast, cast.mei)


def test_what_is_imported_counts_for_nobody_and_locks_no_count(cast: Cast) -> None:
    with quietly():
        asked = [ask(cast, cast.mei) for _ in range(5)]
        for _ in range(20):
            actions.reply(asked[0], by=cast.mei, text="And more")
        ask(cast, cast.mei, requester=cast.omar, participants=[cast.hana])
        actions.add_participant(asked[0], by=cast.mei, person=cast.omar)
    assert not Attempts.objects.exists()


@pytest.mark.parametrize("who", ["bo", "admin", "machine"])
def test_an_import_by_who_works_there_is_not_counted(cast: Cast, who: str) -> None:
    person = cast.bo
    if who != "bo":
        person = Person.objects.create_person(name=who, email=f"{who}@corp.example")
        person.admin, person.kind = who == "admin", "machine" if who == "machine" else "human"
        person.save()
    for _ in range(20):
        ask(cast, person, channel="api")
    assert not Attempts.objects.exists()


def test_an_email_is_never_refused(cast: Cast) -> None:
    for _ in range(10):
        ask(cast, cast.mei, channel="email")


def test_what_was_refused_does_not_count(cast: Cast) -> None:
    for _ in range(10):
        with pytest.raises(WrongState):
            ask(cast, cast.mei, text="x" * 200_000)
    ask(cast, cast.mei)


def test_answers_have_a_pace_as_well(cast: Cast) -> None:
    ticket = ask(cast, cast.mei)
    for _ in range(3 * quotas.ANSWERS_A_MINUTE):
        actions.reply(ticket, by=cast.mei, text="And?")
    with pytest.raises(TooMuch):
        actions.reply(ticket, by=cast.mei, text="And?")
    for _ in range(3 * quotas.ANSWERS_A_MINUTE + 1):
        actions.reply(ticket, by=cast.bo, text="Yes.")
    actions.reply(ticket, by=cast.mei, text="And by email?", channel="email")


@pytest.mark.parametrize(
    "answers", [{"a": "x" * 60_000}, {f"f{n}": "y" * 1000 for n in range(60)}, {"a": ["z" * 60_000]}]
)
@pytest.mark.parametrize("who", ["mei", "bo"])
def test_a_form_holds_so_much_and_no_more_whoever_sends_it(cast: Cast, answers: dict[str, Any], who: str) -> None:
    with pytest.raises(WrongState):
        ask(cast, getattr(cast, who), answers=answers, channel="api")
    ask(cast, getattr(cast, who), answers={"a": "x" * 40_000})


def test_files_that_nobody_sends_do_not_pile_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "UNSENT", 3)
    for number in range(3):
        files.upload(b"%d" % number, name="a.txt", by=cast.mei)
    with pytest.raises(TooMuch):
        files.upload(b"3", name="a.txt", by=cast.mei)
    files.upload(b"3", name="a.txt", by=cast.bo)
    ask(cast, cast.mei, attachments=list(Attachment.objects.unsent_of(cast.mei)))
    files.upload(b"3", name="a.txt", by=cast.mei)


def test_nor_does_their_size(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, upload_mb=1)
    for number in range(quotas.UNSENT_FILES):
        files.upload(b"%d" % number * 1_000_000, name="a.bin", by=cast.mei)
    with pytest.raises(TooMuch):
        files.upload(b"y" * 1_000_000, name="a.bin", by=cast.mei)


def test_an_email_with_many_files_is_kept_with_all_of_them(cast: Cast) -> None:
    for number in range(quotas.UNSENT + 5):
        files.keep(b"%d" % number, name="a.txt", by=cast.mei)


def test_who_asks_lets_in_so_many_and_an_agent_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MOST_PARTICIPANTS", 1)
    ticket = ask(cast, cast.mei)
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    other = Person.objects.create_person(name="Other", email="other@corp.example")
    with pytest.raises(WrongState):
        actions.add_participant(ticket, by=cast.mei, person=other)
    with pytest.raises(WrongState):
        ask(cast, cast.mei, participants=[cast.omar, other])
    actions.add_participant(ticket, by=cast.bo, person=other)


def test_a_program_hears_429_and_when_to_come_back(cast: Cast) -> None:
    headers = {"Authorization": f"Bearer {Token.issue(cast.mei, scopes=['write'])}", "Accept-Language": "zh-hans"}
    body = json.dumps({"subject": "VPN", "text": "It fails", "desk": "IT"})
    said = [Client().post("/api/v1/tickets", body, "application/json", headers=headers) for _ in range(4)]
    assert [each.status_code for each in said] == [201, 201, 201, 429]
    assert said[3]["Content-Type"] == "application/problem+json"
    assert int(said[3]["Retry-After"]) > 0
    assert "请" in said[3].json()["detail"]


def test_a_page_says_so_and_keeps_what_was_typed(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.mei)
    form = {"subject": "VPN", "text": "Words that took an hour", "urgency": 2}
    for _ in range(3):
        assert client.post("/ask/else/", form).status_code == 302
    answer = client.post("/ask/else/", form)
    assert answer.status_code == 422
    assert "Words that took an hour" in answer.content.decode()
    assert "nothing you wrote is lost" in answer.content.decode()
