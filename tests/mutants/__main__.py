"""Change the program in one small place, run the tests beside it, and see whether any fails: bin/mutants --seed 1.

The places are drawn from all of them by the seed. Each change lives in a process of its own and is gone with it; the
files stay as they are. At the end stand those that no test noticed. Exit code 1 when more than --unseen percent are.
"""

import argparse
import sys
import time
from pathlib import Path
from random import Random

from tests.mutants import changes
from tests.mutants.asking import Answer, Desk, desk
from tests.mutants.changes import Change
from tests.mutants.guards import ROOT, guards_of, modules


def main() -> int:
    parser = argparse.ArgumentParser("bin/mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("--changes", type=int, default=200, help="how many, drawn by the seed (%(default)s)")
    parser.add_argument("--seed", default="firstline", help="draws the same places again (%(default)s)")
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no change after so long (%(default)s)")
    parser.add_argument("--timeout", type=float, default=240.0, help="seconds for the tests of a change (%(default)s)")
    parser.add_argument("--only", default="", help="only files whose path contains this")
    parser.add_argument("--unseen", type=float, default=5.0, help="percent that may go unseen (%(default)s)")
    given = parser.parse_args()
    ends = time.monotonic() + given.minutes * 60
    drawn = _drawn(given.changes, seed=given.seed, only=given.only)
    with desk() as asked:
        return _report(_asked(asked, drawn, ends=ends, most=given.timeout), len(drawn), unseen=given.unseen)


def _drawn(wanted: int, *, seed: str, only: str) -> list[Change]:
    files = [path for path in modules() if only in str(path)]
    places = [(path, number) for path in files for number in range(changes.count(path))]
    chosen = Random(seed).sample(places, min(wanted, len(places)))
    print(f"{len(chosen)} of {len(places)} places in {len(files)} files, seed {seed}", flush=True)
    return [changes.change(path, number) for path, number in chosen]


def _asked(asked: Desk, drawn: list[Change], *, ends: float, most: float) -> list[tuple[Change, Answer]]:
    found = []
    sound: set[str] = set()
    broken: set[str] = set()
    for number, change in enumerate(drawn, 1):
        if time.monotonic() > ends:
            break
        guards = guards_of(change.path)
        answer = asked.ask(guards, change, most=most, left=broken)
        # A test that fails without the change as well has not noticed it, and is left out from then on.
        while new := [each for each in answer.failed if "::" in each and each not in sound]:
            anyway = asked.ask(new, most=most).failed
            sound.update(set(new) - set(anyway))
            broken.update(anyway)
            if sound & set(new):
                break
            answer = asked.ask(guards, change, most=most, left=broken)
        found.append((change, answer))
        said = "late " if answer.late else "seen " if answer.failed else "UNSEEN"
        place = f"{change.path.relative_to(ROOT)}:{change.line}"
        by = answer.failed[0].rpartition("/")[2] if answer.failed else ""
        print(f"{number:4} {said} {answer.seconds:5.0f} s  {place}  {change.what}  {by}", flush=True)
    for each in sorted(broken):
        print(f"Fails without any change: {each}")
    return found


def _report(found: list[tuple[Change, Answer]], wanted: int, *, unseen: float) -> int:
    survivors = [change for change, answer in found if not answer.noticed]
    seen = len(found) - len(survivors)
    print(f"\n{seen} of {len(found)} changes noticed ({100 * seen / max(1, len(found)):.0f} %)", end="")
    print(f"; {wanted - len(found)} were not tried for want of time" if len(found) < wanted else "")
    for change in sorted(survivors, key=lambda each: (each.path, each.line)):
        print(f"  unseen: {Path(change.path).relative_to(ROOT)}:{change.line}  {change.what}")
    return int(100 * len(survivors) > unseen * len(found))


if __name__ == "__main__":
    sys.exit(main())
