"""Write everything into one file while the desk runs: the rows of one moment, the files, the keys.

Keep the file safe: whoever has it has all that the desk knows, the keys to the secrets in it included.
"""

import argparse
import os
import time
from pathlib import Path

from firstline.cli import archive, program
from firstline.config import config
from firstline.kit.postgres import CannotStart, Server


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the file to make; it must not be there yet")


def run(args: argparse.Namespace) -> int:
    """Make the file, and say how large it is and how long it took."""
    target = args.file.resolve()
    if target.exists():
        raise CannotStart(f"{target} is there already. A backup overwrites nothing.")
    began = time.monotonic()
    try:
        with program.database():
            program.load()
            data = config().data.resolve()
            database = config().database_url or Server(data).url
            made = archive.write(target, database=database, files=data / "files", keys=_keys())
            files = sum(name.startswith(archive.FILES) for name in made.members)
            _say(made, files)
    except OSError as error:
        raise CannotStart(f"The backup could not be written: {error}") from error
    size, seconds = target.stat().st_size / 1024**2, time.monotonic() - began
    print(f"{target}: {size:.1f} MB, the rows and {files} files, in {seconds:.1f} seconds")  # noqa: T201
    return 0


def _say(made: archive.Manifest, files: int) -> None:
    """In the audit log: that a copy of everything is somewhere now, and of which moment."""
    from django.db import ProgrammingError

    from firstline.audit.log import audit
    from firstline.people.models import Person

    try:
        audit("backed_up", by=Person.objects.system(), data={"made_at": made.made_at, "files": files})
    except ProgrammingError:
        print("The audit log does not say so: the tables are of an earlier version (`firstline migrate`).")  # noqa: T201


def _keys() -> dict[str, str]:
    """The keys in use, wherever they come from."""
    from django.conf import settings

    keys = {"secret.key": settings.SECRET_KEY}
    path = Path(settings.ENCRYPTION_KEYS_FILE)
    given = os.environ.get("FIRSTLINE_ENCRYPTION_KEYS", "")
    if given:
        keys[path.name] = "\n".join(filter(None, map(str.strip, given.split(","))))
    elif path.exists():
        keys[path.name] = path.read_text()
    return keys
