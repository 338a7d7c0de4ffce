"""How what was received is taken up: once, in handfuls, again after a failure, and with everything kept of it."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from firstline.catalog.models import Inbox
from firstline.channels import intake
from firstline.channels.base import TAKE
from firstline.channels.email import reading
from firstline.channels.email.ingest import keep
from firstline.channels.email.parser_sandbox import Died
from firstline.channels.email.sender_authentication import BELOW_DAMAGE, BY_FORM, ODD
from firstline.channels.inbound import PARTIAL
from firstline.channels.models import InboundMessage
from firstline.channels.outcomes import OLD
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs, waiting_jobs
from tests.cast import MONDAY, Cast
from tests.letters import arrives, back_to, letter

pytestmark = pytest.mark.django_db


def kept(number: int = 0, **more: Any) -> InboundMessage:
    """A letter that waits to be taken in."""
    raw = letter(letter_id=f"<{number}@corp.example>", subject=f"VPN {number}", **more).as_bytes()
    inbox = Inbox.objects.get(address="it@desk.example")
    return keep(raw, inbox=inbox.pk, sender="x@corp.example", recipients=["it@desk.example"])


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_given: object) -> None:
        raise error

    monkeypatch.setattr(intake, "outcome_of", fail)


def test_each_of_many_is_taken_once_in_their_order(cast: Cast) -> None:
    rows = [kept(number) for number in range(12)]
    pks = [row.pk for row in rows]
    assert list(intake.take_all([*pks, pks[0], 10**9])) == [(pk, None) for pk in [*pks, pks[0], 10**9]]
    assert list(Ticket.objects.order_by("pk").values_list("subject", flat=True)) == [f"VPN {n}" for n in range(12)]
    assert set(InboundMessage.objects.values_list("state", flat=True)) == {"done"}
    assert (intake.HANDFUL, intake.SMALL, intake.MOST_TRIES) == (10, 262_144, 3)


def test_a_handful_is_read_at_once_and_only_small_ones_with_their_bytes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, large = kept(1), kept(2)
    monkeypatch.setattr(intake, "SMALL", len(small.raw) + 1)
    InboundMessage.objects.filter(pk=large.pk).update(raw=bytes(large.raw) + b" " * 10)
    waiting = intake._waiting([small.pk, large.pk])
    assert {pk: "raw" in row.__dict__ for pk, row in waiting.items()} == {small.pk: True, large.pk: False}
    assert bytes(waiting[small.pk].raw) == bytes(small.raw)
    monkeypatch.setattr(intake, "SMALL", len(small.raw))
    assert "raw" not in intake._waiting([small.pk])[small.pk].__dict__


def test_one_query_finds_what_waits_of_a_handful(cast: Cast) -> None:
    rows = [kept(number) for number in range(11)]
    InboundMessage.objects.update(state="done")
    with CaptureQueriesContext(connection) as queries:
        list(intake.take_all([row.pk for row in rows]))
    assert len(queries) == 2


def test_what_fails_is_tried_three_times_and_then_put_aside(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = kept()
    failing(monkeypatch, ValueError("no \x00 such thing"))
    for attempt in (1, 2):
        with pytest.raises(ValueError, match="such thing"):
            intake.take(row.pk)
        row.refresh_from_db()
        assert (row.state, row.attempts, row.handled_at) == ("new", attempt, None)
        assert row.reason == "ValueError: no  such thing"
    with clock.moved(MONDAY):
        intake.take(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.handled_at) == ("unreadable", 3, MONDAY)


def test_a_long_reason_is_cut_and_a_reader_that_died_is_said_in_words(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = kept()
    for error, reason in ((ValueError("x" * 3000), f"ValueError: {'x' * 1988}"), (Died("killed"), intake.DIED)):
        failing(monkeypatch, error)
        with pytest.raises(type(error)):
            intake.take(row.pk)
        row.refresh_from_db()
        assert row.reason == reason


def test_an_outage_is_no_fault_of_the_letter(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = kept()
    failing(monkeypatch, OperationalError("gone"))
    for _again in range(4):
        with pytest.raises(OperationalError):
            intake.take(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.reason) == ("new", 0, "")


def test_what_another_took_meanwhile_is_left_to_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = kept()
    hear = intake._hear

    def meanwhile(received: InboundMessage) -> Any:
        InboundMessage.objects.update(state="done")
        return hear(received)

    monkeypatch.setattr(intake, "_hear", meanwhile)
    intake.take(row.pk)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("state", "again"), [("unreadable", True), ("ignored", True), ("bounce", True), ("done", False), ("new", False)]
)
def test_what_was_put_aside_is_taken_again_from_the_beginning(cast: Cast, state: str, again: bool) -> None:
    row = kept()
    InboundMessage.objects.update(state=state, attempts=3, reason="x")
    before = waiting_jobs()
    assert intake.again(row) is again
    row.refresh_from_db()
    assert (row.state, row.attempts, row.reason) == (("new", 0, "") if again else (state, 3, "x"))
    assert waiting_jobs()[len(before) :] == ([(TAKE, {"received": row.pk})] if again else [])


def test_of_what_only_a_part_is_here_nothing_is_taken_again(cast: Cast) -> None:
    row = kept()
    for reason in PARTIAL:
        InboundMessage.objects.update(state="unreadable", reason=reason)
        assert not intake.again(row)


def test_everything_is_kept_of_what_became_of_it(cast: Cast, proving: dict[str, str]) -> None:
    row = kept(Cc="Nora <nora@else.example>", **proving)
    with clock.moved(MONDAY):
        intake.take(row.pk)
    row.refresh_from_db()
    ticket = Ticket.objects.get()
    assert (row.state, row.reason, row.ticket, row.message) == ("done", "", ticket, ticket.messages.get())
    assert (row.person, row.introduced, row.handled_at) == (cast.mei, False, MONDAY)
    assert row.proof["result"] == "pass"
    assert row.suggested == [["Nora", "nora@else.example"]]
    assert (len(row.digest), row.marks, row.forwarded) == (64, [], [])


def test_a_letter_that_failed_its_proof_is_nobodys_and_suggests_nobody(cast: Cast, proving: dict[str, str]) -> None:
    failed = {name: value.replace("=pass", "=fail") for name, value in proving.items()}
    row = kept(Cc="Nora <nora@else.example>", **failed)
    intake.take(row.pk)
    row.refresh_from_db()
    assert (row.state, row.suggested, row.proof["result"]) == ("done", [], "fail")
    assert row.person != cast.mei


def test_whose_letter_it_is_stays_known_where_nothing_is_made_of_it(cast: Cast, proving: dict[str, str]) -> None:
    away = {"Auto_Submitted": "auto-replied", "text": "I am on leave."}
    none, failed = (
        kept(1, **away),
        kept(2, **away, **{name: v.replace("=pass", "=fail") for name, v in proving.items()}),
    )
    for row, person in ((none, cast.mei), (failed, None)):
        intake.take(row.pk)
        row.refresh_from_db()
        assert (row.state, row.person) == ("bounce", person)


def test_a_letter_from_before_is_taken_quietly(cast: Cast) -> None:
    row = kept()
    InboundMessage.objects.update(quiet=True)
    intake.take(row.pk)
    run_jobs()
    told = Delivery.objects.get()
    assert (told.state, told.error) == ("dropped", OLD)


def test_of_an_answer_from_before_nobody_is_told_either(cast: Cast) -> None:
    ticket = cast.asked()
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    for number, quiet in enumerate((True, False)):
        row = kept(number, to=back_to(ticket))
        InboundMessage.objects.filter(pk=row.pk).update(quiet=quiet)
        intake.take(row.pk)
    run_jobs()
    told = Delivery.objects.filter(template="answered").order_by("pk")
    assert [(each.person, each.state, each.error) for each in told] == [
        (cast.bo, "dropped", OLD),
        (cast.bo, "queued", ""),
    ]


def test_a_sender_who_is_not_plain_or_stands_below_damage_is_not_proved(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, real = kept(), reading.incoming

    def heard(**more: Any) -> tuple[str, str]:
        monkeypatch.setattr(reading, "incoming", lambda received: replace(real(received), **more))
        proof = intake._hear(row).proof
        assert proof is not None
        return proof.result, proof.why

    assert heard(certain=False) == ("none", ODD)
    assert heard(address="") == ("none", ODD)
    assert heard(below_damage=True) == ("none", BELOW_DAMAGE)
    assert heard()[1] not in (ODD, BELOW_DAMAGE)


def test_who_asks_by_a_listed_form_is_heard_unless_the_proof_failed(cast: Cast, proving: dict[str, str]) -> None:
    Inbox.objects.filter(address="it@desk.example").update(forms=["form@corp.example"])

    def heard(number: int, **more: str) -> Any:
        row = kept(number, sender="Web <form@corp.example>", Reply_To="Omar <omar@corp.example>", **more)
        return intake._hear(InboundMessage.objects.select_related("inbox").get(pk=row.pk))

    for number, more in ((1, {}), (2, proving)):
        found = heard(number, **more)
        assert (found.incoming.address, found.person) == ("omar@corp.example", cast.omar)
        assert (found.proof.result, found.proof.why) == ("none", BY_FORM)
    failed = heard(3, **{name: value.replace("=pass", "=fail") for name, value in proving.items()})
    assert (failed.incoming.address, failed.proof.result) == ("form@corp.example", "fail")


def test_what_cannot_be_read_says_why_and_who_sent_it_is_not_looked_for(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = kept()

    def unreadable(_received: InboundMessage) -> Any:
        raise reading.Unreadable("Because.")

    monkeypatch.setattr(reading, "incoming", unreadable)
    intake.take(row.pk)
    row.refresh_from_db()
    assert (row.state, row.reason, row.person, row.proof) == ("unreadable", "Because.", None, {})
    assert row.handled_at is not None


def test_who_writes_from_an_address_that_came_back_has_it_when_that_is_proved(
    cast: Cast, proving: dict[str, str]
) -> None:
    def marked() -> bool:
        return Person.objects.get(pk=cast.mei.pk).is_bounced

    gone = {"bounced_at": MONDAY, "bounced_address": "mei@corp.example", "bounced_why": "off"}
    Person.objects.filter(pk=cast.mei.pk).update(**gone)
    arrives(letter(letter_id="<1@corp.example>", subject="1"))
    assert marked()
    old = kept(2, **proving)
    InboundMessage.objects.filter(pk=old.pk).update(quiet=True)
    intake.take(old.pk)
    assert marked()
    arrives(letter(letter_id="<3@corp.example>", subject="3", **proving))
    assert not marked()
