"""The desk that is killed: its database and its parts, each started again as soon as it has died."""

import os
import signal
import threading
import time
from contextlib import suppress
from math import inf
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

import psycopg

from tests.chaos.cluster import Cluster
from tests.chaos.deaths import Death
from tests.chaos.embedded import Embedded
from tests.chaos.links import Links
from tests.chaos.living import live, name_of
from tests.chaos.places import Places
from tests.cli.serving import until

POINTS = {
    "web": "verb.done verb.committed call.done call.committed".split(),
    "worker": "react.done react.committed take.done take.committed outbox.claimed outbox.sending outbox.accepted "
    "outbox.settled outbox.next verb.committed".split(),
    "mail": "keep.done keep.committed".split(),
}
"""At which failpoints a part may be told to die."""


class Part:
    """One process of the desk, and its deaths."""

    def __init__(
        self, words: list[str], *, node: int, namespace: str, log: Path, impatient: bool, random: Random
    ) -> None:
        self.kind, self.words, self.node, self.namespace = words[0], words, node, namespace
        self.log, self.impatient, self.random = log, impatient, random
        self.deaths: list[Death] = []
        self.points = ""
        self.process: BaseProcess | None = None
        self.born = 0.0
        self._killed = False

    def start(self, *, points: str = "") -> None:
        self.points, self._killed, self.born = points, False, time.monotonic()
        context = get_context("forkserver")
        seed = str(self.random.random())
        arguments = (self.words, self.namespace, points, seed, str(self.log), self.impatient)
        self.process = context.Process(target=live, args=arguments, daemon=True)  # type: ignore[attr-defined]
        self.process.start()

    def kill(self) -> bool:
        """SIGKILL; whether there was somebody to kill."""
        if self.process is None or self.process.pid is None or not self.process.is_alive():
            return False
        self._killed = True
        os.kill(self.process.pid, signal.SIGKILL)
        self._note(self.process.pid)
        return True

    def tend(self, *, armed: bool) -> str:
        """Start it again if it is gone; what it had died of, else an empty string."""
        if self.process is None or self.process.is_alive():
            return ""
        self.process.join()
        why = "killed" if self._killed else "failpoint" if self.process.exitcode == -signal.SIGKILL else "ended"
        if not self._killed:
            self._note(self.process.pid)
        point = self.random.choice(POINTS[self.kind]) if armed and self.random.random() < 0.4 else ""
        self.start(points=f"{point}#{self.random.randint(1, 12)}" if point else "")
        return why

    def _note(self, pid: int | None) -> None:
        now = time.monotonic()
        self.deaths.append(Death(now, name_of(pid or 0), until=now))

    def end(self) -> None:
        if self.process is not None and self.process.is_alive():
            self.process.kill()
            self.process.join(5)


class Desk:
    """Web nodes, workers and a mail receiver on a database, on a folder and at places of their own."""

    def __init__(
        self, data: Path, places: Places, database: Embedded | Cluster, *, impatient: bool, random: Random
    ) -> None:
        self.database, self.places, self.random = database, places, random
        log, network = data / "parts.log", places.network
        self.parts = [
            Part(
                words,
                node=node,
                namespace=network.namespace(node) if network else "",
                log=log,
                impatient=impatient,
                random=Random(random.random()),
            )
            for words, node in places.parts()
        ]
        self.database_deaths: list[Death] = []
        self.links = Links(network, self.parts)
        self.died: dict[str, int] = {}
        self.armed = True
        self._over = threading.Event()
        self._keepers: list[threading.Thread] = []

    def start(self) -> None:
        """Start all parts, and keepers that start them again. The database runs already."""
        for part in self.parts:
            part.start()
        kept = (self._keep_parts, self._keep_database) if isinstance(self.database, Embedded) else (self._keep_parts,)
        for work in kept:
            self._keepers.append(threading.Thread(target=work, daemon=True))
            self._keepers[-1].start()

    def kill(self, what: str) -> bool:
        """Kill a part of that kind at random, the `database`, or a `backend` of it, or cut a node's `link` to it for
        some seconds; whether one was there."""
        if isinstance(self.database, Embedded) and what in ("database", "backend"):
            done = self.database.kill() if what == "database" else self.database.kill_backend(self.random)
            if done:
                self.database_deaths.append(Death(time.monotonic()))
                self.count(f"{what} killed")
            return done
        if what == "link":
            return self.links.cut(self.random) and self.count("link cut")
        there = [part for part in self.parts if part.kind == what]
        return self.random.choice(there).kill() and self.count(f"{what} killed")

    def stop(self) -> None:
        """End everything that was started."""
        self._over.set()
        for keeper in self._keepers:
            keeper.join(60)
        for part in self.parts:
            part.end()
        self.database.stop()

    @property
    def deaths(self) -> list[Death]:
        """Of all those whose death can leave a letter sent but not noted as sent."""
        workers = [part for part in self.parts if part.kind == "worker"]
        return self.database_deaths + [each for part in workers for each in part.deaths]

    def count(self, what: str) -> bool:
        self.died[what] = self.died.get(what, 0) + 1
        return True

    def _keep_parts(self) -> None:
        while not self._over.is_set():
            self.links.tend()
            for part in self.parts:
                why = part.tend(armed=self.armed)
                if why in ("failpoint", "ended"):
                    self.count(f"{part.kind} {'at a failpoint' if why == 'failpoint' else 'ended by itself'}")
            time.sleep(0.05)

    def _keep_database(self) -> None:
        # A thread of its own, as the server must not outlive the thread that started it: the kernel sees to that.
        assert isinstance(self.database, Embedded)
        while not self._over.is_set():
            self.database.tend()
            self._note_end_of_outage()
            time.sleep(0.05)

    def _note_end_of_outage(self) -> None:
        # A backend takes all others along, a moment after it was killed; until the log is replayed nobody gets in.
        gone = [each for each in self.database_deaths if each.until == inf and time.monotonic() - each.at > 0.5]
        if not gone:
            return
        with suppress(psycopg.Error), psycopg.connect(self.database.url, connect_timeout=2) as connection:
            connection.execute("SELECT 1")
            for each in gone:
                each.until = time.monotonic()

    def wait_until_up(self, seconds: float = 60) -> None:
        until(self.is_up, seconds=seconds)

    def is_up(self) -> bool:
        """Whether every node says that it can serve."""
        return all(_answers(*web) for web in self.places.webs)


def _answers(host: str, port: int) -> bool:
    import httpx

    try:
        return httpx.get(f"http://{host}:{port}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
