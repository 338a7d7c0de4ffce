"""What is old goes by the rules, and only that."""

import argparse
from datetime import timedelta

import pytest

from firstline.audit.log import audit
from firstline.audit.models import AuditEntry
from firstline.kit import clock
from firstline.retention import retaining
from firstline.retention.models import Rule
from firstline.tickets import actions, files
from firstline.tickets.models import Attachment, Ticket
from firstline.tickets.replay import differences
from firstline.tickets.verifying import verify
from tests.background import run_jobs
from tests.cast import MONDAY, Cast, fresh

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
