"""One round: a desk is set up and put under load, its parts are killed, it comes to rest, and is judged."""

import sys
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import set_forkserver_preload
from pathlib import Path
from random import Random

import psycopg

from firstline.kit import clock
from tests.chaos.cluster import Cluster
from tests.chaos.embedded import Embedded
from tests.chaos.journal import Journal
from tests.chaos.listener import Listener
from tests.chaos.parts import Desk
from tests.chaos.people import PAUSE, Agent, AgentAtDesk, Load, Program, Visitor, Writer
from tests.chaos.places import Places
from tests.chaos.postbox import Postbox
from tests.chaos.settled import Verdict, judge

MOST_JOBS = 400
"""With more jobs waiting the load slows down: what is measured is loss, not speed."""


class Round:
    def __init__(
        self, folder: Path, places: Places, database: Embedded | Cluster, *, random: Random, impatient: bool
    ) -> None:
        self.random, self.database = random, database
        self.desk = Desk(folder, places, database, impatient=impatient, random=random)
        self.journal = Journal(folder / "journal.jsonl")
        self.postbox = Postbox(places.postbox[1], Random(random.random()), host=places.postbox[0])
        self.load = Load(places.webs, places.smtp, self.journal, self.postbox)
        self.began = self.raged = self.settled = 0.0
        self.left: list[str] = []
        self.unfinished: list[str] = []
        """What did not happen under load that should have."""
        self.listeners: list[Listener] = []

    def start(self) -> None:
        """The tables, the people, the parts, the load. The database runs already."""
        self.postbox.start()
        set_forkserver_preload(["tests.chaos.nursery"])
        people = self._people()
        self.desk.start()
        self.desk.wait_until_up()
        self.load.start(*people)
        for listener in self.listeners:
            listener.start()
        say("The desk is up and under load")

    def rage(self, *, kills: int, minutes: float, every: float, weights: dict[str, int]) -> None:
        """Kill until so many have died, or the time is over."""
        self.began = time.monotonic()
        told = 0
        while self.kills < kills and time.monotonic() - self.began < minutes * 60:
            time.sleep(self.random.expovariate(1 / every))
            for what in self._victims(weights):
                self.desk.kill(what)
            self.slow_down()
            if self.kills // 100 > told:
                told = self.kills // 100
                say(f"{self.kills} kills, {len(self.journal.acts)} asked, {len(self.journal.done)} acknowledged")
        self.raged = time.monotonic() - self.began

    def witnesses(self) -> dict[str, Callable[[float], float | None]]:
        """By part of the desk: when it first proved, after a moment, that it works; None if it has not."""
        journal = self.journal
        return {
            "pages": lambda at: journal.done_since(at, ("on a page",)),
            "API": lambda at: journal.done_since(at, ("by API", "verb")),
            "letters in": lambda at: journal.done_since(at, ("letter", "by mail")),
            "letters out": self.postbox.taken_since,
            "live pages": self._heard_since,
        }

    def settle(self, *, minutes: float) -> None:
        """Let everybody finish, and the desk do what it has left; `left` says what it did not do in that time."""
        self.desk.armed, self.postbox.bad = False, False
        self.desk.links.mend()
        self.load.stop(60)
        began = time.monotonic()
        while True:
            self._end_waiting()
            self.left = self._unfinished()
            if self.left == self.unfinished or time.monotonic() - began > minutes * 60:
                break
            time.sleep(0.5)
        self.settled = time.monotonic() - began

    def judge(self) -> Verdict:
        from django.db import connection

        connection.close()
        return judge(self.journal, self.postbox, self.desk.deaths)

    def report(self, verdict: Verdict) -> None:
        """Print what was done and what came of it."""
        say(f"{self.kills} kills in {self.raged:.0f} s: {_listed(self.desk.died)}")
        counts = self.journal.counts()
        total = Counter[str]()
        for kind, states in sorted(counts.items()):
            total += states
            say(f"  {kind}: {_listed(states)}")
        say(f"Acknowledged {total['done']}, refused {total['refused']}, in doubt {total['in doubt']}, ")
        say(f"sent again {self.journal.retries} times")
        say(f"Losses: {len(verdict.lost)}; duplicates: {len(verdict.doubled)}; broken rules: {len(verdict.broken)}")
        say(
            f"Letters out: {verdict.letters}, lost {len(verdict.letters_lost)}, out of order "
            f"{len(verdict.out_of_order)}, a second time {verdict.twice} (outside the window: "
            f"{len(verdict.twice_without_reason)}); the mail server refused {self.postbox.refused}"
            f" and hung up after {self.postbox.dropped}"
        )
        say(f"Settled in {self.settled:.0f} s; left undone: {'; '.join(self.left) or 'nothing'}")
        for name in ("lost", "doubled", "broken", "letters_lost", "twice_without_reason", "out_of_order"):
            for line in getattr(verdict, name)[:20]:
                say(f"  {name}: {line}")
        for line, times in Counter(self.load.strange).most_common(20):
            say(f"  strange ({times} times): {line}")

    def stop(self) -> None:
        self.load.over.set()
        for listener in self.listeners:
            listener.stop()
        self.desk.stop()
        self.postbox.stop()
        self.journal.close()

    @property
    def kills(self) -> int:
        return sum(times for what, times in self.desk.died.items() if what.endswith(("killed", "failpoint")))

    def _heard_since(self, at: float) -> float | None:
        heard = [listener.heard_at for listener in self.listeners]
        return max(heard) if min(heard) > at else None

    def _victims(self, weights: dict[str, int]) -> list[str]:
        """Who dies now: mostly one, at times two or three at once."""
        count = self.random.choices([1, 2, 3], [70, 20, 10])[0]
        return self.random.choices(list(weights), list(weights.values()), k=count)

    def slow_down(self) -> None:
        """With many jobs waiting the load is less."""
        try:
            with psycopg.connect(self.database.url, connect_timeout=2) as connection:
                row = connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
            self.load.pause = PAUSE * (1 if row is None or row[0] < MOST_JOBS else 10)
        except psycopg.Error:
            pass

    def _unfinished(self) -> list[str]:
        from django.db import Error, connection

        from firstline.cli import integrity

        try:
            return self.unfinished + [each for each in integrity.unfinished() if not _is_schedule(each)]
        except Error as error:
            connection.close()
            return [str(error)]

    def _end_waiting(self) -> None:
        """Letters that the mail server refused may wait for hours; what they would do then they do now."""
        from django.db import Error, connection

        from firstline.notices.models import Delivery

        try:
            Delivery.objects.filter(state="queued", attempts__gt=0).update(next_try_at=clock.now())
        except Error:
            connection.close()

    def _people(self) -> list[Visitor | Program | Writer]:
        from firstline.cli import migrate, program

        program.load()
        migrate.migrate()
        from django.conf import settings
        from django.db import connection
        from django.test import Client

        from firstline.api.models import Token
        from firstline.people.models import Person
        from tests.cast import Cast

        cast = Cast.make()
        who = Person.Account.ADMINISTRATOR
        askers = [
            Person.objects.create_person(name=f"Asker {n}", email=f"asker{n}@corp.example", account=who)
            for n in range(64)
        ]
        writers = [str(asker.email) for asker in askers[4:]]

        def dice() -> Random:
            return Random(self.random.random())

        def token(person: Person) -> str:
            return Token.issue(person, scopes=["read", "write"])

        def cookie(person: Person) -> tuple[str, str]:
            client = Client()
            client.force_login(person)
            return settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value

        self.listeners = [Listener(web, cookie(cast.yu)) for web in self.load.webs]
        people: list[Visitor | Program | Writer] = [
            Program("p1", self.load, dice(), token(askers[0])),
            Program("p2", self.load, dice(), token(cast.mei)),
            Agent("bo", self.load, dice(), token(cast.bo)),
            Agent("yu", self.load, dice(), token(cast.yu)),
            AgentAtDesk("chen", self.load, dice(), cookie(cast.chen)),
            Visitor("v1", self.load, dice(), cookie(askers[1])),
            Visitor("v2", self.load, dice(), cookie(askers[2])),
            Writer("w1", self.load, dice(), writers[::2]),
            Writer("w2", self.load, dice(), writers[1::2]),
        ]
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        return people


def say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


def _is_schedule(line: str) -> bool:
    """Jobs that come back by themselves are always about to run."""
    names = ("retry_stalled", "watch_clocks", "wake_up", "channels.sweep", "close_solved", "forget")
    return "failed" not in line and any(name in line for name in names)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{what} {times}" for what, times in sorted(counts.items()))
