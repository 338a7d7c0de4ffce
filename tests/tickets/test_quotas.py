"""One person who asks cannot bury the desk, by page or by program; who works there is not slowed down."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from firstline.api.models import Token
from firstline.catalog.models import Membership
from firstline.kit import clock
from firstline.people.models import Attempts, Person
from firstline.tickets import actions, files, quotas
from firstline.tickets.access import ASKING
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Attachment, Ticket
from firstline.tickets.quotas import TooMuch
from firstline.tickets.verbs import VERBS
from firstline.tickets.write_guard import quietly
from tests.cast import MONDAY, Cast
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
    form = cast.form("long")
    form.fields = [
        {"key": key, "label_en": key, "label_zh": key, "kind": "textarea"} for key in {*answers, "a", "b", "c", "d"}
    ]
    form.save()
    with pytest.raises(WrongState) as refused:
        ask(cast, getattr(cast, who), answers=answers, channel="api", request_type=form)
    assert "too long" in str(refused.value)
    ask(cast, getattr(cast, who), answers=dict.fromkeys("abcd", "x" * 9_900), request_type=form)


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


def test_how_much_it_may_be_is_written_down_a_second_time() -> None:
    told = (quotas.MINUTES_OF_AN_HOUR, quotas.ANSWERS_A_MINUTE, quotas.UNSENT, quotas.UNSENT_FILES)
    assert told == (6, 3, 50, 10)
    assert (quotas.UPLOADED, quotas.PIECES, quotas.MOST_FILES) == (40, 100, 200)
    assert (quotas.LONGEST_ANSWERS, quotas.NAMED, quotas.NAMED_IN_A_DAY, quotas.MOST_PARTICIPANTS) == (
        50_000, 30, 100, 50,
    )  # fmt: skip
    assert (timedelta(minutes=1), timedelta(hours=1)) == (quotas.MINUTE, quotas.HOUR)
    assert TooMuch("x").retry_after == 60


@pytest.mark.parametrize(
    ("later", "seconds", "minutes"), [(0, 61, 2), (1, 60, 1), (20, 41, 1), (59, 2, 1), (59.5, 1, 1)]
)
def test_who_is_refused_hears_for_how_long(cast: Cast, later: float, seconds: int, minutes: int) -> None:
    with clock.moved(MONDAY):
        for _ in range(3):
            ask(cast, cast.mei)
    with clock.moved(MONDAY + timedelta(seconds=later)), pytest.raises(TooMuch, match=f" {minutes} min") as refused:
        ask(cast, cast.mei)
    assert refused.value.retry_after == seconds
    with clock.moved(MONDAY + timedelta(seconds=60)):
        ask(cast, cast.mei)


def test_of_two_that_are_over_the_longer_wait_counts(cast: Cast) -> None:
    for minute in range(6):
        with clock.moved(MONDAY + timedelta(minutes=minute)):
            for _ in range(3):
                ask(cast, cast.mei)
    for minute, wait in ((5, 55 * 60 + 1), (30, 30 * 60 + 1)):
        with clock.moved(MONDAY + timedelta(minutes=minute)), pytest.raises(TooMuch) as refused:
            ask(cast, cast.mei)
        assert refused.value.retry_after == wait
    with clock.moved(MONDAY + timedelta(minutes=60)):
        ask(cast, cast.mei)


@pytest.mark.parametrize(("named", "wait", "minutes"), [(30, 3_601, 61), (100, 86_401, 1_441)])
def test_people_are_named_within_an_hour_and_a_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, named: int, wait: int, minutes: int
) -> None:
    if named > 30:
        monkeypatch.setattr(quotas, "NAMED", 1_000)
    with clock.moved(MONDAY):
        quotas.may_name(cast.mei, named - 1)
        quotas.may_name(cast.mei, 1)
        quotas.may_name(cast.mei, 0)
        with pytest.raises(TooMuch, match=f"You have named many people .* {minutes} min") as refused:
            quotas.may_name(cast.mei, 1)
        assert refused.value.retry_after == wait
        quotas.may_name(cast.bo, 1_000)
        quotas.may_name(cast.ada, 1_000)
        quotas.may_name(Person.objects.system(), 1_000)
    with clock.moved(MONDAY + timedelta(seconds=wait - 1)):
        quotas.may_name(cast.mei, 1)


def test_an_auditor_asks_as_everybody_does(cast: Cast) -> None:
    Membership.objects.create(person=cast.omar, desk=cast.hr, team=None, role="auditor")
    omar = Person.objects.get(pk=cast.omar.pk)
    for _ in range(3):
        ask(cast, omar)
    with pytest.raises(TooMuch):
        ask(cast, omar)


@pytest.mark.parametrize(("channel", "counted"), [("portal", 1), ("api", 1), ("email", 0), ("chat", 0)])
def test_by_which_ways_requests_and_answers_count(cast: Cast, channel: str, counted: int) -> None:
    ticket = ask(cast, cast.mei, channel=channel)
    keys = {"asks": counted, "asks in an hour": counted}
    assert {name: Attempts.objects.filter(key=f"{name} {cast.mei.pk}").count() for name in keys} == keys
    actions.reply(ticket, by=cast.mei, text="And?", channel=channel)
    assert Attempts.objects.filter(key=f"answers {cast.mei.pk}").count() == counted


def test_to_the_last_byte_and_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, upload_mb=1)
    room = quotas.UNSENT_FILES * 1024 * 1024
    kept = files.keep(b"x", name="a.bin", by=cast.mei)
    Attachment.objects.filter(pk=kept.pk).update(size=room - 5)
    quotas.may_upload(cast.mei, size=5)
    with pytest.raises(TooMuch):
        quotas.may_upload(cast.mei, size=6)
    quotas.may_upload(cast.omar, size=room)
    monkeypatch.setattr(quotas, "UNSENT", 2)
    Attachment.objects.filter(pk=kept.pk).update(size=1)
    files.keep(b"y", name="b.bin", by=cast.omar)
    quotas.may_upload(cast.mei, size=1)
    files.keep(b"y", name="b.bin", by=cast.mei)
    with pytest.raises(TooMuch):
        quotas.may_upload(cast.mei, size=1)


def test_a_form_holds_fifty_thousand_characters_of_any_script_and_dates(cast: Cast) -> None:
    room = 50_000 - len(json.dumps({"a": ""}))
    for letter in ("x", "网"):
        quotas.check_answers({"a": letter * room})
        with pytest.raises(WrongState, match="too long"):
            quotas.check_answers({"a": letter * (room + 1)})
    quotas.check_answers({"since": MONDAY})
    quotas.check_answers({})


@pytest.mark.parametrize("people", [50, [None] * 50])
def test_fifty_take_part_by_the_word_of_who_asks_and_more_by_that_of_the_desk(cast: Cast, people: Any) -> None:
    quotas.check_participants(cast.mei, people)
    more = people + (1 if isinstance(people, int) else [None])
    with pytest.raises(WrongState, match="No more than 50 people"):
        quotas.check_participants(cast.mei, more)
    quotas.check_participants(cast.bo, more)


def _do(cast: Cast, verb: str, ticket: Ticket) -> None:
    """Mei does it once, again and again possible; what the desk must do between is Bo's."""
    match verb:
        case "rate":
            actions.rate(ticket, by=cast.mei, score=1)
        case "share" | "unshare":
            actions.share(ticket, by=cast.mei, person=cast.omar)
            actions.unshare(ticket, by=cast.mei, person=cast.omar)
        case "add_participant":
            somebody = Person.objects.create_person(name="x", email=f"{Person.objects.count()}@corp.example")
            actions.add_participant(ticket, by=cast.mei, person=somebody)
        case "attach":
            actions.attach(ticket, by=cast.mei, attachments=[files.keep(b"x", name="x.txt", by=cast.mei)])
        case "reply":
            actions.reply(ticket, by=cast.mei, text="And?")
        case "decline":
            actions.decline(cast.asked(by=cast.bo, requester=cast.mei), by=cast.mei)
        case "cancel":
            actions.cancel(cast.asked(by=cast.bo, requester=cast.mei), by=cast.mei)
        case "close":
            done = cast.asked(by=cast.bo, requester=cast.mei)
            actions.resolve(done, by=cast.bo, resolution="Done.")
            actions.close(done, by=cast.mei)
        case "reopen":
            done = cast.asked(by=cast.bo, requester=cast.mei)
            actions.resolve(done, by=cast.bo, resolution="Done.")
            actions.reopen(done, by=cast.mei, reason="No.")
        case _:
            raise AssertionError(f"How often may the asking side {verb}?")


