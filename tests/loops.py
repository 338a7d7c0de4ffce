"""Watching an event loop: for how long at most nothing else on it had its turn.

Other work on the machine makes gaps as well, so two are measured: the time that the loop's own thread was computing,
which nobody else can lengthen, and the time that passed, which also shows what waits for a database or a lock.
"""

import asyncio
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

Result = TypeVar("Result")


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What it gives, run on a loop in a thread of its own: where a browser's tests ran before, this thread has one."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, coroutine).result()


class Heartbeat:
    """Within the block it beats on the running loop. Of the gaps between two beats, the longest in seconds: `computed`
    and `passed`."""

    EVERY = 0.005

    def __init__(self) -> None:
        self.computed = self.passed = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._beat())
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._task is not None
        await asyncio.sleep(self.EVERY)
        self._task.cancel()

    async def _beat(self) -> None:
        computed, passed = time.thread_time(), time.monotonic()
        while True:
            await asyncio.sleep(self.EVERY)
            self.computed = max(self.computed, time.thread_time() - computed)
            self.passed = max(self.passed, time.monotonic() - passed - self.EVERY)
            computed, passed = time.thread_time(), time.monotonic()

    @property
    def was_steady(self) -> bool:
        """Whether nothing held up the loop, as far as a busy machine can tell."""
        return self.computed < 0.1 and self.passed < 2.5
