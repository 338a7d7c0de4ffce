"""The inside of a process that works on strangers' bytes (`kit.sandbox`): no Django, no database and no secret.

One question after another on standard input, the answers on standard output, in the shape of `kit.frames`. It dies of a
question that takes too much time or memory, and its parent starts another.
"""

import os
import resource
import signal
import sys
from collections.abc import Callable

from firstline.kit import frames

NO_ROOM = 77
"""How the process ends when it could not even take the question."""


def serve(answer: Callable[[frames.Frame], frames.Frame]) -> None:
    """Answer until the parent hangs up. `seconds` in the head of a question bounds the processor time of its answer; an
    answer with `spent` in its head is the last. The command line says how many bytes of address space it may take."""
    try:
        _serve(answer, memory=int(sys.argv[1]))
    except MemoryError:
        # Not even the bytes found room.
        os._exit(NO_ROOM)


def _serve(answer: Callable[[frames.Frame], frames.Frame], *, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The parent decides when to end; a key pressed in its terminal is not for this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while (asked := frames.read(source)) is not None:
        # Without a handler this signal ends the process, wherever it is, C code included.
        signal.setitimer(signal.ITIMER_PROF, asked.head["seconds"])
        answered = answer(asked)
        signal.setitimer(signal.ITIMER_PROF, 0)
        frames.write(target, answered)
        if "spent" in answered.head:
            return
