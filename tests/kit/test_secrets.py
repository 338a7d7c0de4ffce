"""Secrets in the database: encrypted there, shown nowhere, and moved from key to key without a loss."""

import copy
import os
import pickle
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.apps.registry import Apps
from django.core import serializers
from django.db import connection, models

from firstline.cli.checkup.secrets import check_secrets
from firstline.cli.secrets import rotate
from firstline.kit import secrets
from firstline.kit.secrets import Secret, SecretField, Unreadable

PLAIN = "correct horse 电池"
registry = Apps()


class Safe(models.Model):
    name = models.CharField(max_length=20, blank=True)
    password = SecretField("Password")

    class Meta:
        app_label = "kit"
        apps = registry


class SafeForm(forms.ModelForm):
    class Meta:
        model = Safe
        fields = ["name", "password"]


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Path:
    settings.ENCRYPTION_KEYS = []
    settings.ENCRYPTION_KEYS_FILE = tmp_path / "data" / "encryption.keys"
    return settings.ENCRYPTION_KEYS_FILE


@pytest.fixture
def table(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    registry.app_configs = {}
    registry.clear_cache()
    monkeypatch.setattr(secrets, "apps", SimpleNamespace(get_models=lambda: [Safe]))
    with connection.schema_editor() as editor:
        editor.create_model(Safe)


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM kit_safe")
        row = cursor.fetchone()
        assert row is not None
        return row[0]


def test_the_row_holds_something_else_and_the_program_gets_it_back(table: None) -> None:
    Safe.objects.create(password=PLAIN)
    assert PLAIN not in stored()
    assert len(stored()) > 80
    assert Safe.objects.get().password.reveal() == PLAIN
    assert Safe.objects.create(name="none").password.reveal() == ""


def test_it_shows_itself_nowhere(table: None) -> None:
    safe = Safe.objects.create(password=PLAIN)
    secret = safe.password
    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        str(vars(safe)),
        repr(Safe(password=PLAIN).__dict__),
    ]
    shown += [serializers.serialize("json", [safe]), repr(copy.copy(secret)), str(Safe.objects.values_list("password"))]
    assert [text for text in shown if "horse" in text] == []
    assert pickle.loads(pickle.dumps(secret)).reveal() == PLAIN


def test_a_form_says_that_it_is_set_and_keeps_it_when_nothing_is_entered(table: None) -> None:
    safe = Safe.objects.create(password=PLAIN)
    shown = str(SafeForm(instance=safe))
    assert "horse" not in shown
    assert safe.password.token not in shown
    assert "Leave empty to keep it" in shown
    assert "Leave empty" not in str(SafeForm())
    form = SafeForm({"name": "x", "password": ""}, instance=safe)
    assert form.save().password.reveal() == PLAIN
    assert form.changed_data == ["name"]
    form = SafeForm({"name": "x", "password": " new "}, instance=safe)
    assert form.save().password.reveal() == " new "
    assert "new" not in str(form)


def test_nobody_can_search_it(table: None) -> None:
    Safe.objects.create(password=PLAIN)
    assert not Safe.objects.filter(password=PLAIN).exists()
    with pytest.raises(Exception, match="Unsupported lookup"):
        Safe.objects.filter(password__startswith="gAAAA").exists()


def test_the_file_of_keys_is_made_once_and_read_by_nobody_else(keys: Path) -> None:
    token = secrets.encrypt(PLAIN)
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    before = keys.read_text()
    assert secrets.decrypt(token) == PLAIN
    assert keys.read_text() == before
    assert os.listdir(keys.parent) == ["encryption.keys"]  # noqa: PTH208


def test_another_key_is_said_in_plain_words(keys: Path, table: None, capsys: pytest.CaptureFixture) -> None:
    Safe.objects.create(password=PLAIN)
    keys.write_text(secrets.new_key())
    with pytest.raises(Unreadable, match="put that key back") as caught:
        Safe.objects.get().password.reveal()
    assert caught.value.__cause__ is None
    assert [finding.text for finding in check_secrets() if finding.is_wrong] == [
        "Secrets that no key opens: 1 of kit.Safe.password"
    ]
    assert rotate(same_key=True, drop_old=True) == 1
    assert "1 of them unreadable" in capsys.readouterr().out


@pytest.mark.parametrize("key", ["short", "", "not base64 at all but 44 characters long ..."])
def test_a_key_that_is_none_is_said_in_plain_words(keys: Path, settings: Any, key: str) -> None:
    keys.parent.mkdir()
    keys.write_text(key)
    with pytest.raises(Unreadable, match="cannot be used"):
        secrets.encrypt(PLAIN)
    assert next(check_secrets()).is_wrong


def test_rotation_encrypts_all_anew_and_old_keys_can_then_go(
    keys: Path, table: None, capsys: pytest.CaptureFixture
) -> None:
    Safe.objects.create(password=PLAIN)
    Safe.objects.create(password="second")
    Safe.objects.create(name="without")
    old_key, before = keys.read_text(), stored()
    assert rotate(same_key=False, drop_old=True) == 0
    assert "kit.Safe.password: 2 secrets" in capsys.readouterr().out
    assert keys.read_text() != old_key
    assert len(keys.read_text().split()) == 1
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert stored() != before
    assert [safe.password.reveal() for safe in Safe.objects.order_by("pk")] == [PLAIN, "second", ""]
    assert "All 2 secrets" in next(check_secrets()).text


def test_keys_of_the_environment_are_tried_in_turn_and_the_first_encrypts(settings: Any, table: None) -> None:
    old, new = secrets.new_key(), secrets.new_key()
    settings.ENCRYPTION_KEYS = [old]
    Safe.objects.create(password=PLAIN)
    settings.ENCRYPTION_KEYS = [new, old]
    assert Safe.objects.get().password.reveal() == PLAIN
    secrets.rotate()
    settings.ENCRYPTION_KEYS = [new]
    assert Safe.objects.get().password.reveal() == PLAIN


def test_what_was_entered_during_a_rotation_is_not_overwritten(
    table: None, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    safe = Safe.objects.create(password=PLAIN)
    rows = list(secrets._rows(Safe, "password"))
    Safe.objects.update(password=Secret.of("newer"))
    monkeypatch.setattr(secrets, "_rows", lambda model, name: iter(rows))
    secrets.rotate()
    safe.refresh_from_db()
    assert safe.password.reveal() == "newer"
