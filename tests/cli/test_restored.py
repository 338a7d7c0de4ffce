"""What a restored desk does not bring back, what it says that it cannot know, and how that is done again."""

import argparse
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from firstline.api.models import Token
from firstline.audit.models import AuditEntry
from firstline.cli import administrator, erase, restored, resume, token
from firstline.kit import restore_hold
from firstline.people import holdings
from firstline.people.models import AccountLink, Person
from firstline.people.password_links import for_invitation
from firstline.retention import journal
from firstline.retention.erasing import erase_person
from firstline.tickets.verifying import verify
from tests.cast import Cast
from tests.cli.test_backup import Installation

MAKE = """
from tests.cast import Cast
from firstline.api.models import Token
cast = Cast.make()
print(*[Token.issue(each, scopes=["read"]) for each in (cast.bo, cast.omar, cast.dana)])
"""
END = """
from firstline.people.models import Person
from firstline.people import holdings
from firstline.retention.erasing import erase_person
person = lambda name: Person.objects.get(email=f"{name}@corp.example")
holdings.end_all(person("bo"))
bo = person("bo"); bo.is_active = False; bo.save()
erase_person(person("omar"), by=person("ada"))
"""
ASK = """
from firstline.api.models import Token
from firstline.people.models import Person
from firstline.audit.models import AuditEntry
from firstline.tickets.verifying import verify
print(*[Token.found(each) is not None for each in {secrets!r}])
back = Person.objects.filter(email__in=["omar@corp.example", "bo@corp.example"], is_active=True)
print(*back.values_list("email", flat=True))
print(*AuditEntry.objects.order_by("id").values_list("name", flat=True), len(verify().broken))
"""


def said(there: Installation, code: str) -> list[str]:
    process = there.python(code)
    out, _none = process.communicate(timeout=100)
    assert process.returncode == 0
    return [line.strip() for line in out.splitlines()]


@pytest.mark.system
def test_what_ended_since_the_backup_has_ended_and_the_rest_is_said_and_can_be_done_again(tmp_path: Path) -> None:
    source, file, kept = Installation(tmp_path / "source"), str(tmp_path / "desk.tar"), tmp_path / "journal"
    source.server.start()
    try:
        assert source.command("migrate").returncode == 0
        secrets = said(source, MAKE)[0].split()
        assert source.command("backup", file).returncode == 0
        said(source, END)
        asked = said(source, ASK.format(secrets=secrets))
        assert asked == ["False False True", "", "backed_up erased 0"]
        kept.write_text(source.command("erase", "--journal").stdout)
    finally:
        source.server.stop()
    copy = Installation(tmp_path / "copy")
    done = copy.command("restore", file)
    assert done.returncode == 0, done.stderr
    assert "3 tokens of programs have ended" in done.stdout
    assert "Everybody is signed out" in done.stdout
    assert "deactivated or erased since is back" in done.stdout
    copy.server.start()
    try:
        none, back, log = said(copy, ASK.format(secrets=secrets))
        assert (none, set(back.split()), log) == (
            "False False False",
            {"omar@corp.example", "bo@corp.example"},
            "restored 0",
        )
        again = copy.command("erase", "--again", str(kept))
        assert (again.returncode, again.stdout.count(": done.")) == (0, 2), again.stderr
        assert copy.command("resume").returncode == 0
        assert said(copy, ASK.format(secrets=secrets))[1:] == ["", "restored role_changed erased armed 0"]
    finally:
        copy.server.stop()


class _Rows:
    """The test's own database, as a connection of psycopg."""

    def execute(self, sql: str, given: Any = None) -> Any:
        cursor = connection.cursor()
        cursor.execute(sql, given)
        return cursor


@pytest.mark.django_db
def test_no_session_token_or_link_of_before_works_and_no_round_is_one_that_was_reached_since(cast: Cast) -> None:
    secret = Token.issue(cast.bo, scopes=["read"])
    link = for_invitation(cast.omar, by=cast.ada)
    assert link is not None
    for _ in range(3):  # on the desk before, after the backup
        holdings.end_all(cast.mei)
    reached = holdings.round_of(cast.mei)
    Person.objects.filter(pk=cast.mei.pk).update(session_round=0)
    assert restored.settle(_Rows(), made_at="2026-11-30") == 1
    assert Token.found(secret) is None
    assert not AccountLink.objects.filter(holdings.IN_FORCE).exists()
    assert holdings.round_of(cast.mei) > reached + 1_000_000
    first = holdings.round_of(cast.mei)
    restored.settle(_Rows(), made_at="2026-11-30")
    assert holdings.round_of(cast.mei) > first
    assert AuditEntry.objects.filter(name="restored", data__made_at="2026-11-30").count() == 2
    assert verify().broken == ()


