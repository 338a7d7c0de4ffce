"""Watching an event loop: for how long at most nothing else on it had its turn."""

import asyncio
import time
from typing import Self


class Heartbeat:
    """Within the block it beats on the running loop; `longest` is the longest gap between two beats, in seconds."""

    EVERY = 0.005

    def __init__(self) -> None:
        self.longest = 0.0
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
        last = time.monotonic()
        while True:
            await asyncio.sleep(self.EVERY)
            now = time.monotonic()
            self.longest = max(self.longest, now - last - self.EVERY)
            last = now
