"""No test runs a loop in its own thread: where a browser's tests ran before in it, that thread has one already."""

import re

from tests.shape.sources import ROOT

RUNS = re.compile(r"\b(asyncio\.run\(|run_until_complete\(|asyncio import .*\brun\b)")
IN_PROCESSES_OF_THEIR_OWN = {"tests/bench/client.py", "tests/faults/standing.py", "tests/loops.py"}


def test_loops_run_in_threads_of_their_own() -> None:
    texts = {path.relative_to(ROOT).as_posix(): path.read_text() for path in (ROOT / "tests").rglob("*.py")}
    found = {path for path, text in texts.items() if RUNS.search(text)} - {"tests/shape/test_own_loops.py"}
    assert found - IN_PROCESSES_OF_THEIR_OWN == set()
