"""Change the program in one small place, run the tests beside it, and see whether any fails: bin/mutants --seed 1.

The places are drawn from all of them by the seed. Each change lives in a process of its own and is gone with it; the
files stay as they are. At the end stand those that no test noticed. Exit code 1 when more than --unseen percent are.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from functools import partial
from random import Random
from typing import NamedTuple

from tests.mutants import changes
from tests.mutants.asking import Answer, Asker, Desk, desk, forked, waited
from tests.mutants.changes import Change
from tests.mutants.guards import ROOT, modules
from tests.mutants.unfelt import reason_of
from tests.mutants.walk import Walk, files_of


class Found(NamedTuple):
    change: int
    noticed: bool


def main() -> int:
    parser = argparse.ArgumentParser("bin/mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("--changes", type=int, default=200, help="how many, drawn by the seed (%(default)s)")
    parser.add_argument("--seed", default="firstline", help="draws the same places again (%(default)s)")
    parser.add_argument("--minutes", type=float, default=90.0, help="begin no change after so long (%(default)s)")
    parser.add_argument("--tests", type=float, default=60.0, help="seconds of tests for a change (%(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="how many are asked at the same time (%(default)s)")
    parser.add_argument("--only", default="", help="only files whose path contains this")
    parser.add_argument("--unseen", type=float, default=5.0, help="percent that may go unseen (%(default)s)")
    given = parser.parse_args()
    started = time.monotonic()
    drawn = _drawn(given.changes, seed=given.seed, only=given.only)
    with desk() as asked:
        files = files_of(drawn)
        walk = Walk.through(asked, files, drawn, workers=given.workers)
        print(f"{len(walk.tests)} tests of {len(files)} files walked through, {_minutes(started)}", flush=True)
        for each in walk.broken:
            print(f"Fails without any change: {each}")
        ends = started + given.minutes * 60
        found = _tried(asked, files, walk, workers=given.workers, seconds=given.tests, ends=ends)
    print(f"\n{_minutes(started)}; ", end="")
    return _report(drawn, found, unseen=given.unseen)


def _drawn(wanted: int, *, seed: str, only: str) -> list[Change]:
    files = [path for path in modules() if only in str(path)]
    places = [(path, number) for path in files for number in range(changes.count(path))]
    chosen = Random(seed).sample(places, min(wanted, len(places)))
    print(f"{len(chosen)} of {len(places)} places in {len(files)} files, seed {seed}", flush=True)
    return [changes.change(path, number) for path, number in chosen]


def _tried(asked: Desk, files: Sequence[str], walk: Walk, *, workers: int, seconds: float, ends: float) -> list[Found]:
    """Each worker tries every so manieth change, in a process of its own."""
    told = [asked.folder / f"found-{number}.txt" for number in range(workers)]
    running = []
    for number in range(workers):
        mine = range(number, len(walk.drawn), workers)

        def work(number: int = number, mine: range = mine) -> int:
            asker = Asker(asked, number, files, walk.drawn)
            with told[number].open("w") as lines:
                for change in mine:
                    if time.monotonic() < ends:
                        noticed = _try(asker, walk, change, seconds=seconds)
                        lines.write(f"{json.dumps([change, noticed])}\n")
            asker.close()
            return 0

        running.append(forked(work))
    for pid in running:
        waited(pid, most=ends - time.monotonic() + 600)
    return [Found(*json.loads(line)) for each in told for line in each.read_text().splitlines()]


def _try(asker: Asker, walk: Walk, number: int, *, seconds: float) -> bool:
    change, freshly = walk.drawn[number], walk.is_felt_on_loading(number)
    tests = walk.asked(number, seconds=seconds)
    ask = partial(asker.ask, change=number, freshly=freshly)
    answer = ask(tests, most=30 + 4 * walk.seconds(tests)) if tests else Answer()
    if answer.failed and answer.failed[0] in walk.tests and not freshly:
        # On a busy machine a test may fail by itself: it has noticed when it fails again.
        again = ask(answer.failed[:1], most=60)
        if not again.noticed:
            answer = ask([test for test in tests if test not in answer.failed], most=30 + 4 * walk.seconds(tests))
    said = "late  " if answer.late else "seen  " if answer.failed else "UNSEEN"
    by = answer.failed[0].rpartition("/")[2] if answer.failed else f"{len(tests)} tests"
    where = f"{change.path.relative_to(ROOT)}:{change.line}"
    print(f"{number:4} {said} {answer.seconds:5.1f} s  {where}  {change.what}  {by}", flush=True)
    return answer.noticed


def _report(drawn: Sequence[Change], found: Sequence[Found], *, unseen: float) -> int:
    alive = sorted((drawn[each.change] for each in found if not each.noticed), key=lambda each: (each.path, each.line))
    unfelt = [change for change in alive if reason_of(change)]
    seen, felt = len(found) - len(alive), len(found) - len(unfelt)
    print(f"{seen} of {felt} changes noticed ({100 * seen / max(1, felt):.1f} %)", end="")
    print(f", beside {len(unfelt)} that nobody could feel", end="" if len(found) < len(drawn) else "\n")
    print(f"; {len(drawn) - len(found)} were not tried" if len(found) < len(drawn) else "", flush=True)
    for change in alive:
        said = reason_of(change)
        print(
            f"  {'unfelt' if said else 'unseen'}: {change.path.relative_to(ROOT)}:{change.line}  {change.what}  {said}"
        )
    return int(100 * (felt - seen) > unseen * felt or not found)


def _minutes(since: float) -> str:
    return f"{(time.monotonic() - since) / 60:.0f} minutes"


if __name__ == "__main__":
    sys.exit(main())
