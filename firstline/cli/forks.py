"""Several processes that do the same, forked from one that has loaded everything. Not a command."""

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
QUICK_SECONDS = 5.0


class Told(BaseException):
    """Somebody wants us to stop; raised wherever the main thread is."""


def run(count: int, work: Callable[[], int]) -> int:
    """Do `work` in so many processes, each started again when it ends, until told to stop (SIGTERM, SIGINT): 0.

    They share what this process has in memory, and die with it. It must not have started a thread yet.
    """
    living: dict[int, float] = {}
    try:
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, _told)
        while True:
            while len(living) < count:
                living[_fork(work)] = time.monotonic()
            pid, _status = os.wait()
            if time.monotonic() - living.pop(pid, 0.0) < QUICK_SECONDS:
                time.sleep(1)
    except Told:
        for pid in living:
            os.kill(pid, signal.SIGTERM)
        for pid in living:
            os.waitpid(pid, 0)
        return 0


def _told(sign: int, frame: object) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    raise Told


def _fork(work: Callable[[], int]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        if sys.platform.startswith("linux"):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, signal.SIG_DFL)
        if os.getppid() == parent:
            code = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
