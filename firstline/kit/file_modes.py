"""What the desk keeps on disk is for the user who runs it, and for no other user of the machine."""

import os
import stat
from pathlib import Path

NOT_OURS = stat.S_IRWXG | stat.S_IRWXO


def by_default() -> None:
    """Whatever this process and its children make from now on is for nobody else: 0600, folders 0700."""
    os.umask(NOT_OURS)


def folder(path: Path) -> Path:
    """The folder, made if it is missing, and closed to others; so are those above it that had to be made."""
    if not path.parent.exists():
        folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def close(data: Path) -> None:
    """Close a data folder that was made open, with everything in it.

    A folder within it that is closed already is not looked into, so that this costs nothing at the second start; each
    is closed after what is in it, so that a start that was cut short is made up for by the next.
    """
    for entry in os.scandir(data):
        if entry.is_symlink():
            continue
        mode = entry.stat(follow_symlinks=False).st_mode
        if mode & NOT_OURS:
            if entry.is_dir(follow_symlinks=False):
                close(Path(entry.path))
            else:
                Path(entry.path).chmod(stat.S_IMODE(mode) & ~NOT_OURS)
    data.chmod(stat.S_IMODE(data.stat().st_mode) & ~NOT_OURS)
