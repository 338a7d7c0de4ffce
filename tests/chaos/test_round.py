"""A short round of bin/chaos: dozens of deaths at random and at failpoints, and nothing acknowledged is lost."""

import re
import subprocess
import sys

import pytest

from tests.cli.serving import ROOT


@pytest.mark.system
def test_nothing_acknowledged_is_lost_or_doubled_when_parts_are_killed() -> None:
    options = ["--kills", "30", "--every", "1", "--minutes", "2", "--impatient"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *options], capture_output=True, text=True, cwd=ROOT, timeout=400
    )
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    kills = re.search(r"(\d+) kills in", told)
    acknowledged = re.search(r"Acknowledged (\d+)", told)
    assert kills is not None
    assert acknowledged is not None
    assert int(kills[1]) >= 30, told
    assert int(acknowledged[1]) >= 10, told
