"""Places at which a process can be told to die, so that a test can show that nothing is lost there.

`FIRSTLINE_FAILPOINTS` names them, separated by commas, each with when to die: `outbox.accepted#3` at the third time it
is reached, `verb.committed=0.01` once in a hundred times (by `FIRSTLINE_FAILPOINTS_SEED`, if that is set), a bare name
at the first. It is for tests alone; unset, as always in real life, a place costs one look into an empty dictionary.

The names: `verb.done` and `verb.committed` around the commit of a verb that nothing else encloses, `call.done` and
`call.committed` around that of an API call with a key, `react.done` and `react.committed` of a reader, `keep.done`
and `keep.committed` (before the 250) of a letter that is received, `take.done` and `take.committed` of one that is let
in, `outbox.claimed`, `outbox.sending`, `outbox.accepted` (the other server has said 250),
`outbox.settled`, and `outbox.next` between letters that leave one after another; of the fetching from a mailbox
`fetch.fetched` (nothing is stored), `fetch.stored` (before they are marked or moved), `fetch.moved` (before the
cursor goes on) and `fetch.done`.
"""

import os
import signal
from collections.abc import Mapping
from itertools import count
from random import Random

NAMES = frozenset(
    """
    verb.done verb.committed call.done call.committed react.done react.committed keep.done keep.committed
    take.done take.committed outbox.claimed outbox.sending outbox.accepted outbox.settled
    outbox.next fetch.fetched fetch.stored fetch.moved fetch.done
    """.split()
)


class Failpoint:
    """When to die: at the n-th time, or each time with a probability."""

    def __init__(self, *, at: int = 0, chance: float = 0.0, seed: str | None = None) -> None:
        self._at, self._chance = at, chance
        self._reached = count(1)
        self._random = Random(seed)  # noqa: S311 - tests want it repeatable, not secret

    def is_now(self) -> bool:
        """Count that the place was reached; whether this is the time."""
        return next(self._reached) == self._at or self._random.random() < self._chance


def reach(name: str) -> None:
    """Say that this place is reached: nothing happens, or the process is gone (SIGKILL) without any tidying up."""
    if name in _armed and _armed[name].is_now():
        os.kill(os.getpid(), signal.SIGKILL)


def armed(environment: Mapping[str, str]) -> dict[str, Failpoint]:
    """The places that the environment names. Raises ValueError for one that there is not, or that makes no sense."""
    seed = environment.get("FIRSTLINE_FAILPOINTS_SEED")
    found = {}
    for word in filter(None, environment.get("FIRSTLINE_FAILPOINTS", "").replace(" ", "").split(",")):
        name, chance = word.partition("=")[::2] if "=" in word else (word.partition("#")[0], "")
        if name not in NAMES:
            raise ValueError(f"There is no failpoint {name}; there are {', '.join(sorted(NAMES))}")
        if chance:
            found[name] = Failpoint(chance=float(chance), seed=seed and f"{seed} {name}")
        else:
            found[name] = Failpoint(at=int(word.partition("#")[2] or 1))
    return found


_armed = armed(os.environ)
