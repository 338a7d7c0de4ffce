"""What a process does that is forked to be a part of the desk (`firstline web`, `worker` or `mail`) until it dies."""

import ctypes
import os
import signal
from datetime import timedelta
from typing import Any

from tests.chaos.network import enter

PR_SET_PDEATHSIG = 1


def live(words: list[str], namespace: str, points: str, seed: str, log: str, impatient: bool) -> None:
    """Run the command, in a network namespace if one is named.

    `points`: where to die by itself. `impatient`: with leases of seconds, not minutes.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if namespace:
        enter(namespace)
    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    _say_who_sends()
    from firstline.cli import main
    from firstline.kit import failpoints

    wanted = {"FIRSTLINE_FAILPOINTS": points, "FIRSTLINE_FAILPOINTS_SEED": seed}
    failpoints._armed.update(failpoints.armed(wanted))
    if impatient:
        _hurry()
    main(words)


def name_of(pid: int) -> str:
    """By which a process of the desk greets the mail server, so that a letter can be told to be its."""
    return f"process-{pid}.desk.example"


def _say_who_sends() -> None:
    from firstline.channels.email import connections

    class Named(connections._Plain):
        def __init__(self, **more: Any) -> None:
            super().__init__(**{**more, "local_hostname": name_of(os.getpid())})

    connections._Plain = Named  # type: ignore[misc]


def _hurry() -> None:
    from firstline import worker
    from firstline.channels import outbox
    from firstline.channels.email import connections

    worker.HEARTBEAT_SECONDS, worker.STALLED_SECONDS = 1, 6
    outbox.LEASE = timedelta(seconds=12)
    connections.CONNECT_SECONDS, connections.ANSWER_SECONDS, connections.DATA_SECONDS = 2, 3, 5
