"""Work on strangers' bytes in a process of its own, so that the worst of them ends that process and nothing else.

The process is told nothing that we know. It answers one question after another (`kit.frames`) and may be killed; the
other side of the conversation is `kit.sandbox_worker`.
"""

import atexit
import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

from firstline.kit import frames
from firstline.kit.sandbox_worker import NO_ROOM

# How a process ends that one question was too much for.
_TOO_MUCH = {-signal.SIGPROF: "time", -signal.SIGABRT: "memory", -signal.SIGSEGV: "memory", NO_ROOM: "memory"}
_ROOT = Path(__file__).resolve().parents[2]
_CHUNK = 1 << 20


class Died(Exception):
    """The process ended before it answered, and perhaps not because of the question: worth another try."""


class TooMuch(Exception):
    """The question took more `what` ("time" or "memory") than it may."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Apart:
    """Processes that run one module (`python -m module`), kept for the next question.

    `memory`: bytes of address space of each; `wall`: seconds that an answer may take on a busy machine; at most
    `most_idle` are kept waiting.
    """

    def __init__(self, module: str, *, memory: int, wall: float, most_idle: int = 2) -> None:
        self.module, self.memory, self.wall, self.most_idle = module, memory, wall, most_idle
        self.idle: list[_Child] = []
        self._lock = threading.Lock()
        _all.add(self)

    def asked(self, question: frames.Frame, *, most: int) -> frames.Frame:
        """The answer, of at most so many bytes. Raises TooMuch or Died."""
        try:
            return self._once(question, most=most)
        except Died:
            # Somebody may have ended it while it had nothing to do.
            return self._once(question, most=most)

    def hang_up(self) -> None:
        """End the idle processes; the next question starts another."""
        with self._lock:
            idle, self.idle[:] = list(self.idle), []
        for child in idle:
            child.end()

    def _once(self, question: frames.Frame, *, most: int) -> frames.Frame:
        with self._lock:
            child = self.idle.pop() if self.idle else None
        child = child or _Child(self.module, self.memory)
        answer = child.ask(question, most=most, wall=self.wall)
        with self._lock:
            keep = "spent" not in answer.head and len(self.idle) < self.most_idle
            if keep:
                self.idle.append(child)
        if not keep:
            child.end()
        return answer


class _Child:
    def __init__(self, module: str, memory: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            # Nothing that we know, such as passwords, is told to it.
            env={"PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)]), "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.to, self.back = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self.to, False)
        os.set_blocking(self.back, False)

    def ask(self, question: frames.Frame, *, most: int, wall: float) -> frames.Frame:
        """Its answer. Raises TooMuch or Died, and has ended then."""
        deadline = time.monotonic() + wall
        gatherer = frames.Gatherer(most=most)
        waiting = [memoryview(piece) for piece in frames.pieces(question) if piece]
        try:
            while True:
                ready, free, _odd = select.select(
                    [self.back], [self.to] if waiting else [], [], max(0.0, deadline - time.monotonic())
                )
                if not ready and not free:
                    raise Died(f"Nothing was heard for {wall:.0f} seconds.")
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
                raise TooMuch(_TOO_MUCH[ended]) from None
            raise Died(f"The process ended ({ended}).") from None
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


_all: "weakref.WeakSet[Apart]" = weakref.WeakSet()


def _hang_up_all() -> None:
    for each in list(_all):
        each.hang_up()


def _forget_all() -> None:
    for each in list(_all):
        each.idle.clear()


atexit.register(_hang_up_all)
# A forked process must not talk to the children of another.
os.register_at_fork(after_in_child=_forget_all)
