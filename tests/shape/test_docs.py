"""The documents are true where a machine can tell."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_event_is_documented_and_every_documented_event_exists():
    code = "".join(path.read_text() for path in (ROOT / "firstline/tickets/actions").glob("*.py"))
    recorded = set(re.findall(r'record\(\s*[\w()]+,\s*"(\w+)"', code)) | set(
        re.findall(r'_hand_over\(\w+, "\w+", "(\w+)"', code)
    )
    recorded |= set(re.findall(r'_act\(\w+, \w+, "(\w+)"', code))
    rows = re.findall(r"^\| (`[^|]+`) \|", (ROOT / "docs/events.md").read_text(), re.M)
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert recorded == documented


def test_every_file_the_map_names_exists():
    text = (ROOT / "docs/map.md").read_text()
    named = set(re.findall(r"`([\w/]+\.(?:py|html))", text))
    missing = [name for name in named if not (ROOT / name).exists() and not (ROOT / "firstline" / name).exists()]
    assert missing == []


def test_every_direct_dependency_has_its_reason():
    reasons = (ROOT / "docs/decisions/0001-dependencies.md").read_text().lower()
    for list_name in ("requirements.in", "requirements-dev.in"):
        lines = (ROOT / list_name).read_text().splitlines()
        names = [re.split(r"[\[<>=~ ]", line)[0] for line in lines if line and line[0] not in "#-"]
        assert [name for name in names if name not in reasons] == []
