import re
from pathlib import Path

import pytest

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
