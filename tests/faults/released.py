"""The code of the last release, out of the history: what runs while a newer version's migrations are applied."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.serving import ROOT
from tests.shape.test_migrations import RELEASED, new_migrations


def unpack(folder: Path) -> str:
    """Put the last release's code into the folder; the commit. Skips the test where the history does not have it.

    The last release is the commit before the first that added a migration which `released.txt` does not name.
    """
    files = [f"firstline/{app}/migrations/{name}.py" for app, name, _migration in new_migrations()]
    if not files:
        pytest.skip("Left out: the tables are those of the last release")
    first = _git("log", "--reverse", "--diff-filter=A", "--format=%H", "--", *files).partition("\n")[0]
    release = _git("rev-parse", "--verify", "--quiet", f"{first}^") if first else ""
    if not release:
        pytest.skip("Left out: the last release's code needs a git history that reaches back to it")
    packed = subprocess.run(["git", "archive", release], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
    there = {tuple(path.parts[i] for i in (-3, -1)) for path in folder.glob("firstline/*/migrations/0*.py")}
    assert {(app, name.removesuffix(".py")) for app, name in there} == RELEASED, f"{release} is not the last release"
    return release


def _git(*words: str) -> str:
    """What git prints; nothing where it fails or is not there."""
    try:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        return ""
