"""What is old goes by the rules, and only that."""

import argparse
from datetime import timedelta

import pytest

from firstline.audit.log import audit
from firstline.audit.models import AuditEntry
from firstline.catalog.own_addresses import own_address
from firstline.channels.email.signed import reply_address
from firstline.channels.models import InboundMessage
from firstline.kit import clock
from firstline.retention import retaining
from firstline.retention.erasing import erase_person
from firstline.retention.models import Rule
from firstline.tickets import actions, files
from firstline.tickets.models import Attachment, Draft, Event, Message, Ticket
from firstline.tickets.replay import differences
from firstline.tickets.verifying import verify
from firstline.tickets.write_guard import door
from tests.background import run_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.letters import arrives, letter

pytestmark = pytest.mark.django_db


def closed(cast: Cast, *, days_ago: int, subject: str, **more: object) -> Ticket:
    with clock.moved(MONDAY - timedelta(days=days_ago)):
        ticket = cast.ask(subject=subject, **more)
        agent = cast.hana if ticket.desk_id == cast.hr.pk else cast.bo
        actions.accept(ticket, by=agent)
        actions.classify(ticket, by=agent, kind="incident", service=None)
        actions.resolve(ticket, by=agent, resolution="Replaced.")
        actions.close(ticket, by=cast.mei)
    return fresh(ticket)


def test_words_of_requests_closed_long_ago_go_and_the_young_stay() -> None:
    cast = Cast.make()
    old = closed(cast, days_ago=400, subject="Old printer")
    young = closed(cast, days_ago=300, subject="Young printer")
    elsewhere = closed(cast, days_ago=400, subject="Pay slip", desk=cast.hr)
    still_open = cast.ask(subject="Open printer")
    Rule.objects.create(what="words", desk=cast.it, days=365)
    with clock.moved(MONDAY):
        assert [each.count for each in retaining.due()] == [1]
        assert fresh(old).subject == "Old printer"
        assert [each.count for each in retaining.let_go()] == [1]
        assert [each.count for each in retaining.due()] == [0]
    assert fresh(old).subject == "—"
    assert set(old.messages.values_list("text", flat=True)) == {"—"}
    assert [fresh(each).subject for each in (young, elsewhere, still_open)] == [
        "Young printer",
        "Pay slip",
        "Open printer",
    ]
    assert differences(old) == []
    assert verify().broken == ()


def test_files_uploads_and_addresses_have_rules_of_their_own() -> None:
    cast = Cast.make()
    with clock.moved(MONDAY - timedelta(days=40)):
        files.keep(b"never sent", name="a.txt", by=cast.mei)
        attached = files.keep(b"sent", name="b.txt", by=cast.mei)
        audit("signed_in", by=cast.bo, about=cast.bo, words={"address": "192.0.2.7"})
    old = closed(cast, days_ago=40, subject="With a file", attachments=[attached])
    for what in ("files", "uploads", "addresses"):
        Rule.objects.create(what=what, days=30)
    with clock.moved(MONDAY):
        retaining.let_go()
        run_jobs()
    assert not Attachment.objects.exists()
    assert fresh(old).subject == "With a file"
    assert AuditEntry.objects.get(name="signed_in").words == {}
    assert verify().broken == ()


def test_the_dry_run_says_what_would_go_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    from firstline.cli import retention

    cast = Cast.make()
    old = closed(cast, days_ago=400, subject="Old printer")
    Rule.objects.create(what="words", desk=cast.it, days=365)
    with clock.moved(MONDAY):
        assert retention.go(argparse.Namespace(dry_run=True)) == 0
    assert "1  words" in capsys.readouterr().out
    assert fresh(old).subject == "Old printer"


def worded(cast: Cast, *, days_ago: int) -> Ticket:
    with clock.moved(MONDAY - timedelta(days=days_ago)):
        ticket = cast.ask(subject="Old printer")
        actions.accept(ticket, by=cast.bo)
        actions.note(ticket, by=cast.bo, text="CANARY of the agent's")
        actions.resolve(ticket, by=cast.bo, resolution="CANARY: replaced.")
        actions.close(ticket, by=cast.mei)
    return fresh(ticket)


def test_what_an_erasure_left_because_others_wrote_it_goes_by_the_rule() -> None:
    cast = Cast.make()
    old = worded(cast, days_ago=400)
    with clock.moved(MONDAY - timedelta(days=390)):
        erase_person(cast.mei, by=cast.ada)
    assert old.messages.filter(text__contains="CANARY").count() == 2
    Rule.objects.create(what="words", desk=cast.it, days=365)
    with clock.moved(MONDAY):
        assert [each.count for each in retaining.let_go()] == [1]
        assert [each.count for each in retaining.let_go()] == [0]
    assert set(old.messages.values_list("text", flat=True)) == {"—"}
    assert verify().broken == ()


