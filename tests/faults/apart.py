"""An installation of its own whose processes are real, so that they can be stopped and killed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.cli.serving import ROOT

LOAD = "from firstline.cli import program; program.load()\n"


class Apart:
    """A database and a folder; `settings` are environment variables of its processes, `code` is what they run."""

    def __init__(self, folder: Path, url: str, settings: dict[str, str], code: Path = ROOT) -> None:
        self.folder, self.url, self.settings, self.code = folder, url, settings, code

    @property
    def environment(self) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTLINE_", "DATABASE_"))}
        here = {"PYTHONPATH": str(self.code), "FIRSTLINE_DATA": str(self.folder), "DATABASE_URL": self.url}
        return mine | here | self.settings

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "firstline", *words]

    def python(self, code: str) -> str:
        """What a program prints that runs on this database with Django loaded."""
        done = subprocess.run(
            [sys.executable, "-c", LOAD + code], capture_output=True, text=True, env=self.environment, cwd=self.code
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @contextmanager
    def running(self, *line: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A process of this installation for the time of the block; afterwards it is killed."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(line, stdout=log, stderr=log, env=self.environment, cwd=self.code)
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    def asked(self, query: str) -> list[tuple[object, ...]]:
        """The rows that the database answers with."""
        with psycopg.connect(self.url) as session:
            return session.execute(query).fetchall()
