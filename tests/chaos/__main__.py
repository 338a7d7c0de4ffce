"""Kill a desk under load, many times, and check that nothing that it acknowledged is lost: bin/chaos --kills 100.

It works on a folder and ports of its own, on this machine alone, ends everything that it starts, and takes at most as
long as --minutes says. Exit code 1 when anything was lost, doubled or left undone.
"""

import argparse
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.chaos import machine
from tests.chaos.cluster import MACHINES, Cluster, use
from tests.chaos.network import Network, go_apart, why_not
from tests.chaos.places import Places

SETTLING_MINUTES = 12.0
CUTS = 6
WEIGHTS = {"web": 30, "worker": 30, "mail": 20, "backend": 7, "database": 4}


def main() -> int:
    parser = argparse.ArgumentParser("bin/chaos", description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100, help="how many deaths, of all kinds together (%(default)s)")
    parser.add_argument(
        "--failovers",
        type=int,
        default=0,
        metavar="N",
        help="nothing dies but the primary of a cluster of three (Patroni, as root), so often",
    )
    parser.add_argument("--seed", default=secrets.token_hex(4), help="repeats the dice of an earlier run")
    parser.add_argument("--minutes", type=float, default=60.0, help="end the killing after so long (%(default)s)")
    parser.add_argument("--every", type=float, default=1.5, help="seconds from one kill to the next (%(default)s)")
    parser.add_argument("--impatient", action="store_true", help="leases of seconds instead of minutes: settles sooner")
    parser.add_argument("--keep", action="store_true", help="keep the folder, for looking into it")
    parser.add_argument("--nodes", type=int, default=2, help="web nodes (%(default)s)")
    parser.add_argument("--workers", type=int, default=3, help="workers (%(default)s)")
    parser.add_argument(
        "--namespaces",
        action="store_true",
        help="nodes in network namespaces, as root; at times one is cut off from the database",
    )
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="firstline-chaos-"))
    folder.chmod(0o755)
    try:
        return _fail_over(args, folder) if args.failovers else _run(args, folder)
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    finally:
        if args.keep:
            say(f"Kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _run(args: argparse.Namespace, folder: Path) -> int:
    network = _network(args.nodes) if args.namespaces else None
    places = Places.choose(nodes=args.nodes, workers=args.workers, network=network)
    places.set_environment(folder)
    from tests.chaos.embedded import Embedded
    from tests.chaos.round import Round

    where = "in network namespaces" if network else "on ports of 127.0.0.1"
    say(f"Seed {args.seed}, folder {folder}; {args.nodes} nodes {where}, {args.workers} workers")
    database = Embedded(folder, places)
    round = Round(folder, places, database, random=Random(args.seed), impatient=args.impatient)
    try:
        if network:
            network.make()
        database.start()
        round.start()
        weights = WEIGHTS | ({"link": CUTS} if network else {})
        round.rage(kills=args.kills, minutes=args.minutes, every=args.every, weights=weights)
        round.settle(minutes=2.0 if args.impatient else SETTLING_MINUTES)
        verdict = round.judge()
        round.report(verdict)
        return 0 if verdict.is_clean and not round.left else 1
    finally:
        round.stop()
        if network:
            network.remove()


def _fail_over(args: argparse.Namespace, folder: Path) -> int:
    if reason := machine.why_not() or why_not():
        say(f"Left out: failovers, for {reason}")
        return 2
    go_apart()
    places = Places.choose(nodes=args.nodes, workers=args.workers, network=None)
    # The desk closes its folder to everybody else, PostgreSQL's own user included.
    data = folder / "desk"
    data.mkdir()
    places.set_environment(data)
    random, network = Random(args.seed), Network(MACHINES)
    cluster = Cluster(folder, network)
    say(f"Seed {args.seed}, folder {folder}; {args.nodes} nodes, {args.workers} workers, {MACHINES} databases")
    try:
        network.make()
        cluster.start()
        use(cluster)
        return _fail_over_on(cluster, args, data, places, random)
    finally:
        cluster.stop()
        network.remove()


def _fail_over_on(cluster: Cluster, args: argparse.Namespace, folder: Path, places: Places, random: Random) -> int:
    from tests.chaos.failovers import Failovers
    from tests.chaos.round import Round

    round = Round(folder, places, cluster, random=random, impatient=args.impatient)
    failovers = Failovers(round, cluster, random)
    round.desk.armed = False
    try:
        round.start()
        began = time.monotonic()
        failovers.run(args.failovers, minutes=args.minutes)
        round.raged = time.monotonic() - began
        round.settle(minutes=SETTLING_MINUTES)
        verdict = round.judge()
        round.report(verdict)
        failovers.report()
        return 0 if verdict.is_clean and not round.left else 1
    finally:
        round.stop()


def _network(nodes: int) -> Network | None:
    if reason := why_not():
        say(f"Left out: network namespaces, for {reason}")
        return None
    go_apart()
    return Network(nodes)


def say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
