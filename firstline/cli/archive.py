"""The file that a backup is: a tar of the rows (as pg_dump writes them), the files, the keys, and last a manifest with
the SHA-256 of each. Not a command; see `firstline backup` and `firstline restore`."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from firstline import __version__
from firstline.cli.postgres_tools import dump
from firstline.kit import clock
from firstline.kit.strangers_json import read_json

ROWS, MANIFEST = "database.dump", "manifest.json"
FILES, KEYS = "files/", "keys/"


class Damaged(Exception):
    """The archive is not what was written; `str()` says where."""


@dataclass
class Manifest:
    """What is in the archive: of each member the digest."""

    made_at: str = field(default_factory=lambda: clock.now().isoformat(timespec="seconds"))
    version: str = __version__
    members: dict[str, str] = field(default_factory=dict)


def write(target: Path, *, database: str, files: Path, keys: dict[str, str]) -> Manifest:
    """Make the archive: first the rows of one moment, then the files, none of which a row can miss as they come first.

    It has its name only when it is whole, and nobody else may read it, for the keys are in it.
    """
    manifest, part = Manifest(), target.with_name(f".{target.name}.part")
    rows = target.with_name(f".{target.name}.rows")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                rows.touch(mode=0o600)
                dump(database, to=rows)
                _add(tar, manifest, ROWS, rows)
                for path in _kept(files):
                    _add(tar, manifest, FILES + path.relative_to(files).as_posix(), path)
                for name, key in keys.items():
                    _add_bytes(tar, manifest, KEYS + name, key.encode())
                _add_bytes(tar, None, MANIFEST, json.dumps(manifest.__dict__, indent=1).encode())
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
        rows.unlink(missing_ok=True)
    return manifest


def check(path: Path) -> Manifest:
    """Read all of it and compare each member with the manifest. Raises Damaged."""
    found: dict[str, str] = {}
    manifest = None
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                stored = tar.extractfile(member)
                if stored is None:
                    raise Damaged(f"{member.name} is not a plain file.")
                if member.name == MANIFEST:
                    manifest = Manifest(**read_json(stored.read()))
                else:
                    found[member.name] = hashlib.file_digest(stored, "sha256").hexdigest()  # type: ignore[arg-type]
    except (tarfile.TarError, EOFError, ValueError, TypeError) as error:
        raise Damaged(f"It is not a backup of Firstline, or only a part of one: {error}") from error
    if manifest is None:
        raise Damaged("It ends before its manifest: the backup was cut short.")
    if found != manifest.members:
        wrong = {name for name in found.keys() | manifest.members if found.get(name) != manifest.members.get(name)}
        raise Damaged(f"Not as they were written: {', '.join(sorted(wrong)[:5])}")
    return manifest


def unpack(path: Path, to: Path) -> None:
    """Write its members, which must have been checked, below an empty folder."""
    with tarfile.open(path) as tar:
        for member in tar:
            target = (to / member.name).resolve()
            stored = tar.extractfile(member)
            if stored is None or not target.is_relative_to(to.resolve()):
                raise Damaged(f"{member.name} does not belong there.")
            target.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                while chunk := stored.read(1024 * 1024):
                    out.write(chunk)


def _kept(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _add(tar: tarfile.TarFile, manifest: Manifest, name: str, path: Path) -> None:
    try:
        opened = path.open("rb")
    except FileNotFoundError:  # erased while we were at it
        return
    with opened as content:
        told = tarfile.TarInfo(name)
        told.size, told.mtime, told.mode = os.fstat(content.fileno()).st_size, int(path.stat().st_mtime), 0o600
        reading = _Digesting(content)
        tar.addfile(told, reading)  # type: ignore[arg-type]
        manifest.members[name] = reading.digest.hexdigest()


def _add_bytes(tar: tarfile.TarFile, manifest: Manifest | None, name: str, content: bytes) -> None:
    told = tarfile.TarInfo(name)
    told.size, told.mode = len(content), 0o600
    tar.addfile(told, io.BytesIO(content))
    if manifest is not None:
        manifest.members[name] = hashlib.sha256(content).hexdigest()


class _Digesting:
    """Reads a file and keeps the digest of what was read."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content, self.digest = content, hashlib.sha256()

    def read(self, size: int) -> bytes:
        chunk = self.content.read(size)
        self.digest.update(chunk)
        return chunk
