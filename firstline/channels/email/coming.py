"""The bytes of one email while they come by SMTP: a little in memory, more on disk, and no more than is allowed."""

import tempfile
from typing import IO

from firstline.kit.limits import limit

IN_MEMORY = limit(
    256 * 1024, "bytes", of="an email that has come by half, in memory", per="connection", said="The rest is on disk."
)
_END = b"\r\n.\r\n"


class Coming:
    """Fed with what comes after DATA. `whole` is the email when its end was there, without what the protocol added."""

    def __init__(self, most: int) -> None:
        self.most, self.size, self.on_disk = most, 0, 0
        # A line that begins the email begins after a line end all the same.
        self._left = b"\r\n"
        self._held = bytearray()
        self._file: IO[bytes] | None = None

    @property
    def is_too_large(self) -> bool:
        return self.size > self.most

    @property
    def is_large(self) -> bool:
        """Whether it is time to call `write`."""
        return len(self._held) > IN_MEMORY

    def take(self, piece: bytes) -> bytes | None:
        """Take in a piece; what stood behind the end of the email, or None when the end has not come yet."""
        window = self._left + piece
        self.size += len(piece)
        end = window.find(_END)
        if end >= 0:
            self._keep(window[: end + 2])
            self._left = b""
            return window[end + len(_END) :]
        # What may be the beginning of an end, or of a line, waits for the next piece.
        cut = max(len(window) - 4, 0)
        if window[:cut].endswith(b"\r\n"):
            cut -= 2
        elif window[:cut].endswith(b"\r"):
            cut -= 1
        self._keep(window[:cut])
        self._left = window[cut:]
        return None

    def write(self) -> None:
        """Put what is held on disk. For a thread."""
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._file.write(self._held)
        self.on_disk += len(self._held)
        self._held = bytearray()

    def whole(self) -> bytes:
        """All of it. For a thread: it may have to be read from disk."""
        if self._file is None:
            return bytes(self._held[2:])
        self.write()
        self._file.seek(2)
        return self._file.read()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _keep(self, text: bytes) -> None:
        if not self.is_too_large:
            self._held += text.replace(b"\r\n.", b"\r\n")
        else:
            self._held = bytearray()
