"""Failpoints: a place kills the process when, and only when, it was named for that."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from firstline.kit import failpoints

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
from firstline.kit.failpoints import reach
for turn in range(1, 201):
    reach("verb.done")
    print(turn, flush=True)
"""


def run(**environment: str) -> tuple[int, int]:
    """The exit code, and how many turns the program got through."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )
    return done.returncode, len(done.stdout.splitlines())


def test_without_the_setting_nothing_happens():
    assert run() == (0, 200)


def test_another_place_does_nothing():
    assert run(FIRSTLINE_FAILPOINTS="verb.committed") == (0, 200)


def test_a_place_kills_at_the_time_that_was_said():
    assert run(FIRSTLINE_FAILPOINTS="verb.committed, verb.done#3") == (-signal.SIGKILL, 2)


def test_a_bare_name_kills_at_the_first_time():
    assert run(FIRSTLINE_FAILPOINTS="verb.done") == (-signal.SIGKILL, 0)


def test_a_chance_with_a_seed_kills_at_the_same_turn_each_time():
    first = run(FIRSTLINE_FAILPOINTS="verb.done=0.1", FIRSTLINE_FAILPOINTS_SEED="7")
    assert first[0] == -signal.SIGKILL
    assert 0 < first[1] < 200
    assert run(FIRSTLINE_FAILPOINTS="verb.done=0.1", FIRSTLINE_FAILPOINTS_SEED="7") == first


def test_a_place_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match=r"no failpoint verb\.dun"):
        failpoints.armed({"FIRSTLINE_FAILPOINTS": "verb.dun"})


def test_every_name_is_reached_somewhere_and_every_place_has_a_name():
    code = "".join(path.read_text() for path in (ROOT / "firstline").rglob("*.py"))
    assert set(re.findall(r'reach\("([a-z_.]+)"\)', code)) == failpoints.NAMES
