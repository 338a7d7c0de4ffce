import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from firstline.config import Config, config

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = (ROOT / "docs/settings.md").read_text()


def variables() -> set[str]:
    return {str(field.validation_alias or f"FIRSTLINE_{name.upper()}") for name, field in Config.model_fields.items()}


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENT, re.MULTILINE)) == variables()


def test_every_setting_is_used() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "firstline").rglob("*.py") if path.name != "config.py")
    unused = [
        name for name in Config.model_fields if not re.search(rf"(config(\(\))?|CONFIG|given)\.{name}\b", sources)
    ]
    assert unused == []


def test_a_setting_comes_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTLINE_ALLOWED_HOSTS", "one.example, two.example")
    monkeypatch.setenv("FIRSTLINE_PORT", "1")  # of another program, perhaps; no reason to refuse
    config.cache_clear()
    try:
        assert config().allowed_hosts == ["one.example", "two.example"]
    finally:
        monkeypatch.undo()
        config.cache_clear()


@pytest.mark.heavy
def test_a_database_that_is_not_heard_any_more_is_given_up_and_the_address_may_say_otherwise() -> None:
    options = "DATABASES['default']['OPTIONS']"
    said = f"import json; from firstline.settings import DATABASES; print(json.dumps({options}, default=str))"
    url = "postgresql://db.example/desk?keepalives_idle=60&options=-c%20work_mem%3D8MB"
    done = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, env=os.environ | {"DATABASE_URL": url}, cwd=ROOT
    )
    options = json.loads(done.stdout)
    assert options["tcp_user_timeout"] == "10000"
    assert options["keepalives_idle"] == "60"
    assert options["options"].endswith("-c tcp_keepalives_count=4 -c work_mem=8MB")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("postgresql://desk@one.example,two.example/desk", "read-write"),
        ("host=one.example,two.example dbname=desk", "read-write"),
        ("postgresql://one.example,two.example/desk?target_session_attrs=any", "any"),
        ("postgresql://one.example/desk", None),
        ("", None),
    ],
)
def test_of_several_hosts_that_is_taken_which_can_be_written_to(
    monkeypatch: pytest.MonkeyPatch, url: str, wanted: str | None
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert conninfo_to_dict(Config().database_url).get("target_session_attrs") == wanted


@pytest.mark.heavy
def test_several_hosts_reach_django_and_one_that_is_off_costs_two_seconds() -> None:
    database = "DATABASES['default']"
    said = f"import json; from firstline.settings import DATABASES; print(json.dumps({database}, default=str))"
    given = {"DATABASE_URL": "postgresql://desk@one.example:5433,two.example/desk"}
    done = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, env=os.environ | given, cwd=ROOT
    )
    database = json.loads(done.stdout)
    assert (database["HOST"], database["PORT"]) == ("one.example,two.example", "5433,")
    assert database["OPTIONS"]["target_session_attrs"] == "read-write"
    assert database["OPTIONS"]["connect_timeout"] == "2"
