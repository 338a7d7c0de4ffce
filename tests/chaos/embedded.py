"""The database of a usual round: the embedded PostgreSQL, started again as soon as it has died."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from random import Random

from firstline.kit.postgres import CannotStart, Server
from tests.chaos.network import BACK
from tests.chaos.places import Places


class Embedded:
    def __init__(self, data: Path, places: Places) -> None:
        self.server, self.places = Server(data, places.database_settings()), places

    @property
    def url(self) -> str:
        return self.server.url

    def start(self) -> None:
        self.server.start()
        if network := self.places.network:
            with (self.server.db / "pg_hba.conf").open("a") as file:
                file.write(f"host all all {network.address(BACK)}/24 trust\n")
            with self.server.connect() as session:
                session.execute("SELECT pg_reload_conf()")

    def stop(self) -> None:
        self.server.stop()

    def tend(self) -> None:
        """Start it again if it has died."""
        if not self.server.is_running:
            with suppress(CannotStart):  # it was killed while it started
                self.server.start()

    def kill(self) -> bool:
        """SIGKILL for its postmaster; whether there was one."""
        process = self.server.process
        if process is None or process.poll() is not None:
            return False
        process.kill()
        return True

    def kill_backend(self, random: Random) -> bool:
        """SIGKILL for one of those that serve a client."""
        process = self.server.process
        if process is None or process.poll() is not None:
            return False
        backends = [pid for pid in _children(process.pid) if b"firstline firstline" in _words(pid)]
        if not backends:
            return False
        try:
            os.kill(random.choice(backends), signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


def _children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
