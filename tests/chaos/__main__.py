"""Kill a desk under load, many times, and check that nothing that it acknowledged is lost: bin/chaos --kills 100.

It works on a folder and ports of its own, on this machine alone, ends everything that it starts, and takes at most as
long as --minutes says. Exit code 1 when anything was lost, doubled or left undone.
"""

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.cli.serving import ROOT, free_ports

SETTLING_MINUTES = 12.0
WEIGHTS = {"web": 30, "worker": 30, "mail": 20, "backend": 7, "database": 4}


def main() -> int:
    parser = argparse.ArgumentParser("bin/chaos", description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100, help="how many deaths, of all kinds together (%(default)s)")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="repeats the dice of an earlier run")
    parser.add_argument("--minutes", type=float, default=60.0, help="end the killing after so long (%(default)s)")
    parser.add_argument("--every", type=float, default=1.5, help="seconds from one kill to the next (%(default)s)")
    parser.add_argument("--impatient", action="store_true", help="leases of seconds instead of minutes: settles sooner")
    parser.add_argument("--keep", action="store_true", help="keep the folder, for looking into it")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="firstline-chaos-"))
    folder.chmod(0o755)
    try:
        return _run(args, folder)
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    finally:
        if args.keep:
            say(f"Kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _run(args: argparse.Namespace, folder: Path) -> int:
    *ports, smtp_port, mail_port = free_ports(4)
    _set_environment(folder, ports, smtp_port, mail_port)
    from tests.chaos.round import Round

    say(f"Seed {args.seed}, folder {folder}")
    round = Round(folder, ports, smtp_port, mail_port, random=Random(args.seed), impatient=args.impatient)
    try:
        round.start()
        round.rage(kills=args.kills, minutes=args.minutes, every=args.every, weights=WEIGHTS)
        round.settle(minutes=2.0 if args.impatient else SETTLING_MINUTES)
        verdict = round.judge()
        round.report(verdict)
        return 0 if verdict.is_clean and not round.left else 1
    finally:
        round.stop()


def _set_environment(folder: Path, ports: list[int], smtp_port: int, mail_port: int) -> None:
    for name in [name for name in os.environ if name.startswith(("FIRSTLINE_", "DATABASE_", "PG"))]:
        del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "firstline.settings",
        "FIRSTLINE_DATA": str(folder),
        "FIRSTLINE_BASE_URL": f"http://127.0.0.1:{ports[0]}",
        "FIRSTLINE_SMTP_PORT": str(smtp_port),
        "FIRSTLINE_MAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "FIRSTLINE_UNDO_SECONDS": "2",
        "PYTHONPATH": str(ROOT),
    }


def say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
