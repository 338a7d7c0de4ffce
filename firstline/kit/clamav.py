"""Asking a virus scanner: clamd's INSTREAM, over a socket of this machine or over TCP."""

import socket
import struct
from contextlib import closing

CHUNK = 64 * 1024
SECONDS = 30


class ScannerAway(OSError):
    """The scanner could not be asked, or gave no verdict."""


def found_in(content: bytes, *, at: str) -> str:
    """The name of what was found, or "" for nothing. `at`: a socket's path, or host:port. Raises ScannerAway."""
    try:
        with closing(_connected(at)) as scanner:
            scanner.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                chunk = content[start : start + CHUNK]
                scanner.sendall(struct.pack("!I", len(chunk)) + chunk)
            scanner.sendall(struct.pack("!I", 0))
            answer = _line(scanner)
    except (OSError, ValueError) as error:
        raise ScannerAway(str(error)) from error
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:100]
    raise ScannerAway(answer[:200] or "no answer")


def _connected(at: str) -> socket.socket:
    if at.startswith("/"):
        scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        scanner.settimeout(SECONDS)
        try:
            scanner.connect(at)
        except OSError:
            scanner.close()
            raise
        return scanner
    host, _colon, port = at.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _line(scanner: socket.socket) -> str:
    told = b""
    while not told.endswith((b"\0", b"\n")) and len(told) < 4096:
        part = scanner.recv(4096)
        if not part:
            break
        told += part
    return told.strip(b"\0\n ").decode("utf-8", "replace")
