"""The links between nodes and database: cut for some seconds, and whom that keeps from noting what he sent."""

import time
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import TYPE_CHECKING

from tests.chaos.deaths import Death
from tests.chaos.living import name_of
from tests.chaos.network import BACK, Network

if TYPE_CHECKING:
    from tests.chaos.parts import Part

SECONDS = (2.0, 25.0)
"""Shorter and longer than it takes a node and the database to give each other up."""
GRACE = 10.0
"""For how many seconds after a cut a worker may still find its connections gone."""


@dataclass
class Cut:
    node: int
    ends: float
    deaths: dict[str, Death] = field(default_factory=dict)
    """By the name of each worker that is there: it cannot note what it sends."""


class Links:
    def __init__(self, network: Network | None, parts: list["Part"]) -> None:
        self.network, self.parts = network, parts
        self._now: Cut | None = None

    def cut(self, random: Random) -> bool:
        """Cut a node off; False where there is no network, or one is cut off already."""
        if self.network is None or self._now is not None:
            return False
        node, seconds = random.choice(self.network.nodes), random.uniform(*SECONDS)
        self.network.cut(node, BACK)
        self._now = Cut(node, time.monotonic() + seconds)
        return True

    def mend(self) -> None:
        """The one that is cut off need not wait any longer."""
        if cut := self._now:
            cut.ends = 0.0

    def tend(self) -> None:
        """Note who is cut off, and join the node again when its time is over."""
        cut = self._now
        if cut is None or self.network is None:
            return
        now = time.monotonic()
        for part in self.parts:
            if part.kind == "worker" and part.node == cut.node and part.process is not None:
                name = name_of(part.process.pid or 0)
                if name not in cut.deaths:
                    cut.deaths[name] = Death(now, name, until=inf)
                    part.deaths.append(cut.deaths[name])
        if now > cut.ends:
            self.network.mend(cut.node)
            for death in cut.deaths.values():
                death.until = time.monotonic() + GRACE
            self._now = None
