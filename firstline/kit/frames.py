"""What two processes say to each other: a head in JSON and pieces of bytes. Nothing in it can be run."""

import json
import struct
from dataclasses import dataclass, field
from typing import IO, Any

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Frame:
    head: dict[str, Any]
    blobs: list[bytes] = field(default_factory=list, repr=False)


def pieces(frame: Frame) -> list[bytes]:
    """The frame's bytes, in pieces."""
    head = json.dumps({"head": frame.head, "sizes": [len(blob) for blob in frame.blobs]}).encode()
    return [_LENGTH.pack(len(head)), head, *frame.blobs]


def write(target: IO[bytes], frame: Frame) -> None:
    """Write it and flush."""
    for piece in pieces(frame):
        target.write(piece)
    target.flush()


def read(source: IO[bytes]) -> Frame | None:
    """The next frame; None when the other side hung up."""
    start = source.read(_LENGTH.size)
    if len(start) < _LENGTH.size:
        return None
    told = json.loads(source.read(_LENGTH.unpack(start)[0]))
    return Frame(told["head"], [source.read(size) for size in told["sizes"]])


class Gatherer:
    """Puts a frame together from bytes as they come; raises ValueError when it grows beyond `most` bytes."""

    def __init__(self, *, most: int) -> None:
        self.most = most
        self.held = bytearray()

    def add(self, data: bytes) -> Frame | None:
        """The frame, once all of it is there."""
        self.held += data
        if len(self.held) > self.most:
            raise ValueError("The frame is too large.")
        if len(self.held) < _LENGTH.size:
            return None
        at = _LENGTH.size + _LENGTH.unpack_from(self.held)[0]
        if len(self.held) < at:
            return None
        if not hasattr(self, "_told"):
            self._told = json.loads(bytes(self.held[_LENGTH.size : at]))
        if len(self.held) < at + sum(self._told["sizes"]):
            return None
        blobs = []
        for size in self._told["sizes"]:
            blobs.append(bytes(self.held[at : at + size]))
            at += size
        return Frame(self._told["head"], blobs)
