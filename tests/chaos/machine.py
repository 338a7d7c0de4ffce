"""One machine of a database cluster: etcd, Patroni and PostgreSQL from Debian, with a network and processes of its own.

What they are told is deploy/patroni, filled in as its README says; only folders are others.
"""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.chaos.network import NAMESPACES
from tests.cli.serving import ROOT, below

SHIPPED = ROOT / "deploy" / "patroni"
PROGRAMS = ("etcd", "patroni", "nsenter", "unshare", "setpriv", "sysctl", "ip")
LIVE = """
as() { setpriv --reuid="$1" --regid="$1" --init-groups --inh-caps=-all -- "${@:2}"; }
set -a; . ./etcd.env; set +a
as etcd etcd >>etcd.log 2>&1 &
as postgres patroni patroni.yml >>patroni.log 2>&1 &
wait
"""
"""What the first process of the machine does, as systemd would: it starts the two, and Patroni starts PostgreSQL."""


class Machine:
    """`folder`: its disk. `namespace`: its network. `words`: what stands for the names between @."""

    def __init__(self, name: str, folder: Path, namespace: str, words: dict[str, str]) -> None:
        self.name, self.folder, self.namespace, self.words = name, folder, namespace, words
        self._process: subprocess.Popen[bytes] | None = None

    def set_up(self) -> None:
        """Its folders and its configuration."""
        for part, owner in (("etcd", "etcd"), ("postgres", "postgres"), ("run", "postgres")):
            (self.folder / part).mkdir(parents=True, mode=0o700)
            shutil.chown(self.folder / part, owner, owner)
        for file in ("etcd.env", "patroni.yml"):
            (self.folder / file).write_text(self._filled_in((SHIPPED / file).read_text()))
            (self.folder / file).chmod(0o640)
            shutil.chown(self.folder / file, "root", "postgres")

    def start(self) -> None:
        """Switch it on. It ends when this process does."""
        enter = ["nsenter", f"--net={NAMESPACES / self.namespace}"]
        apart = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
        subprocess.run(
            [*enter, "sysctl", "--quiet", "--load", str(SHIPPED / "keepalive.conf")],
            check=True,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig=KILL", *enter, *apart, "bash", "-c", LIVE],
            cwd=self.folder,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def is_on(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def switch_off(self) -> None:
        """SIGKILL for all of it at once, as when the power fails."""
        if self._process is not None:
            for pid in [
                child for child, _name in below(self._process.pid)
            ]:  # the first of a namespace takes all others along
                _kill(pid)
            self._process.kill()
            self._process.wait()
            self._process = None

    def kill_postgres(self) -> bool:
        """SIGKILL for its postmaster; whether there was one."""
        numbers = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
        found = [pid for pid in numbers if _is_postmaster(pid, self._data)]
        for pid in found:
            _kill(pid)
        return bool(found)

    def log(self, lines: int = 40) -> str:
        """The end of what it said."""
        told = []
        for file in ("etcd.log", "patroni.log"):
            path = self.folder / file
            text = path.read_text(errors="replace") if path.exists() else ""
            told.append(f"--- {self.name} {file}\n" + "\n".join(text.splitlines()[-lines:]))
        return "\n".join(told)

    @property
    def _data(self) -> Path:
        return self.folder / "postgres" / "data"

    def _filled_in(self, text: str) -> str:
        for name, value in self.words.items():
            text = text.replace(f"@{name}@", value)
        places = {
            "/var/lib/etcd/firstline": self.folder / "etcd" / "data",
            "/usr/lib/postgresql/15/bin": postgres_programs(),
            "/var/lib/postgresql/15/firstline": self._data,
            "/var/lib/postgresql/patroni.pgpass": self.folder / "postgres" / "pgpass",
            "/run/postgresql": self.folder / "run",
        }
        for shipped, here in places.items():
            assert shipped in text or "ETCD" in text or "etcd/" in shipped, f"{shipped} is in no file of deploy/patroni"
            text = text.replace(shipped, str(here))
        return text


def postgres_programs() -> Path | None:
    """The folder of the newest PostgreSQL that Debian has installed; None without one."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    return max(found, key=lambda path: float(path.parent.name), default=None)


def why_not() -> str:
    """Why there can be no such machine here; empty if there can."""
    if os.geteuid() != 0:
        return "it needs root"
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        return f"there is no {', '.join(missing)} (apt-get install patroni etcd-server postgresql)"
    return "" if postgres_programs() else "there is no PostgreSQL of Debian (apt-get install postgresql)"


def _is_postmaster(pid: int, data: Path) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"-D" in words and str(data).encode() in words


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
