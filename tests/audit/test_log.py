"""The logs show every tampering: one byte, one row, the end, all of a ticket; and erasing words is none."""

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, transaction

from firstline.audit.log import audit
from firstline.audit.models import AuditEntry
from firstline.cli import audit as command
from firstline.tickets import actions, jobs, sealing, verifying
from firstline.tickets.models import AuditSeal, Event, Ticket
from firstline.tickets.sealing import seal
from firstline.tickets.verifying import verify
from tests.cast import Cast
from tests.tickets.versions import first_version

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[1, 2])
def cast(request: pytest.FixtureRequest) -> Iterator[Cast]:
    """A desk on which some things happened, all of them sealed; then one more. Told by the first version of events, and
    by today's."""
    with first_version() if request.param == 1 else nullcontext():
        yield made()


def made() -> Cast:
    cast = Cast.make()
    ticket = cast.asked()
    actions.accept(ticket, by=cast.bo)
    actions.reply(ticket, by=cast.bo, text="Please try again.", undo_seconds=0)
    cast.ask(subject="Another")
    audit("signed_in", by=cast.bo, about=cast.bo, words={"address": "192.0.2.7"})
    audit("role", by=cast.ada, about=cast.bo, data={"admin": True})
    audit("signed_out", by=cast.bo, about=cast.bo)
    assert seal() is not None
    cast.ask(subject="After the seal")
    audit("signed_in", by=cast.dana, about=cast.dana, words={"address": "192.0.2.9"})
    return cast


