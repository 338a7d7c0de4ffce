"""Letters are read in a process of their own, so that the worst of them ends that process and nothing else."""

import atexit
import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

from firstline.channels.email import frames
from firstline.channels.email.child import NO_ROOM
from firstline.channels.email.letter import Envelope
from firstline.channels.email.mime import Limits, Unreadable
from firstline.channels.email.plain import Plain
from firstline.kit.limits import limit

CPU_SECONDS = limit(
    3.0,
    "seconds",
    of="computing while an email is read",
    per="email",
    said="Put aside; administrators can try again.",
)
"""An ordinary letter takes a few thousandths of a second; the largest ordinary one less than one."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space, of which the program itself takes some 150 MB."""
WALL_SECONDS = 20.0
"""On a busy machine a letter may wait for its turn, which is not its fault."""
MOST_IDLE = 2

# How a process ends that one letter was too much for.
_TOO_MUCH = {-signal.SIGPROF: "time", -signal.SIGABRT: "memory", -signal.SIGSEGV: "memory", NO_ROOM: "memory"}
_ROOT = Path(__file__).resolve().parents[3]
_CHUNK = 1 << 20
# HTML and words may stand twice in the answer, and escaped.
_ROOM = 128 * 1024 * 1024


class Died(Exception):
    """The reading process ended before it answered, and perhaps not because of the letter: worth another try."""


def read_apart(raw: bytes, envelope: Envelope, *, limits: Limits, own_hosts: frozenset[str] = frozenset()) -> Plain:
    """The letter as plain data. Raises Unreadable for one beyond the limits of size, shape, time or memory, and Died
    when its process was ended by something else."""
    if len(raw) > limits.size:
        raise Unreadable("size")
    head = {
        "sender": envelope.sender,
        "recipients": list(envelope.recipients),
        "limits": asdict(limits),
        "own_hosts": sorted(own_hosts),
        "seconds": CPU_SECONDS,
    }
    answer = _asked(frames.Frame(head, [raw]), most=2 * len(raw) + _ROOM)
    if "unreadable" in answer.head:
        raise Unreadable(answer.head["unreadable"])
    if "failed" in answer.head:
        raise ValueError(answer.head["failed"])
    return Plain(answer.head["letter"], answer.blobs)


def hang_up() -> None:
    """End the idle processes; the next letter starts another."""
    with _lock:
        idle, _idle[:] = list(_idle), []
    for child in idle:
        child.end()


class _Child:
    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "firstline.channels.email.child", str(MEMORY)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            # Nothing that the worker knows, such as its passwords, is told to it.
            env={"PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)]), "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.to, self.back = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self.to, False)
        os.set_blocking(self.back, False)

    def ask(self, question: frames.Frame, *, most: int) -> frames.Frame:
        """Its answer. Raises Unreadable or Died, and has ended then."""
        deadline = time.monotonic() + WALL_SECONDS
        gatherer = frames.Gatherer(most=most)
        waiting = [memoryview(piece) for piece in frames.pieces(question) if piece]
        try:
            while True:
                ready, free, _odd = select.select(
                    [self.back], [self.to] if waiting else [], [], max(0.0, deadline - time.monotonic())
                )
                if not ready and not free:
                    raise Died(f"Nothing was heard for {WALL_SECONDS:.0f} seconds.")
                if free:
                    written = os.write(self.to, waiting[0][:_CHUNK])
                    waiting[0] = waiting[0][written:]
                    if not waiting[0]:
                        waiting.pop(0)
                if ready:
                    data = os.read(self.back, _CHUNK)
                    if not data:
                        raise BrokenPipeError
                    if (answer := gatherer.add(data)) is not None:
                        return answer
        except BrokenPipeError:
            ended = self.process.wait(timeout=5)
            self.end()
            if ended in _TOO_MUCH:
                raise Unreadable(_TOO_MUCH[ended]) from None
            raise Died(f"The reading process ended ({ended}).") from None
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Kill it, whatever it does, and leave nothing behind."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        self.process.wait()


_lock = threading.Lock()
_idle: list[_Child] = []


def _asked(question: frames.Frame, *, most: int) -> frames.Frame:
    try:
        return _once(question, most=most)
    except Died:
        # Somebody may have ended it while it had nothing to do.
        return _once(question, most=most)


def _once(question: frames.Frame, *, most: int) -> frames.Frame:
    with _lock:
        child = _idle.pop() if _idle else None
    child = child or _Child()
    answer = child.ask(question, most=most)
    with _lock:
        keep = "spent" not in answer.head and len(_idle) < MOST_IDLE
        if keep:
            _idle.append(child)
    if not keep:
        child.end()
    return answer


atexit.register(hang_up)
# A forked process must not talk to the children of another.
os.register_at_fork(after_in_child=_idle.clear)
