"""Where attachments lie: files named by their content, each there wholly or not at all."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from firstline.kit import file_modes


class StoreAway(OSError):
    """The bytes could not be kept; `errno` says why, as where there is no room."""


class Store(FileSystemStorage):
    """Names are digests of the content, so that the same name is the same file, and nothing is ever overwritten."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File) -> str:
        """Write beside its place, see it on the disk, then move it there: a process that dies leaves no half file."""
        path = Path(self.path(name))
        try:
            file_modes.folder(path.parent)
            with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as fresh:
                try:
                    self._fill(fresh, content)
                    Path(fresh.name).replace(path)
                except BaseException:
                    Path(fresh.name).unlink(missing_ok=True)
                    raise
            self._sync(path.parent)
        except OSError as error:
            raise StoreAway(error.errno, f"A file could not be kept: {error.strerror}") from error
        return name

    def _fill(self, fresh: Any, content: File) -> None:
        for chunk in content.chunks():
            fresh.write(chunk)
        fresh.flush()
        os.fchmod(fresh.fileno(), self.file_permissions_mode or 0o600)
        os.fsync(fresh.fileno())

    def _sync(self, folder: Path) -> None:
        """The name of the file is on the disk too."""
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
