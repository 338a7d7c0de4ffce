"""How long a backup and its way back take: python -m tests.faults.restoring, of the demo desk or of --tickets N.

Runs the commands that an administrator would run, on folders of its own, and says seconds and sizes.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.cli.serving import ROOT

WORLD = "from pathlib import Path; from tests.bench.world import world; world(Path({!r}), tickets={}, {}, say=print)"


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.faults.restoring", description=__doc__.partition("\n")[0])
    parser.add_argument("--tickets", type=int, default=0, help="a world of bin/bench instead of the demo desk")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="firstline-restoring-") as given:
        folder = Path(given)
        folder.chmod(0o755)
        desk, fresh, backup = folder / "desk", folder / "fresh", folder / "backup.tar"
        if args.tickets:
            line = ["-c", WORLD.format(str(desk), args.tickets, "open_percent=10")]
        else:
            line = ["-m", "firstline", "demo"]
        _timed("made", desk, line)
        _timed("backup", desk, ["-m", "firstline", "backup", str(backup)])
        _say(f"size: desk {_megabytes(desk / 'db')} MB of database, backup {backup.stat().st_size / 1e6:.1f} MB")
        _timed("restore", fresh, ["-m", "firstline", "restore", str(backup), "--data", str(fresh)])
        _timed("verify", fresh, ["-m", "firstline", "verify"])
        _timed("arm", fresh, ["-m", "firstline", "arm", "--drop-waiting"])
    return 0


def _timed(what: str, data: Path, line: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTLINE_", "DATABASE"))}
    environment |= {"FIRSTLINE_DATA": str(data), "PYTHONPATH": str(ROOT)}
    began = time.monotonic()
    done = subprocess.run([sys.executable, *line], env=environment, cwd=ROOT, capture_output=True, text=True)
    last = (done.stdout.strip().splitlines() or [""])[-1]
    _say(f"{what}: {time.monotonic() - began:.1f} s; {last}")
    if done.returncode:
        _say(done.stdout[-3000:] + done.stderr[-3000:])
        sys.exit(1)


def _megabytes(folder: Path) -> int:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
