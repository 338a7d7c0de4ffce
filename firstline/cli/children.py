"""The processes that `firstline serve` runs and watches. Not a command."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from firstline.kit.limits import limit
from firstline.kit.unprivileged import Account

PROGRAM = Path(__file__).resolve().parents[2]
QUICK_SECONDS = 60
LONGEST_PAUSE = limit(
    30.0, "seconds", of="the pause before a part that ended is started again", per="part", said="The log says so."
)


class Child:
    """One command of Firstline in a process of its own, started again whenever it ends by itself."""

    def __init__(self, name: str, *words: str, is_ready: Callable[[], bool]) -> None:
        self.name = name
        self.words = words
        self.is_ready = is_ready
        self.deaths = 0
        self._started = 0.0
        self._again_at = 0.0
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self._started = time.monotonic()
        self._process = spawn(self.name, *self.words)

    def watch(self) -> None:
        """Start it again if it has ended: soon at first, then after ever longer pauses."""
        if self._process is not None and self._process.poll() is not None:
            lived = time.monotonic() - self._started
            self.deaths = 1 if lived > QUICK_SECONDS else self.deaths + 1
            pause = 0.0 if self.deaths == 1 else min(LONGEST_PAUSE, 2.0 ** (self.deaths - 2))
            self._again_at = time.monotonic() + pause
            say(f"{self.name} ended ({_how(self._process.returncode)}); it is started again.")
            self._process = None
        if self._process is None and time.monotonic() >= self._again_at:
            self.start()

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def end(self, until: float) -> None:
        """Wait for it until that moment (of the monotonic clock), then end it and what it started."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def spawn(name: str, *words: str) -> subprocess.Popen[str]:
    """Start `firstline WORDS`; what it prints is printed behind its name.

    It has a session of its own, so that Ctrl-C in the terminal does not reach it twice. When we die it gets SIGTERM.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "firstline", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=os.environ | {"PYTHONPATH": _path(), "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
        preexec_fn=Account().preexec(signal.SIGTERM),
    )
    threading.Thread(target=_pass_on, args=[name, process], daemon=True).start()
    return process


def step(name: str, *words: str) -> int:
    """Run `firstline WORDS` to its end; returns its exit code."""
    process = spawn(name, *words)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            stop_all([], process)


def stop_all(children: Sequence[Child], *others: subprocess.Popen[str], seconds: float = 5.0) -> None:
    """Ask all to stop, and end those that still run after so many seconds."""
    until = time.monotonic() + seconds
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.end(until)
    for other in others:
        try:
            other.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            other.kill()
            other.wait()


def say(text: str) -> None:
    """Print a line at once; a terminal that is gone is no reason to stop serving."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        pass


def _pass_on(name: str, process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            say(f"{name:8}| {line.rstrip()}")


def _path() -> str:
    return os.pathsep.join([str(PROGRAM), *filter(None, [os.environ.get("PYTHONPATH")])])


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"code {code}"
