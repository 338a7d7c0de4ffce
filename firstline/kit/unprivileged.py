"""An account without rights for a program that refuses to run as root, as PostgreSQL does."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "firstline"
PR_SET_PDEATHSIG = 1
CAPABILITY = "+dac_override"


class NoAccount(Exception):
    """Root has no way to run the program as somebody else; the text says what to do."""


@dataclass(frozen=True)
class Account:
    """Who a program runs as. `uid` None: as ourselves. `by_capability`: it may pass folders that are closed to it."""

    uid: int | None = None
    gid: int | None = None
    by_capability: bool = False

    @property
    def identity(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess` that change the user."""
        if self.uid is None or self.by_capability:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def command(self, line: Sequence[str | Path], *, dies_with_us: signal.Signals | None = None) -> list[str]:
        """The command line to run instead of `line`."""
        words = [str(word) for word in line]
        if not self.by_capability:
            return words
        prefix = ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        prefix += [f"--inh-caps={CAPABILITY}", f"--ambient-caps={CAPABILITY}"]
        if dies_with_us:
            # setpriv changes the user, and the kernel then forgets a signal that was set before.
            prefix += [f"--pdeathsig={dies_with_us.name.removeprefix('SIG')}"]
        return [*prefix, "--", *words]

    def preexec(self, sign: signal.Signals) -> Callable[[], None] | None:
        """What a child must do first so that the kernel sends it `sign` when this process dies. Linux only."""
        if self.by_capability or not sys.platform.startswith("linux"):
            return None
        libc, parent = ctypes.CDLL(None, use_errno=True), os.getpid()

        def die_with_parent() -> None:
            libc.prctl(PR_SET_PDEATHSIG, int(sign))
            if os.getppid() != parent:
                os._exit(1)

        return die_with_parent

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def account_for(folder: Path, *, must_reach: Sequence[Path], given: Path | None = None) -> Account:
    """Who should run the program that owns `folder`: we ourselves, unless we are root.

    As root it is the folder's owner, else the system user `firstline` (made if it can be), else `nobody`.
    `given` becomes its own, so that it can pass it though it is closed to others.
    Raises NoAccount if that user could not enter the paths in `must_reach`.
    """
    if os.geteuid() != 0:
        return Account()
    uid, gid = _owner(folder) or _system_user()
    plain = Account(uid, gid)
    if given:
        plain.own(given)
    if _reaches(plain, must_reach):
        return plain
    capable = Account(uid, gid, by_capability=True)
    if shutil.which("setpriv") and _reaches(capable, must_reach):
        return capable
    closed = ", ".join(str(path) for path in must_reach)
    raise NoAccount(
        f"PostgreSQL must not run as root, and the user {_name(uid)}, which runs it instead, cannot enter {closed}. "
        f"Start Firstline as an ordinary user, or let others pass those folders (chmod o+x on each part of the path)."
    )


def _owner(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except FileNotFoundError:
        return None
    return (found.st_uid, found.st_gid) if found.st_uid else None


def _system_user() -> tuple[int, int]:
    """The user `firstline`, made when it is missing; `nobody` where none can be made."""
    for name in (NAME, "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            if name != NAME or not _make_user():
                continue
            user = pwd.getpwnam(name)
        return user.pw_uid, user.pw_gid
    raise NoAccount("PostgreSQL must not run as root, and there is no user `nobody`. Make one: useradd --system nobody")


def _make_user() -> bool:
    if not shutil.which("useradd"):
        return False
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _reaches(account: Account, paths: Sequence[Path]) -> bool:
    test = account.command(["sh", "-c", 'for path; do test -x "$path" || exit 1; done', "sh", *paths])
    return subprocess.run(test, capture_output=True, cwd="/", check=False, **account.identity).returncode == 0


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