def _often(cast: Cast, verb: str, ticket: Ticket) -> None:
    for _ in range(quotas.STEPS + 1):
        _do(cast, verb, ticket)


OF_THE_ASKING_SIDE = sorted(key for key, verb in VERBS.items() if verb.may & ASKING and key != "open_ticket")


@pytest.mark.parametrize("verb", OF_THE_ASKING_SIDE)
def test_nothing_that_the_asking_side_may_do_can_be_done_without_end(cast: Cast, verb: str) -> None:
    ticket = cast.asked(by=cast.omar, requester=cast.mei)
    if verb == "rate":
        actions.resolve(ticket, by=cast.bo, resolution="Done.")
    with pytest.raises(TooMuch) as refused:
        _often(cast, verb, ticket)
    assert "nothing" in str(refused.value)
    assert refused.value.retry_after >= 1


def test_steps_are_counted_by_the_hour_too_and_never_those_of_the_desk(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "STEPS_IN_AN_HOUR", 12)
    ticket, now = cast.asked(by=cast.omar, requester=cast.mei), clock.now()
    for number in range(6):
        monkeypatch.setattr(clock, "now", lambda number=number: now + timedelta(minutes=2 * number))
        _do(cast, "share", ticket)
    with pytest.raises(TooMuch):
        _do(cast, "share", ticket)
    for number in range(quotas.STEPS + 5):
        actions.rename(ticket, by=cast.bo, subject=f"Name {number}")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=62))
    _do(cast, "share", ticket)


