"""bin/bench: make a world of so many tickets, measure the desk on it, and print what it takes beside its limit."""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000, help="size of the world (default: %(default)s)")
    parser.add_argument(
        "--open", type=int, default=10, metavar="PERCENT", help="how many are open (default: %(default)s)"
    )
    parser.add_argument("--clients", default="1,2,8", help="how many ask at once (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=6, help="for how long each is asked (default: %(default)s)")
    parser.add_argument("--only", default="", metavar="KEYS", help="measure only these, comma-separated (see --list)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the world here, or use the one that is here")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    parser.add_argument("--list", action="store_true", help="say what can be measured")
    args = parser.parse_args()
    if args.list:
        from tests.bench.measures import PAGES
        from tests.bench.runs import RUNS

        for each in PAGES:
            print(f"{each.key:14}{each.title}")
        for key, run in RUNS.items():
            print(f"{key:14}{(run.__doc__ or '').splitlines()[0]}")
        return 0
    data = (args.keep or Path(tempfile.mkdtemp(prefix="firstline-bench-"))).resolve()
    os.environ["FIRSTLINE_DATA"] = str(data)
    try:
        return _run(args, data)
    finally:
        if args.keep is None:
            shutil.rmtree(data, ignore_errors=True)


def _run(args: argparse.Namespace, data: Path) -> int:
    from tests.bench import table
    from tests.bench.bench import Bench
    from tests.bench.world import world

    began = time.monotonic()
    made = world(data, tickets=args.tickets, open_percent=args.open, say=_say)
    clients = [int(number) for number in args.clients.split(",")]
    figures = Bench(data, made, clients=clients, seconds=args.seconds, only=args.only, say=_say).run()
    print(table.text(figures))
    if args.write:
        table.write(figures, ROOT / "docs" / "performance.md")
    _say(f"All of it took {time.monotonic() - began:.0f} s.")
    return 0


def _say(text: object) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
