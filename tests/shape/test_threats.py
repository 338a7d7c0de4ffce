"""Each threat of docs/security.md has a test, or is said not to exist yet."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)


def test_every_threat_has_a_test_that_is_there() -> None:
    rows = [(int(number), told) for number, _threat, told in ROW.findall((ROOT / "docs/security.md").read_text())]
    assert [number for number, _told in rows] == list(range(1, len(rows) + 1))
    missing = []
    for number, told in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", told)
        if not named and not told.startswith("does not exist yet"):
            missing.append(f"{number} names nothing")
        for path, name in named:
            if not (ROOT / path).exists() or not re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.M):
                missing.append(f"{number}: {path}::{name}")
    assert missing == []
