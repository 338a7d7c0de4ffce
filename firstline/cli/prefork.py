"""Several processes, forked from one that has loaded everything they share. Not a command."""

import ctypes
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
QUICK_SECONDS = 5.0
MOST_DEATHS_AT_START = 3

Work = Callable[[], int]


class Told(BaseException):
    """Somebody wants us to stop; raised wherever the main thread is."""


@dataclass
class _Part:
    name: str
    work: Work
    began: float = 0.0
    deaths: int = 0
    has_lived: bool = False


def run(works: Mapping[str, Work]) -> int:
    """Do each work in a process named after it, started again when it ends, until told to stop (SIGTERM, SIGINT): 0.

    1 if one of them does not even start. They share what this process has in memory, and die with it. It must not have
    started a thread yet.
    """
    # What is loaded now stays; nobody need look through it for garbage again, and forks go on sharing its pages.
    gc.collect()
    gc.freeze()
    waiting = [_Part(name, work) for name, work in works.items()]
    living: dict[int, _Part] = {}
    code = 0
    try:
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, _told)
        while not code:
            while waiting:
                part = waiting.pop()
                living[_fork(part)] = part
            pid, status = os.wait()
            part = living.pop(pid)
            waiting.append(part)
            code = _mourn(part, os.waitstatus_to_exitcode(status))
    except Told:
        pass
    _end(living)
    return code


def name(what: str) -> None:
    """Call this process so in the lists of `top` and `ps`, which would otherwise show several alike. Linux only."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_NAME, what.encode())


def _told(sign: int, frame: object) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    raise Told


def _fork(part: _Part) -> int:
    parent = os.getpid()
    part.began = time.monotonic()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        if sys.platform.startswith("linux"):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        name(part.name)
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, signal.SIG_DFL)
        if os.getppid() == parent:
            code = part.work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _mourn(part: _Part, code: int) -> int:
    """Say that it ended, and wait a little if it did so quickly; 1 if it never got going."""
    how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"code {code}"
    sys.stderr.write(f"{part.name} ended ({how}); it is started again.\n")
    sys.stderr.flush()
    if time.monotonic() - part.began >= QUICK_SECONDS:
        part.has_lived = True
        return 0
    part.deaths += 1
    if not part.has_lived and part.deaths >= MOST_DEATHS_AT_START:
        return 1
    time.sleep(1)
    return 0


def _end(living: Mapping[int, _Part]) -> None:
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, signal.SIG_IGN)
    for pid in living:
        os.kill(pid, signal.SIGTERM)
    for pid in living:
        os.waitpid(pid, 0)