@pytest.mark.parametrize("what", ["message", "file", "html", "draft", "email"])
def test_what_is_said_or_kept_after_the_words_went_goes_as_well_once_it_is_old(what: str) -> None:
    cast = Cast.make()
    old = worded(cast, days_ago=400)
    Rule.objects.create(what="words", desk=cast.it, days=30)
    with clock.moved(MONDAY - timedelta(days=300)):
        assert [each.count for each in retaining.let_go()] == [1]
        actions.reopen(fresh(old), by=cast.mei, reason="CANARY2 again" if what == "message" else "—")
        file = [files.keep(b"CANARY2", name="CANARY2.txt", by=cast.bo)] if what == "file" else []
        said = actions.note(fresh(old), by=cast.bo, text="—", attachments=file)
        if what == "draft":
            Draft.objects.create(ticket=old, person=cast.bo, text="CANARY2")
        if what == "html":
            with door():
                Message.objects.filter(pk=said.pk).update(html="CANARY2")
        if what == "email":
            InboundMessage.objects.create(key="x", raw=b"CANARY2", ticket=old, state="done")
        actions.resolve(fresh(old), by=cast.bo, resolution="—")
        actions.close(fresh(old), by=cast.mei)
    with clock.moved(MONDAY):
        assert [each.count for each in retaining.let_go()] == [1]
        assert [each.count for each in retaining.let_go()] == [0]
    rows = [*Message.objects.values(), *Attachment.objects.values(), *Draft.objects.values(), *Event.objects.values()]
    rows += [{"raw": bytes(each.raw)} for each in InboundMessage.objects.all()]
    assert "CANARY2" not in str(rows)
    assert (differences(old), verify().broken) == ([], ())


def test_more_than_a_batch_goes_and_each_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast.make()
    olds = [worded(cast, days_ago=400) for _ in range(3)]
    monkeypatch.setattr(retaining, "BATCH", 2)
    Rule.objects.create(what="words", desk=cast.it, days=30)
    with clock.moved(MONDAY):
        assert [each.count for each in retaining.let_go()] == [3]
    assert {fresh(each).subject for each in olds} == {"—"}


@pytest.mark.parametrize(
    "days", [{"IT": 30, "HR": 50}, {"IT": 50, "HR": 30}, {"IT": 40}, {"": 30}, {"": 30, "IT": 200}]
)
def test_emails_as_they_came_go_whatever_became_of_them_and_wherever_to(days: dict[str, int]) -> None:
    cast = Cast.make()
    with clock.moved(MONDAY - timedelta(days=100)):
        ticket = cast.ask()
        actions.reply(fresh(ticket), by=cast.bo, text="hello")
        run_jobs()
        absence = {"Auto_Submitted": "auto-replied", "X_Auto_Response_Suppress": "All"}
        arrives(letter(subject="Automatic reply: CANARY", letter_id="<a@corp.example>", **absence))
        own = reply_address(ticket, own_address())
        arrives(letter(to=own, subject="Re: x", text="CANARY words", letter_id="<b@corp.example>"))
        arrives(letter(subject="usual", letter_id="<c@corp.example>"))
        arrives(b"\0 CANARY that nobody can read")
        rows = InboundMessage.objects
        rows.create(key="x", raw=b"CANARY", state="unreadable")
        rows.create(key="y", raw=b"", state="bounce", envelope={"sender": "canary@customer.example"})
        waits = rows.create(key="z", raw=b"waits to be taken", state="new")
    with clock.moved(MONDAY - timedelta(days=35)):
        young = rows.create(key="young", raw=b"of no desk", state="unreadable")
    for desk, most in days.items():
        Rule.objects.create(what="letters", desk=cast.hr if desk == "HR" else cast.it if desk else None, days=most)
    with clock.moved(MONDAY):
        retaining.let_go()
        assert {each.count for each in retaining.due()} == {0}
    left = InboundMessage.objects.exclude(raw=b"", envelope={})
    assert set(left.values_list("pk", flat=True)) - {young.pk} == {waits.pk}
    # Of no desk: by the rule for all, else by the longest of a desk.
    assert left.filter(pk=young.pk).exists() == (min(days.get("", max(days.values())), 36) == 36)