def test_a_log_that_nobody_touched_is_whole(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    found = verify()
    assert found.broken == ()
    assert (found.events, found.entries, found.seals) == (Event.objects.count(), 4, 1)
    assert found.unsealed == 2
    assert run("verify") == 0
    assert "All whole." in capsys.readouterr().out


def test_each_event_is_built_on_the_one_before(cast: Cast) -> None:
    rows = sql("SELECT digest FROM tickets_event")
    assert all(len(digest) == 32 for (digest,) in rows)
    assert len(set(rows)) == len(rows)


# One byte in every place that holds something.
EVENT = {
    "version": "version = 3 - version",
    "word apart": "wording = jsonb_set(wording || '{\"changes\": {}}', '{changes,subject}', '\"VPN keeps droppinG\"')",
    "cause": "cause = 'x'",
    "depth": "depth = 1",
    "name": "name = overlay(name placing 'x' from 1 for 1)",
    "by": "by_id = (SELECT min(id) FROM people_person WHERE id <> by_id)",
    "at": "at = at + interval '1 microsecond'",
    "internal": "internal = NOT internal",
    "ticket": "ticket_id = (SELECT max(id) FROM tickets_ticket)",
    "shape": "data = jsonb_set(data, '{changes,priority}', '1')",
    "new key": "data = data || '{\"extra\": 1}'",
    "word": "data = jsonb_set(data, '{changes,subject}', '\"VPN keeps droppinG\"')",
    "digest": "digest = set_byte(digest, 3, get_byte(digest, 3) # 1)",
    "words": "words = set_byte(words, 3, get_byte(words, 3) # 1)",
    "salt": "salt = set_byte(salt, 3, get_byte(salt, 3) # 1)",
}
ENTRY = {
    "name": "name = 'x'",
    "by": "by_id = NULL",
    "about": "about_id = NULL",
    "at": "at = at + interval '1 microsecond'",
    "data": "data = '{\"n\": 1}'",
    "words": 'words = \'{"address": "192.0.2.8"}\'',
    "previous": "previous = 0",
    "digest": "digest = set_byte(digest, 3, get_byte(digest, 3) # 1)",
    "said": "said = set_byte(said, 3, get_byte(said, 3) # 1)",
    "salt": "salt = set_byte(salt, 3, get_byte(salt, 3) # 1)",
}
SEAL = {
    "at": "at = at + interval '1 microsecond'",
    "events": "events = events + 1",
    "events_to": "events_to = events_to - 1",
    "entries_after": "entries_after = 1",
    "digest": "digest = set_byte(digest, 3, get_byte(digest, 3) # 1)",
}


def test_a_flipped_byte_in_an_event_is_found(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    first = Event.objects.order_by("id")[0]
    for where, change in EVENT.items():
        said = verdict_after(f"UPDATE tickets_event SET {change} WHERE id = {first.pk}", capsys)
        assert re.search(rf"BROKEN  .*event {first.pk} ", said, re.I), where


def test_a_flipped_byte_in_an_entry_is_found(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    last = AuditEntry.objects.order_by("-id")[0]
    for where, change in ENTRY.items():
        said = verdict_after(f"UPDATE tickets_auditentry SET {change} WHERE id = {last.pk}", capsys)
        assert re.search(rf"BROKEN  .*entry {last.pk} ", said, re.I), where


def test_a_flipped_byte_in_a_seal_is_found(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    for where, change in SEAL.items():
        assert "BROKEN  Seal" in verdict_after(f"UPDATE tickets_auditseal SET {change}", capsys), where


GONE = {
    "an event from the middle": "DELETE FROM tickets_event WHERE name = 'accepted'",
    "the last event of a ticket": "DELETE FROM tickets_event WHERE name = 'replied'",
    "all events of a ticket": "DELETE FROM tickets_event WHERE ticket_id = {other}",
    "an entry": "DELETE FROM tickets_auditentry WHERE name = 'role'",
    "the last sealed entry": "DELETE FROM tickets_auditentry WHERE name = 'signed_out'",
    "all entries": "DELETE FROM tickets_auditentry",
    "all events": "DELETE FROM tickets_event",
}


def test_what_was_deleted_is_missed(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    other = Ticket.objects.get(subject="Another")
    for what, act in GONE.items():
        assert "BROKEN" in verdict_after(act.format(other=other.pk), capsys), what


def test_a_log_written_anew_does_not_fit_the_seal_that_was_kept(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("seal", shown=True) == 0
    kept = capsys.readouterr().out.strip()
    assert run("verify", kept=kept) == 0
    # Whoever owns the database can forge a row and compute everything after it again…
    tamper("UPDATE tickets_event SET data = jsonb_set(data, '{changes,priority}', '1') WHERE name = 'opened'")
    tamper("UPDATE tickets_event SET digest = NULL, salt = NULL, words = NULL")
    tamper("DELETE FROM tickets_auditseal")
    seal()
    assert run("verify") == 0
    # …but not what is written down elsewhere.
    assert run("verify", kept=kept) == 1


def test_the_database_refuses_to_touch_entries_and_seals(cast: Cast) -> None:
    for table in ("tickets_auditentry", "tickets_auditseal"):
        for act in (f"UPDATE {table} SET at = now()", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(DatabaseError), transaction.atomic():
                sql(act)


FIRST_VERSION = (
    "UPDATE tickets_event SET salt = NULL WHERE name = 'opened'",  # and the words stay
    "UPDATE tickets_event SET salt = NULL, wording = '{\"x\": 1}' WHERE name = 'accepted'",
)


def test_while_erasing_words_may_go_and_nothing_else(cast: Cast) -> None:
    blank = "data = jsonb_set(data, '{changes,subject}', '\"—\"')"
    (version,) = set(Event.objects.values_list("version", flat=True))
    with erasing():
        for act in (
            *(FIRST_VERSION if version == 1 else []),
            "UPDATE tickets_event SET wording = '{}' WHERE name = 'opened'",  # and the salt stays
            "UPDATE tickets_event SET salt = NULL, version = version + 1 WHERE name = 'opened'",
            "UPDATE tickets_event SET salt = NULL, cause = 'x' WHERE name = 'opened'",
            f"UPDATE tickets_event SET {blank} WHERE name = 'opened'",  # and the salt stays
            "UPDATE tickets_event SET salt = NULL, data = jsonb_set(data, '{changes,priority}', '1')",
            "UPDATE tickets_event SET salt = NULL, name = 'x' WHERE name = 'accepted'",
            "UPDATE tickets_auditentry SET salt = NULL, data = '{\"n\": 1}'",
            "DELETE FROM tickets_event",
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                sql(act)


def test_words_that_vanish_without_an_entry_are_missed(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    with erasing():
        sql(
            "UPDATE tickets_event SET salt = NULL, data = data || jsonb_build_object('changes', data->'changes' ||"
            """ '{"subject": "—", "requester_name": "—", "requester_email": "", "requester_city": "", "scenario": "",
                  "answers": {}, "description": "", "remarks": ""}') WHERE name = 'opened'"""
        )
    assert run("verify") == 1
    assert "no entry says were erased" in capsys.readouterr().out
    audit("erased", by=cast.ada, data={"events": 3})
    assert run("verify") == 0


def test_events_that_came_without_the_trigger_are_chained_before_they_are_sealed(cast: Cast) -> None:
    tamper(
        "UPDATE tickets_event SET digest = NULL, salt = NULL, words = NULL"
        " WHERE id > (SELECT max(events_to) FROM tickets_auditseal)"
    )
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tickets_event DISABLE TRIGGER audit_event_arrives")
    actions.note(Ticket.objects.get(subject="Another"), by=cast.bo, text="Unchained.")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tickets_event ENABLE TRIGGER audit_event_arrives")
    # The next event of the ticket chains what is before it.
    actions.note(Ticket.objects.get(subject="Another"), by=cast.bo, text="Chained.")
    assert sql("SELECT count(*) FROM tickets_event WHERE digest IS NULL") == [(1,)]
    assert seal() is not None
    assert sql("SELECT count(*) FROM tickets_event WHERE digest IS NULL") == [(0,)]
    assert verify().broken == ()


def test_a_row_out_of_a_backup_keeps_its_digest(cast: Cast) -> None:
    before = sql("SELECT id, salt, words, digest FROM tickets_event ORDER BY id")
    sql("CREATE TEMP TABLE kept AS SELECT * FROM tickets_event")
    tamper("DELETE FROM tickets_event")
    sql("INSERT INTO tickets_event SELECT * FROM kept")
    assert sql("SELECT id, salt, words, digest FROM tickets_event ORDER BY id") == before
    assert verify().broken == ()


def test_a_log_may_be_sealed_before_it_begins() -> None:
    cast = Cast.make()
    begin_again()
    cast.ask()
    assert seal() is not None
    audit("signed_in", by=cast.bo, about=cast.bo)
    assert AuditEntry.objects.get().pk == 1
    assert seal() is not None
    assert (verify().broken, verify().unsealed) == ((), 0)


@pytest.mark.parametrize("log", ["events", "entries"])
def test_a_seal_that_was_put_on_a_row_before_it_was_there_is_whole_and_misses_nothing_else(log: str) -> None:
    """As the sealing did before it asked whether a sequence had given a number."""
    cast = Cast.make()
    begin_again()
    if log == "entries":
        cast.ask()
    else:
        audit("signed_in", by=cast.bo, about=cast.bo)
    with patch.object(sealing, "_settled", return_value=(1, 1)):
        assert seal() is not None
    early = AuditSeal.objects.get()
    assert (early.events, early.entries) == ((0, 1) if log == "events" else (1, 0))
    if log == "entries":
        audit("signed_in", by=cast.bo, about=cast.bo)
    else:
        cast.ask()
    audit("signed_out", by=cast.bo, about=cast.bo)
    assert seal() is not None
    assert verify().broken == ()
    tamper(f"DELETE FROM {'tickets_event' if log == 'entries' else 'tickets_auditentry'} WHERE id = 1")
    assert any("Seal" in str(each) for each in verify().broken)


def test_a_long_log_gets_several_seals_each_of_so_many_rows(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        cast.ask(subject=str(number))
        audit("signed_in", by=cast.bo, about=cast.bo)
    before = AuditSeal.objects.latest("pk")
    monkeypatch.setattr(sealing, "MOST", 2)
    newest = seal()
    made = list(AuditSeal.objects.filter(pk__gt=before.pk).order_by("pk"))
    assert newest == made[-1]
    # One event and entry were there already; ids may have gaps, as those of what was taken back.
    assert (sum(each.events for each in made), sum(each.entries for each in made)) == (4, 4)
    for last, following in zip([before, *made], made, strict=False):
        assert (following.events_after, following.entries_after) == (last.events_to, last.entries_to)
        assert (following.events_to - last.events_to, following.entries_to - last.entries_to) <= (2, 2)
    assert (verify().broken, verify().unsealed, verify().seals) == ((), 0, 1 + len(made))


@pytest.mark.parametrize("rows", [1, 2, 100])
@pytest.mark.parametrize("far_apart", [False, True])
def test_events_that_came_without_a_digest_get_one_be_they_many_or_of_tickets_far_apart(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, rows: int, far_apart: bool
) -> None:
    sealed = sql("SELECT max(events_to) FROM tickets_auditseal")[0][0]
    first = cast.ask(subject="first")
    if far_apart:
        sql("SELECT setval('tickets_ticket_id_seq', currval('tickets_ticket_id_seq') + 100)")
    second = cast.ask(subject="second")
    for ticket in (first, second, first):
        actions.note(ticket, by=cast.bo, text="x")
    tamper(f"UPDATE tickets_event SET digest = NULL, salt = NULL, words = NULL WHERE id > {sealed}")
    monkeypatch.setattr(sealing, "ROWS", rows)
    assert seal() is not None
    assert sql("SELECT count(*) FROM tickets_event WHERE digest IS NULL") == [(0,)]
    assert verify().broken == ()


def test_while_another_one_seals_nothing_is_sealed_twice(cast: Cast) -> None:
    """A seal that was made since the rows were counted counts."""
    chain = sealing._chain

    def meanwhile(after: int, to: int) -> None:
        with patch.object(sealing, "_chain", chain):
            assert seal() is not None

    with patch.object(sealing, "_chain", meanwhile):
        assert seal() is None
    assert AuditSeal.objects.count() == 2
    assert verify().broken == ()


def test_the_night_checks_seals_and_says_what_it_found(cast: Cast) -> None:
    jobs.seal_log()
    assert (AuditSeal.objects.count(), verify().unsealed) == (2, 0)
    jobs.check_log()
    entry = AuditEntry.objects.latest("pk")
    events, entries = Event.objects.count(), AuditEntry.objects.count() - 1
    assert (entry.name, entry.by, entry.about, entry.words) == ("verified", None, None, {})
    assert entry.data == {"events": events, "entries": entries, "broken": []}
    tamper("UPDATE tickets_event SET internal = NOT internal WHERE name = 'opened'")
    jobs.check_log()
    ((sentence, names, rows),) = AuditEntry.objects.latest("pk").data["broken"]
    opened = Event.objects.filter(name="opened").order_by("pk")
    assert (sentence, names, rows) == (
        "Event %(id)s was changed after it was written.", {"id": opened[0].pk}, len(opened),
    )  # fmt: skip


def test_how_many_rows_are_broken_is_said_when_it_is_more_than_one(cast: Cast) -> None:
    assert str(verifying.Broken("Event %(id)s is gone.", {"id": 7}, 1)) == "Event 7 is gone."
    many = str(verifying.Broken("Event %(id)s is gone.", {"id": 7}, 2))
    assert many == "Event 7 is gone. There are 2 such rows."


def test_a_page_checks_the_newest_events_alone(cast: Cast) -> None:
    tamper("UPDATE tickets_event SET internal = NOT internal WHERE id = (SELECT min(id) FROM tickets_event)")
    actions.note(Ticket.objects.get(subject="After the seal"), by=cast.bo, text="x")
    first, last = Event.objects.order_by("pk")[0], Event.objects.latest("pk")
    assert [each.names for each in verify().broken] == [{"id": first.pk}]
    assert verify(since=first.pk).broken == ()
    assert verify(since=first.pk).events == Event.objects.count()
    tamper(f"UPDATE tickets_event SET internal = NOT internal WHERE id = {last.pk}")
    assert [each.names for each in verify(since=first.pk).broken] == [{"id": last.pk}]


def test_nothing_new_needs_no_seal(cast: Cast) -> None:
    assert seal() is not None
    assert seal() is None
    assert AuditSeal.objects.count() == 2


def run(part: str, *, shown: bool = False, kept: str = "") -> int:
    args = argparse.Namespace(part=part, shown=shown, kept=kept)
    return command.verify(args) if part == "verify" else command.seal(args)


def verdict_after(act: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What `audit verify` prints after this tampering, which is then undone."""
    with transaction.atomic():
        tamper(act)
        code = run("verify")
        transaction.set_rollback(True)
    said = capsys.readouterr().out
    assert code == 1, said
    assert run("verify") == 0
    capsys.readouterr()
    return said


def begin_again() -> None:
    """As on a new desk, whose logs have given no number yet."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE tickets_event_id_seq RESTART; ALTER SEQUENCE tickets_auditentry_id_seq RESTART")


def sql(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def tamper(statement: str) -> None:
    """Do it as somebody who owns the database would, past its triggers."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    tables = ("tickets_event", "tickets_auditentry", "tickets_auditseal")
    for table in tables:
        sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    sql(statement)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@contextmanager
def erasing() -> Iterator[None]:
    sql("SET LOCAL firstline.erasing = 'on'")
    yield
    sql("SET LOCAL firstline.erasing = 'off'")
