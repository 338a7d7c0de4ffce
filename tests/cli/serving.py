"""A `firstline serve` of its own for tests, in a folder of its own, on ports of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Serving:
    def __init__(self, data: Path, *, demo: bool = False, **settings: str) -> None:
        self.data, self.demo = data, demo
        self.settings = settings
        self.port, self.smtp_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.lines: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTLINE_", "DATABASE_"))}
        return mine | self.settings | {"PYTHONPATH": str(ROOT), "FIRSTLINE_DATA": str(self.data)}

    def start(self) -> float:
        """Start it; returns after how many seconds it said that it is ready."""
        self.lines = []
        ports = ["--port", str(self.port), "--smtp-port", str(self.smtp_port)]
        options = ["--demo"] if self.demo else ["--empty"]
        began = time.monotonic()
        process = self.process = subprocess.Popen(
            [sys.executable, "-m", "firstline", "serve", "--data", str(self.data), *ports, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment,
            cwd="/",
        )
        threading.Thread(target=self._read, args=[process], daemon=True).start()
        until(lambda: self.is_ready or process.poll() is not None, seconds=180)
        assert self.is_ready, "\n".join(self.lines)
        return time.monotonic() - began

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> float:
        """Stop it; returns after how many seconds it and all its processes had ended."""
        assert self.process is not None
        pids = [self.process.pid, *self.children().values()]
        began = time.monotonic()
        self.process.send_signal(sign)
        self.process.wait(60)
        until(lambda: not any(map(is_alive, pids)), seconds=60)
        self.process = None
        return time.monotonic() - began

    @property
    def is_ready(self) -> bool:
        return f"Firstline is ready at {self.url}/" in self.lines

    def children(self) -> dict[str, int]:
        """Its processes that are alive, with their numbers: postgres, parts, and its forks: web, worker, mail."""
        assert self.process is not None
        found = {}
        for pid, name in below(self.process.pid):
            if name in ("postgres", "parts"):
                found[name] = pid
        return found | {name: pid for pid, name in below(found.get("parts", 0))}

    def python(self, code: str) -> str:
        """What a program prints that runs on the same database with Django loaded."""
        done = subprocess.run(
            [sys.executable, "-c", f"from firstline.cli import program; program.load()\n{code}"],
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=ROOT,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self.lines.append(line.removesuffix("\n"))


def until(condition: Callable[[], bool], *, seconds: float) -> None:
    """Wait for something that must become true within so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"Not true after {seconds} seconds")
        time.sleep(0.05)


def below(parent: int) -> Iterator[tuple[int, str]]:
    """The living processes that this one started: their numbers and the names that they gave themselves."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told, _, fields = (entry / "stat").read_text().rpartition(")")
        except OSError:
            continue
        if int(fields.split()[1]) == parent and is_alive(int(entry.name)):
            yield int(entry.name), told.partition("(")[2]


def is_alive(pid: int) -> bool:
    """Whether this process runs; one that has ended and that nobody has collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
