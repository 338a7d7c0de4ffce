"""Make a desk out of a backup, where there is none yet. It sends and fetches nothing until `firstline resume`.

All sessions, tokens of programs and links in emails have ended, for some may have since the backup was made. Who left
or was erased since is back: see `firstline erase --again`.
"""

import argparse
import shutil
import time
from pathlib import Path

import psycopg

from firstline.cli import archive, restored
from firstline.cli.postgres_tools import is_empty, load
from firstline.config import config
from firstline.kit import file_modes
from firstline.kit.postgres import CannotStart, Server

ENDED = """\
Everybody is signed out, and no link of an email sent before works.
{tokens} tokens of programs have ended: programs need new ones, by `firstline token` or from the account pages."""
BACK = """\
Passwords, second factors, roles and accounts are those of the backup, which cannot know what came after it:
whoever was deactivated or erased since is back, and a password that was changed is the earlier one.
Before anybody uses this desk, run `firstline erase --journal` on the one before (or take what was kept of it),
and here `firstline erase --again FILE`."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="what `firstline backup` wrote")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder to restore into (default: FIRSTLINE_DATA)")


def run(args: argparse.Namespace) -> int:
    """Check the file, see that the target is empty, then write. All of it or nothing."""
    began = time.monotonic()
    try:
        manifest = archive.check(args.file)
    except FileNotFoundError:
        raise CannotStart(f"There is no file {args.file}.") from None
    except archive.Damaged as problem:
        raise CannotStart(f"{args.file} cannot be restored. {problem}") from problem
    data = (args.data or config().data).resolve()
    _require_no_files(data)
    fresh = data / "restoring"
    server = None if config().database_url else Server(data)
    try:
        file_modes.close(file_modes.folder(data))
        if server:
            server.start()
        database = server.url if server else config().database_url
        if not is_empty(database):
            raise CannotStart("The database has tables already. A backup is restored into an empty one only.")
        shutil.rmtree(fresh, ignore_errors=True)
        archive.unpack(args.file, fresh)
        load(database, fresh / archive.ROWS)
        with psycopg.connect(database) as connection:
            tokens = restored.settle(connection, made_at=manifest.made_at)
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("ANALYZE")
        _put_in_place(fresh, data)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        if server:
            server.stop()
    seconds = time.monotonic() - began
    print(f"Restored the backup of {manifest.made_at} into {data} in {seconds:.1f} seconds.")  # noqa: T201
    print(ENDED.format(tokens=tokens))  # noqa: T201
    print(BACK)  # noqa: T201
    print("It sends and fetches nothing. When it is to take over, run: firstline resume")  # noqa: T201
    return 0


def _require_no_files(data: Path) -> None:
    taken = [name for name in ("files", "secret.key", "encryption.keys") if _is_taken(data / name)]
    if taken:
        raise CannotStart(f"{data} is not empty: {', '.join(taken)}. A backup is restored into an empty folder only.")


def _is_taken(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _put_in_place(fresh: Path, data: Path) -> None:
    for key in (fresh / archive.KEYS).glob("*"):
        key.replace(data / key.name)
    files = data / "files"
    if (fresh / archive.FILES).exists():
        if files.exists():
            files.rmdir()
        (fresh / archive.FILES).replace(files)
