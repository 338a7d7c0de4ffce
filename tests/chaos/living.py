"""What a process does that is forked to be a part of the desk (`firstline web`, `worker` or `mail`) until it dies."""

import ctypes
import os
import signal
from datetime import timedelta

PR_SET_PDEATHSIG = 1


def live(words: list[str], points: str, seed: str, log: str, impatient: bool) -> None:
    """Run the command. `points`: where to die by itself. `impatient`: with leases of seconds, not minutes."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    from firstline.cli import main
    from firstline.kit import failpoints

    wanted = {"FIRSTLINE_FAILPOINTS": points, "FIRSTLINE_FAILPOINTS_SEED": seed}
    failpoints._armed.update(failpoints.armed(wanted))
    if impatient:
        _hurry()
    main(words)


def _hurry() -> None:
    from firstline import worker
    from firstline.channels import outbox
    from firstline.channels.email import sender

    worker.HEARTBEAT_SECONDS, worker.STALLED_SECONDS = 1, 6
    outbox.LEASE = timedelta(seconds=12)
    sender.TIMEOUT_SECONDS = 5
