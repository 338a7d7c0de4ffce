"""The static files of all floors and packages, gathered under names that say their content. Not a command."""

import fcntl
import hashlib
from pathlib import Path

from firstline.kit import file_modes


def collect() -> None:
    """Bring `data/static` up to date; does nothing when no file has changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.DEBUG:
        return
    files = [Path(storage.path(path)) for finder in get_finders() for path, storage in finder.list([])]
    stamp = hashlib.sha256(
        "\n".join(f"{file} {file.stat().st_mtime_ns} {file.stat().st_size}" for file in sorted(files)).encode()
    ).hexdigest()
    root = Path(settings.STATIC_ROOT)
    file_modes.folder(root)
    known = root / ".stamp"
    with (root / ".lock").open("w") as lock:  # several web processes may start at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists() or known.read_text() != stamp:
            call_command("collectstatic", interactive=False, verbosity=0)
            known.write_text(stamp)
