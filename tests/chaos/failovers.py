"""The primary of the cluster is taken away under load, again and again; each time everything must go on by itself."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.chaos.cluster import HURTS, Cluster
from tests.chaos.deaths import Death
from tests.chaos.round import Round, say

PROMOTED_SECONDS = 150.0
BACK_SECONDS = 120.0
"""Patience, for a machine on which others work too; what it took is reported."""
WORK_SECONDS = (2.0, 8.0)
"""So long the load goes on undisturbed before the next one."""


@dataclass
class Failover:
    """What was done to the primary, and after how many seconds what had come back."""

    how: str
    promoted: float = 0.0
    """Another machine committed something, and so did its standby."""
    back: dict[str, float] = field(default_factory=dict)
    """By what it is of the desk (`WITNESSES`)."""

    @property
    def first(self) -> float:
        return min(self.back.values(), default=0.0)

    @property
    def all(self) -> float:
        return max(self.back.values(), default=0.0)


class Failovers:
    def __init__(self, round: Round, cluster: Cluster, random: Random) -> None:
        self.round, self.cluster, self.random = round, cluster, random
        self.done: list[Failover] = []

    def run(self, count: int, *, minutes: float) -> None:
        """So many, each when the cluster is whole again; those for which there was no time are said in `round.left`."""
        end = time.monotonic() + minutes * 60
        for how in self._hurts(count):
            if time.monotonic() > end:
                self.round.unfinished.append(f"{count - len(self.done)} failovers, for the time was over")
                return
            self.cluster.wait_until_whole()
            time.sleep(self.random.uniform(*WORK_SECONDS))
            self._one(how)
            self.round.slow_down()

    def report(self) -> None:
        for what, seconds in (
            ("another database committed", [each.promoted for each in self.done]),
            ("the first acknowledgement", [each.first for each in self.done]),
            ("pages, API, letters in and out, live pages all back", [each.all for each in self.done]),
        ):
            say(f"  seconds until {what}: {_spread(seconds)}")
        for how in HURTS:
            if those := [each for each in self.done if each.how == how]:
                say(f"  {how}: {len(those)} times, all back after {_spread([each.all for each in those])} s")

    def _hurts(self, count: int) -> list[str]:
        """Each kind as often as the others, in an order of the dice."""
        hurts: list[str] = []
        while len(hurts) < count:
            hurts += self.random.sample(HURTS, len(HURTS))
        return hurts[:count]

    def _one(self, how: str) -> None:
        node = self.cluster.primary_to_hurt()
        death = Death(time.monotonic())
        self.round.desk.database_deaths.append(death)
        self.cluster.hurt(node, how)
        self.round.desk.count(how)
        failover = Failover(how)
        self.done.append(failover)
        if _wait(lambda: self.cluster.takes_writes(besides=node) is not None, PROMOTED_SECONDS):
            promoted_at = time.monotonic()
            failover.promoted = promoted_at - death.at
            self._wait_for_witnesses(failover, death.at, promoted_at)
        else:
            self.round.unfinished.append(f"nobody was promoted after: {how}\n{self.cluster.log()}")
        # Those that were at it when it happened find out when their connection is given up.
        death.until = time.monotonic()
        self.cluster.mend(node)
        told = ", ".join(f"{what} {seconds:.1f}" for what, seconds in failover.back.items())
        say(f"{len(self.done)}. {how} (db{node + 1}): committed after {failover.promoted:.1f} s; {told}")

    def _wait_for_witnesses(self, failover: Failover, began: float, promoted_at: float) -> None:
        """What is acknowledged after the promotion proves that its part of the desk works with the promoted one."""
        end = time.monotonic() + BACK_SECONDS
        witnesses = self.round.witnesses()
        while missing := [name for name in witnesses if name not in failover.back]:
            for name in missing:
                if (at := witnesses[name](promoted_at)) is not None:
                    failover.back[name] = at - began
            if time.monotonic() > end:
                self.round.unfinished.append(f"after {failover.how} these did not come back: {', '.join(missing)}")
                return
            time.sleep(0.1)


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "never"
    return f"{min(seconds):.1f} / {statistics.median(seconds):.1f} / {max(seconds):.1f}"
