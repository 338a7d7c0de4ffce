import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from firstline.cli import doctor
from firstline.cli.checkup import Finding
from firstline.cli.checkup.database import check_database
from firstline.cli.checkup.mail import check_mail
from firstline.cli.checkup.setup import check_settings, check_storage
from firstline.config import config


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """Settings of an installation that is well, to be spoilt."""
    monkeypatch.setenv("FIRSTLINE_DATA", str(tmp_path))
    monkeypatch.setenv("FIRSTLINE_SECRET_KEY", "k" * 50)
    monkeypatch.setenv("FIRSTLINE_BASE_URL", "https://desk.corp.example")
    monkeypatch.setenv("FIRSTLINE_MAIL_DOMAIN", "corp.example")
    config.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    config.cache_clear()


def put(given: pytest.MonkeyPatch, **environment: str) -> None:
    for name, value in environment.items():
        given.setenv(name, value)
    config.cache_clear()


def wrong(findings: Iterator[Finding]) -> list[str]:
    return [f"{finding.text} {finding.advice}" for finding in findings if finding.is_wrong]


def test_an_installation_that_is_well_has_nothing_wrong(given: pytest.MonkeyPatch) -> None:
    assert wrong(check_settings()) == []
    assert wrong(check_storage()) == []


@pytest.mark.parametrize(
    ("environment", "advice"),
    [
        ({"FIRSTLINE_BASE_URL": "desk"}, "Set FIRSTLINE_BASE_URL to what people type"),
        ({"FIRSTLINE_BASE_URL": "http://desk.corp.example"}, "Put a proxy with a certificate in front"),
        ({"FIRSTLINE_DEMO": "1"}, "Unset FIRSTLINE_DEMO"),
        ({"FIRSTLINE_DEBUG": "1"}, "Unset FIRSTLINE_DEBUG"),
        (
            {"FIRSTLINE_BASE_URL": "http://127.0.0.1:8000", "FIRSTLINE_ALLOWED_HOSTS": "a.example, b.example"},
            "links in letters lead to http://127.0.0.1:8000",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(
    given: pytest.MonkeyPatch, environment: dict[str, str], advice: str
) -> None:
    put(given, **environment)
    assert advice in "".join(wrong(check_settings()))


def test_a_demo_on_this_machine_only_is_fine(given: pytest.MonkeyPatch) -> None:
    put(given, FIRSTLINE_DEMO="1", FIRSTLINE_BASE_URL="http://127.0.0.1:8000")
    assert wrong(check_settings()) == []


def test_a_short_secret_key_is_named(given: pytest.MonkeyPatch, settings: object) -> None:
    settings.SECRET_KEY = "short"  # type: ignore[attr-defined]
    assert "5 characters" in wrong(check_settings())[0]


def test_a_secret_key_that_others_can_read_is_named(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(given, FIRSTLINE_SECRET_KEY="")
    (tmp_path / "secret.key").write_text("k" * 50)
    (tmp_path / "secret.key").chmod(0o644)
    assert f"chmod 600 {tmp_path / 'secret.key'}" in wrong(check_settings())[0]


def test_a_folder_that_cannot_be_written_to_is_named(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    put(given, FIRSTLINE_DATA=str(tmp_path / "file"))
    assert "Files cannot be stored" in wrong(check_storage())[0]


def test_a_database_that_does_not_answer_is_told_by_its_kind(given: pytest.MonkeyPatch) -> None:
    given.delenv("DATABASE_URL", raising=False)
    put(given)
    assert "Start that" in wrong(check_database())[0]
    put(given, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert "See that DATABASE_URL is right" in wrong(check_database())[0]


@pytest.mark.django_db
def test_a_desk_without_workers_is_named(given: pytest.MonkeyPatch) -> None:
    from django.db import connection
    from psycopg.conninfo import make_conninfo

    put(given, DATABASE_URL=make_conninfo(config().database_url, dbname=connection.settings_dict["NAME"]))
    found = list(check_database())
    assert [finding.text for finding in found if not finding.is_wrong][:3] == [
        "The database answers: PostgreSQL 18",
        next(finding.text for finding in found if "clocks" in finding.text),
        "The tables are those of this version",
    ]
    assert any("firstline worker" in each for each in wrong(iter(found)))


@pytest.mark.django_db
def test_several_databases_of_which_one_alone_has_what_it_acknowledges_are_named(given: pytest.MonkeyPatch) -> None:
    from django.db import connection
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    put(given, DATABASE_URL=make_conninfo(config().database_url, dbname=connection.settings_dict["NAME"]))
    one = conninfo_to_dict(config().database_url)
    assert not any("Of several databases" in finding.text for finding in check_database())
    several = {"host": f"{one['host']},127.0.0.1", "port": f"{one.get('port', 5432)},1"}
    put(given, DATABASE_URL=make_conninfo(config().database_url, **several))
    assert any("what it acknowledges it alone has Set synchronous_mode" in each for each in wrong(check_database()))


def test_mail_that_cannot_leave_or_arrive_is_named(given: pytest.MonkeyPatch) -> None:
    put(given, FIRSTLINE_SMTP_PORT="1", FIRSTLINE_MAIL_DOMAIN="desk.example")
    said = wrong(check_mail())
    assert len(said) == 3
    assert "Set FIRSTLINE_MAIL_URL" in said[0]
    assert "Set FIRSTLINE_MAIL_DOMAIN" in said[1]
    assert "Run: firstline mail" in said[2]


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("smtp://127.0.0.1:1", "does not answer"),
        ("desk@corp.example", "cannot be understood"),
    ],
)
def test_a_wrong_mail_server_is_named(given: pytest.MonkeyPatch, url: str, advice: str) -> None:
    put(given, FIRSTLINE_MAIL_URL=url)
    assert advice in wrong(check_mail())[0]


def test_the_command_ends_with_code_one_if_something_is_wrong(
    given: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(given, FIRSTLINE_DEMO="1", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert doctor.run(argparse.Namespace()) == 1
    said = capsys.readouterr().out
    assert "WRONG  This is a demo on a public address" in said
    assert said.rstrip().endswith("wrong.")
