"""The primary of a database cluster is taken away twice under load, and nothing acknowledged is lost."""

import re
import subprocess
import sys

import pytest

from tests.chaos import machine, network
from tests.cli.serving import ROOT

SECONDS = 900
"""On two cores of which others want much; alone it takes about two minutes."""


@pytest.mark.system
@pytest.mark.peers
def test_nothing_acknowledged_is_lost_when_another_machine_becomes_the_primary() -> None:
    if reason := machine.why_not() or network.why_not():
        pytest.skip(f"Left out: failovers of the database (tests/chaos/test_failovers.py), for {reason}")
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--failovers", "2", "--minutes", "8", "--impatient"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=SECONDS,
    )
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    acknowledged = re.search(r"Acknowledged (\d+)", told)
    assert acknowledged is not None
    assert int(acknowledged[1]) >= 50, told
    assert re.search(r"^\S+ 2\. .*live pages", told, re.MULTILINE), told