@pytest.mark.parametrize("way", ["reply", "attach"])
def test_a_request_takes_so_many_files_of_the_asking_side_by_any_way_and_more_of_the_desk(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(quotas, "MOST_FILES", 3)

    def brought(by: Person, count: int) -> list[Attachment]:
        return [files.upload(b"%d" % number, name="a.txt", by=by) for number in range(count)]

    def adds(by: Person, count: int) -> None:
        given = brought(by, count)
        if way == "reply":
            actions.reply(ticket, by=by, text="Here", attachments=given)
        else:
            actions.attach(ticket, by=by, attachments=given)

    with pytest.raises(WrongState, match="No more than 3 files"):
        ask(cast, cast.mei, attachments=brought(cast.mei, 4))
    ticket = ask(cast, cast.mei, attachments=brought(cast.mei, 2))
    with pytest.raises(WrongState, match="No more than 3 files"):
        adds(cast.mei, 2)
    adds(cast.mei, 1)
    with pytest.raises(WrongState, match="No more than 3 files"):
        adds(cast.mei, 1)
    adds(cast.bo, 2)
    with quietly():
        adds(cast.mei, 1)
    assert ticket.attachments.count() == 6


def test_what_somebody_uploads_within_a_day_has_an_end_whatever_becomes_of_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(monkeypatch, upload_mb=1)
    monkeypatch.setattr(quotas, "UPLOADED", 2)
    with clock.moved(MONDAY):
        for number in range(199):
            quotas.may_upload(cast.mei, size=number * 50 + 1)  # a small one is a hundredth of the largest
        with pytest.raises(TooMuch, match="uploaded a lot within a day") as refused:
            files.upload(b"x" * 11_000, name="a.bin", by=cast.mei)
        assert refused.value.retry_after == 86_401
        files.upload(b"x" * 10_000, name="a.bin", by=cast.mei)
        with pytest.raises(TooMuch):
            files.upload(b"x", name="a.bin", by=cast.mei)
        with quietly():
            files.upload(b"x", name="a.bin", by=cast.mei)
        files.upload(b"z" * 1024 * 1024, name="a.bin", by=cast.omar)
        for number in range(3):
            files.upload(b"%d" % number * 1024 * 1024, name="a.bin", by=cast.bo)
    with clock.moved(MONDAY + timedelta(days=1)):
        files.upload(b"x" * 1024 * 1024, name="a.bin", by=cast.mei)