@pytest.mark.django_db
def test_a_backup_of_an_earlier_version_is_settled_as_far_as_its_tables_go(cast: Cast) -> None:
    secret = Token.issue(cast.bo, scopes=["read"])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE people_person DROP COLUMN session_round CASCADE")
        cursor.execute("ALTER TABLE tickets_auditentry RENAME TO not_yet")
        assert restored.settle(_Rows(), made_at="") == 1
        cursor.execute("SELECT count(*) FROM api_token WHERE revoked_at IS NULL")
        assert cursor.fetchone() == (0,)
    assert secret
    assert restore_hold.stands_still()


@pytest.mark.django_db
def test_a_restored_desk_that_goes_to_work_says_so_in_the_log(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(restore_hold.MAKE)
    resume.resume(drop_waiting=True)
    resume.resume(drop_waiting=True)
    assert [entry.data for entry in AuditEntry.objects.filter(name="armed")] == [{"dropped": 0}]


@pytest.mark.django_db
def test_a_token_that_is_made_on_the_command_line_is_in_the_log(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    given = argparse.Namespace(person=cast.ada.email, scope=["read", "write"], name="x", days=10)
    assert token.issue(given) == 0
    entry = AuditEntry.objects.get(name="token_made")
    assert (entry.about, entry.by, entry.data["scope"]) == (cast.ada, Person.objects.system(), "read write")
    assert capsys.readouterr().out.strip() not in str(entry.data) + str(entry.words)


@pytest.mark.django_db
def test_the_journal_names_nobody_and_is_done_for_those_alone_whom_it_means(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    omar, hana = cast.omar, cast.hana
    erase_person(omar, by=cast.ada)
    hana.is_active = False
    hana.save()
    lines = [str(line) for line in journal.written()]
    assert [line.split()[0] for line in lines] == ["erased", "left"]
    assert not {name for name in ("omar", "hana", "@") if name in "".join(lines).lower()}
    file = tmp_path / "journal"
    file.write_text("\n".join(lines))
    before = AuditEntry.objects.count()
    assert erase.again(file) == 0  # all of it is so here
    assert AuditEntry.objects.count() == before
    # A restored desk where somebody else has the number by now, and one who may not be erased yet.
    cast.asked(by=cast.mei)
    file.write_text(
        f"erased {cast.dana.pk} {omar.created_at.isoformat()}\n"
        f"erased-with-everything {cast.mei.pk} {cast.mei.created_at.isoformat()}\n"
        f"left {cast.chen.pk} {cast.chen.created_at.isoformat()}\n"
    )
    assert erase.again(file, dry_run=True) == 0
    assert Person.objects.get(pk=cast.chen.pk).is_active
    assert erase.again(file) == 1
    assert "NOT DONE. There are requests of this person" in capsys.readouterr().out
    found = {each.pk: each for each in Person.objects.all()}
    assert (found[cast.dana.pk].is_active, found[cast.mei.pk].is_active, found[cast.chen.pk].is_active) == (
        True,
        True,
        False,
    )
    assert found[cast.dana.pk].email == cast.dana.email


@pytest.mark.django_db
def test_the_last_administrator_does_not_leave_by_a_journal(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The desk before had another one by the time when they left, whom the backup does not know."""
    file = tmp_path / "journal"
    file.write_text(f"left {cast.ada.pk} {cast.ada.created_at.isoformat()}\n")
    assert erase.again(file) == 1
    assert "NOT DONE. This is the last administrator here." in capsys.readouterr().out
    assert Person.objects.get(pk=cast.ada.pk).is_active
    administrator.appoint(argparse.Namespace(person="bo@corp.example", name=""))
    assert erase.again(file) == 0
    assert not Person.objects.get(pk=cast.ada.pk).is_active


@pytest.mark.parametrize(
    "text", ["erased", "forgot 1 2026-01-01T00:00:00+00:00", "left x 2026-01-01", "left 1 2026-01-01"]
)
def test_what_is_no_journal_does_nothing(text: str) -> None:
    with pytest.raises(journal.NotAJournal):
        journal.read(["left 1 2026-01-01T00:00:00+00:00", text])
